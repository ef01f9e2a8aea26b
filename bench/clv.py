"""How long `windsock clv` takes for so many customers, from the file to the last of them, and how much memory.

python bench/clv.py [CUSTOMERS, 1000000]
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

DAYS, TRUTH = 364, (0.6, 42.0, 0.8, 2.5)


def write(path: Path, customers: int) -> int:
    """Write the purchases of a made world: buyers who buy and go as the model says, begun within half a year, seen for a year; returns rows."""
    random = np.random.default_rng(7)
    r, alpha, a, b = TRUTH
    rate, leaving, now = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers), random.uniform(0, DAYS / 2, customers)
    who, when, here = [np.arange(customers)], [now], np.ones(customers, np.bool_)
    while here.any():
        now = now + random.exponential(1 / np.maximum(rate, 1e-12))
        here = here & (now < DAYS)
        who.append(np.flatnonzero(here))
        when.append(now[here])
        here &= random.random(customers) >= leaving
    buyer, day = np.concatenate(who), np.concatenate(when)
    dates = (np.datetime64("2025-01-01") + day.astype(np.int64)).astype("datetime64[D]")
    table = pa.table({"customer": buyer, "date": dates.astype(str), "amount": np.round(random.gamma(3.0, 200.0, len(buyer)) + 1, 2)})
    csv.write_csv(table, path)
    return len(buyer)


def main() -> None:
    """Print how long it took."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    load = f"{os.getloadavg()[0]:.1f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, scipy {version('scipy')}, load {load}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "purchases.csv"
        rows = write(path, customers)
        asked = [
            "clv",
            str(path),
            "--customer",
            "customer",
            "--date",
            "date",
            "--amount",
            "amount",
            "--calibration-end",
            "2025-10-31",
            "--unit",
            "day",
        ]
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "windsock.cli", *asked, "--format", "json"], check=True, capture_output=True, text=True
        )
        took = time.perf_counter() - began
    told = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    fitted = ", ".join(f"{name} {told['bg_nbd'][name]:.4f}" for name in ("r", "alpha", "a", "b"))
    print(f"{customers:,} customers, {rows:,} purchases: {took:.1f} s, {peak:.1f} GB at most")
    print(f"made by {TRUTH}, found {fitted}")
    back = told["backtest"]
    print(
        f"holdout of {back['time']:g} days: {back['actual']:,} came, {back['model']['predicted']:,.0f} said, {back['rate']['predicted']:,.0f} by rate"
    )


if __name__ == "__main__":
    main()
