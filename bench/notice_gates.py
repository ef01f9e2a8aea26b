"""The gates of noticing and explaining in one table: what must be, what is aimed at, what was measured, and what was measured on what was set aside.

Root causes by `locate.py`, surprising points by `detect.py`, Gull's stories by `gull_gates.py`, each with the one default setting; their own
tables say more. 1 is returned where a `must` does not hold.

    python bench/notice_gates.py [PEOPLE of Gull, 150000; 0 leaves the stories out]
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import detect
import gull_gates
import locate
import numpy as np

SEED, ANOTHER_SEED = 7, 8


@dataclass(frozen=True)
class Gate:
    """A line: the least and the aim as texts, what came, whether both hold, and what came on data that nothing was chosen by."""

    name: str
    must: str
    aim: str
    got: str
    held: tuple[bool, bool]
    apart: str
    command: str


def causes() -> Iterator[Gate]:
    """Give the gates of root causes."""
    for kind in locate.KINDS:
        least, aim, seconds = locate.AIMS[kind]
        cases = locate.measured(locate.folder(), kind)
        took = sum(case.seconds for case in cases) / len(cases)
        score, apart = _f1(cases), _f1([case for case in cases if case.aside])
        held = (score >= least, score >= aim and took < seconds)
        yield Gate(
            f"root causes, {kind}: F1, time a case", f"{least}", f"{aim}, < {1000 * seconds:.0f} ms", f"{score:.3f}, {1000 * took:.1f} ms", held,
            f"{apart:.3f} (a third set aside)", "locate.py",
        )  # fmt: skip


def _f1(cases: list[locate.Case]) -> float:
    hits, found, truth = locate.counted(cases)
    return 2 * hits / (found + truth)


def surprises() -> Iterator[Gate]:
    """Give the gates of surprising points in public series."""
    found = detect.nab()
    thresholds = detect.thresholds_of(found)
    for title, parts, least, aim in (("whole", ("",), 56, 60), ("business", detect.BUSINESS, 64, 70)):
        names = [name for name in found if any(part in name for part in parts)]
        best, own = (_nab(found, names, thresholds, own=own) for own in (False, True))
        got = f"{best:.1f} (by own alarms {own:.1f})"
        yield Gate(f"NAB, {title}: score", f"{least}", f"{aim}", got, (best >= least, best >= aim), "none", "detect.py")
    series = detect.microsoft([*detect.COMMERCE])
    _, _, false, days, score = detect.of_events(series, [*series])
    silent = all(detect.events(one)[2] == 0 for name, one in series.items() if "purchase-01" in name)
    few = false * 50 <= days and silent
    others = detect.microsoft(sorted(path.name for path in (detect.DATA / "ms_cloud_monitoring/data").iterdir() if path.name not in detect.COMMERCE))
    apart = f"{detect.of_events(others, [*others])[-1]:.3f} (53 other series)"
    got = f"{score:.3f}, {false} in {days:.0f} days, purchase-01 {'quiet' if silent else 'NOT quiet'}"
    must, aim = "0.65, 1 false in 50 days", "0.75"
    yield Gate("Microsoft, commerce: event F1", must, aim, got, (score >= 0.65 and few, score >= 0.75 and few), apart, "detect.py")


def _nab(found: dict[str, detect.Labelled], names: list[str], thresholds: np.ndarray, *, own: bool) -> float:
    chosen = [found[name] for name in names]
    if own:
        return float(detect.nab_score(chosen, [one.alarm.astype(float) for one in chosen], np.array([0.5]))[0])
    return float(detect.nab_score(chosen, [one.score for one in chosen], thresholds).max())


def stories(people: int) -> Iterator[Gate]:
    """Give the gates of Gull's stories, by the seed that the library was made with and by another."""
    with contextlib.redirect_stdout(io.StringIO()):
        (seen, due, still), (other_seen, other_due, other_still) = (gull_gates.measured(people, seed) for seed in (SEED, ANOTHER_SEED))
    yield Gate(
        "Gull: told within two ticks", "all", "all", f"{seen} of {due}", (seen == due, seen == due), f"{other_seen} of {other_due}", "gull_gates.py"
    )
    yield Gate("Gull: alerts in 30 quiet days", "0", "0", f"{still}", (still == 0, still == 0), f"{other_still}", "gull_gates.py 150000 8")


def main() -> int:
    """Print the table."""
    if not locate.folder().is_dir() or not (detect.DATA / "nab/labels").is_dir():
        print("left out: the public series (nab, ms_cloud_monitoring, rca) are not here; name their folder by WINDSOCK_SHARED_DATA")
        return 0
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
    load = f"{os.getloadavg()[0]:.1f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}, load {load}\n")
    print("| gate | must | aim | measured | must held | aim held | set aside or out of sample | more by `python bench/` |")
    print("|---|---|---|---|---|---|---|---|")
    missed = 0
    for gate in chain(causes(), surprises(), stories(people) if people else ()):
        must, aim = ("yes" if one else "NO" for one in gate.held)
        missed += not gate.held[0]
        print(f"| {gate.name} | {gate.must} | {gate.aim} | {gate.got} | {must} | {aim} | {gate.apart} | {gate.command} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
