"""Root causes in leaves with known truth: pooled F1 of exact sets of values by one setting, and how long a case takes.

Data: `rca/additive` (made by the generator of riskloc) and `rca/ratio` (orders of visits) of the shared data; the truths beside them. A third of
the cases (by the CRC-32 of the case's name) was set aside and looked at only after the search was finished; the rest was looked at now and then,
while constants were chosen on leaves of our own making. Case seconds are the search itself; the command also starts and reads the file, which is
measured apart.

    python bench/locate.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import KINDS, Kind
from windsock.monitoring.root_cause.read import read_leaves

ROOT = Path(__file__).resolve().parents[1]
AIMS = {"additive": (0.75, 0.85, 0.1), "ratio": (0.95, 0.98, 0.02)}
STARTED = 5


@dataclass(frozen=True)
class Case:
    """What was found, what is true, and how long the search took."""

    name: str
    found: frozenset[tuple[tuple[str, str], ...]]
    truth: frozenset[tuple[tuple[str, str], ...]]
    seconds: float

    @property
    def aside(self) -> bool:
        """Whether it is of the third that was set aside."""
        return zlib.crc32(self.name.encode()) % 3 == 0


def main() -> None:
    """Print a table."""
    if not folder().exists():
        print("left out: the leaves of known causes (rca) are not here; name their folder's parent by WINDSOCK_SHARED_DATA")
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {version('numpy')}, load {os.getloadavg()[0]:.1f}"
    )
    heads = (("cases", 6), ("causes", 6), ("F1", 7), ("precision", 9), ("recall", 7), ("exact", 6), ("mean ms", 8), ("max ms", 8))
    print(f"{'set':22}", *(head.rjust(width) for head, width in heads))
    for kind in KINDS:
        cases = measured(folder(), kind)
        _row(f"{kind}, all", cases)
        _row("  looked at", [case for case in cases if not case.aside])
        _row("  set aside", [case for case in cases if case.aside])
        least, aim, seconds = AIMS[kind]
        print(f"  must {least} -> aim {aim}, below {1000 * seconds:.0f} ms a case")
    for kind in KINDS:
        print(f"windsock locate, whole command, {kind}: {_command(folder(), kind):.2f} s (mean of {STARTED})")


def folder() -> Path:
    """Return where the leaves of known causes are to be."""
    return Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data")) / "rca"


def measured(folder: Path, kind: Kind) -> list[Case]:
    """Search every case of a set."""
    truths = json.loads((folder / f"{kind}_truth.json").read_text(encoding="utf-8"))
    cases: list[Case] = []
    for name, told in sorted(truths.items()):
        leaves = read_leaves(folder / kind / f"{name}.csv.gz", kind)
        began = time.perf_counter()
        found = locate(leaves, kind)
        took = time.perf_counter() - began
        cases.append(Case(name, _sets([dict(cause.element) for cause in found.causes]), _sets(told["root_causes"]), took))
    return cases


def _sets(elements: list[dict[str, str]]) -> frozenset[tuple[tuple[str, str], ...]]:
    return frozenset(tuple(sorted(element.items())) for element in elements)


def counted(cases: list[Case]) -> tuple[int, int, int]:
    """Return causes found that are true, causes found, and true ones: pooled F1 is twice the first by the sum of the others."""
    return sum(len(case.found & case.truth) for case in cases), sum(len(case.found) for case in cases), sum(len(case.truth) for case in cases)


def _row(name: str, cases: list[Case]) -> None:
    hits, found, truth = counted(cases)
    times = [1000 * case.seconds for case in cases]
    exact = sum(case.found == case.truth for case in cases)
    print(
        f"{name:22} {len(cases):6} {truth:6} {2 * hits / (found + truth):7.4f} {hits / found:9.4f} {hits / truth:7.4f} {exact:6} "
        f"{sum(times) / len(times):8.1f} {max(times):8.1f}"
    )


def _command(folder: Path, kind: Kind) -> float:
    """Return how long the command takes from its start to its end."""
    paths = sorted((folder / kind).glob("*.csv.gz"))[:STARTED]
    began = time.perf_counter()
    for path in paths:
        asked = [sys.executable, "-m", "windsock.cli", "locate", str(path), "--kind", kind, "--format", "json"]
        done = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
        json.loads(done.stdout)
    return (time.perf_counter() - began) / len(paths)


if __name__ == "__main__":
    main()
