"""How long it takes to bring in the public hotel booking demand file (119,390 rows), as a whole command, with its peak memory.

Usage: python bench/import_hotel.py            (needs ../shared/data/hotel_bookings, or WINDSOCK_SHARED_DATA)

Each of three runs starts a fresh workspace and a fresh process; the third command of each run imports the same file again, which must add nothing.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data"))
FILE = DATA / "hotel_bookings" / "hotel_bookings.csv.gz"


def run(*args: str) -> float:
    """Run a windsock command and return its wall time in s."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "windsock.cli", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    if not FILE.exists():
        print("bench/import_hotel.py: the public hotel file is not here; left out.")
        return
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; {FILE.name}")
    print(f"{'run':<6}{'import s':>10}{'again s':>10}{'peak MB':>10}")
    for number in range(3):
        with tempfile.TemporaryDirectory() as folder:
            home = str(Path(folder) / "home")
            run("init", "--home", home, "--name", "bench", "--timezone", "Europe/Lisbon", "--currency", "EUR")
            first = run("import", "orders", str(FILE), "--mapping", "hotel-booking-demand", "--home", home)
            again = run("import", "orders", str(FILE), "--mapping", "hotel-booking-demand", "--home", home)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{number + 1:<6}{first:>10.1f}{again:>10.1f}{peak:>10.0f}")


if __name__ == "__main__":
    main()
