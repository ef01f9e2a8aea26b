"""What `windsock detect` finds in public series with labels, by the published protocols, with its one default setting.

NAB (58 series): the score of the Numenta Anomaly Benchmark, standard profile, by one threshold for the whole corpus (as published) and by the
product's own alarms. Microsoft's cloud monitoring data: events found and false episodes by the default dial. The looks were chosen, among some 25
sums of them, on NAB and on the series of commerce as a whole; their halves (by the CRC-32 of the name) only tell how much the figure depends on the
series. Microsoft's other series were not looked at: they are the ones out of sample.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from windsock.monitoring.detectors.file import read_series, unit_of
from windsock.monitoring.detectors.surprise import Course, surprises

DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
BUSINESS = ("realAdExchange", "realTraffic", "realTweets", "nyc_taxi")
COMMERCE = ("consumer-purchase-rate", "ecommerce-api-incoming-rps")
PROBATION, PROBATION_ROWS, FALSE_COST = 0.15, 750, 0.11
THRESHOLDS = 2_000


@dataclass(frozen=True)
class Labelled:
    """A series with its windows (first and last row) and what was said of each row."""

    times: np.ndarray
    windows: tuple[tuple[int, int], ...]
    score: np.ndarray
    alarm: np.ndarray


def sigmoid(position: float) -> float:
    """Return NAB's reward: near 1 at the beginning of a window, 0 at its end, -1 long after it."""
    return -1.0 if position > 3 else 2 / (1 + float(np.exp(5 * position))) - 1


def nab_score(found: list[Labelled], levels: list[np.ndarray], thresholds: np.ndarray, false_cost: float = FALSE_COST) -> np.ndarray:
    """Return NAB's score by threshold: 0 is to say nothing, 100 to say each window at its first row and nothing else."""
    raw, count = np.zeros(len(thresholds)), sum(len(one.windows) for one in found)
    for one, level in zip(found, levels, strict=True):
        raw += _of_windows(one, level, thresholds) + false_cost * _of_false(one, level, thresholds)
    return 100 * (raw + count) / (2 * count) if count else raw


def _probation(rows: int) -> int:
    return min(int(PROBATION * rows), PROBATION_ROWS)


def _of_windows(one: Labelled, level: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    gained, begin = np.zeros(len(thresholds)), _probation(len(level))
    for first, last in one.windows:
        rows = np.arange(max(first, begin), last + 1)
        if not len(rows):
            gained -= 1
            continue
        reward = np.array([sigmoid(-(last - row + 1) / (last - first + 1)) for row in rows]) / sigmoid(-1.0)
        at = np.searchsorted(np.maximum.accumulate(level[rows]), thresholds, "left")
        gained += np.where(at < len(rows), reward[np.minimum(at, len(rows) - 1)], -1.0)
    return gained


def _of_false(one: Labelled, level: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    rows = np.arange(len(level))
    cost, inside = np.full(len(level), -1.0), np.zeros(len(level), np.bool_)
    for first, last in one.windows:
        inside[first : last + 1] = True
        after = (rows[last + 1 :] - last) / max(last - first, 1)
        cost[last + 1 :] = [sigmoid(position) for position in after]
    counted = ~inside & (rows >= _probation(len(level)))
    order = np.argsort(-level[counted])
    sums = np.concatenate([[0.0], np.cumsum(cost[counted][order])])
    return sums[np.searchsorted(-level[counted][order], -thresholds, "right")]


def detected(path: Path, time_column: str, value_column: str) -> tuple[np.ndarray, Course, np.ndarray]:
    """Return what the command says of a file: times in seconds, the course, and which point each row is."""
    series = read_series(path, time_column, value_column)
    course = surprises(series.spread(series.values), series.step_s, unit_of(series.values, has_volume=False))
    return np.array([_seconds(text) for text in series.times]), course, series.places


def _seconds(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def nab() -> dict[str, Labelled]:
    """Return the series of NAB by name."""
    windows, found = json.loads((DATA / "nab/labels/combined_windows.json").read_text("utf-8")), dict[str, Labelled]()
    for name, spans in windows.items():
        times, course, places = detected(DATA / "nab/data" / f"{name}.gz", "timestamp", "value")
        rows = tuple((int(np.searchsorted(times, _seconds(begin))), int(np.searchsorted(times, _seconds(end), "right")) - 1) for begin, end in spans)
        found[name] = Labelled(times, rows, course.score[places], course.alarm[places])
    return found


def microsoft(folders: list[str]) -> dict[str, Labelled]:
    """Return Microsoft's series of some folders by name."""
    found: dict[str, Labelled] = {}
    for folder in folders:
        for path in sorted((DATA / "ms_cloud_monitoring/data" / folder).glob("*.csv.gz")):
            times, course, places = detected(path, "TimeStamp", "Value")
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                labels = np.array([int(line.rsplit(",", 1)[1].strip().strip('"') or 0) for line in lines.readlines()[1:]])
            edges = np.flatnonzero(np.diff(np.concatenate([[0], labels, [0]])))
            spans = tuple((int(first), int(last) - 1) for first, last in edges.reshape(-1, 2))
            found[path.name.removesuffix(".csv.gz")] = Labelled(times, spans, course.score[places], course.alarm[places])
    return found


def events(one: Labelled) -> tuple[int, int, int, float]:
    """Return events found (an alarm within one step of them), events, false episodes (merged within six steps) and days; the first 15 % unseen."""
    begin = int(PROBATION * len(one.score))
    spans = [span for span in one.windows if span[0] >= begin]
    alarms = [int(row) for row in np.flatnonzero(one.alarm) if row >= begin]
    hit = sum(any(first - 1 <= row <= last + 1 for row in alarms) for first, last in spans)
    false = [row for row in alarms if not any(first - 1 <= row <= last + 1 for first, last in spans)]
    episodes = sum(at == 0 or row - false[at - 1] > 6 for at, row in enumerate(false))
    return hit, len(spans), episodes, float(one.times[-1] - one.times[begin]) / 86_400


def is_odd(name: str) -> bool:
    """Say in which half a series is."""
    return zlib.crc32(name.encode()) % 2 == 1


def thresholds_of(found: dict[str, Labelled]) -> np.ndarray:
    """Return the thresholds that are tried for a corpus: all of the highest scores, and a grid below."""
    known = np.sort(np.concatenate([one.score[one.score > 0] for one in found.values()]))
    return np.unique(np.concatenate([known[-THRESHOLDS:], np.quantile(known, np.linspace(0.5, 1, THRESHOLDS))]))


def of_events(found: dict[str, Labelled], names: list[str]) -> tuple[int, int, int, float, float]:
    """Return events found, events, false episodes, days, and F1 of some series."""
    hit, count, false, days = (sum(column) for column in zip(*[events(found[name]) for name in names], strict=True))
    return int(hit), int(count), int(false), float(days), 2 * hit / (hit + false + count) if hit + false + count else 1.0


def tell_nab(found: dict[str, Labelled]) -> None:
    """Print the scores of NAB."""
    thresholds = thresholds_of(found)
    sets: dict[str, Callable[[str], bool]] = {
        "all": lambda _: True, "business": lambda name: any(part in name for part in BUSINESS),
        "  one half": lambda name: not is_odd(name), "  the other": is_odd,
    }  # fmt: skip
    print(f"{'NAB, standard profile':24}{'series':>7}{'windows':>9}{'score':>8}{'threshold':>11}{'own alarms':>12}")
    for title, holds in sets.items():
        chosen = [one for name, one in found.items() if holds(name)]
        scores = nab_score(chosen, [one.score for one in chosen], thresholds)
        own = nab_score(chosen, [one.alarm.astype(float) for one in chosen], np.array([0.5]))[0]
        best = int(scores.argmax())
        windows = sum(len(one.windows) for one in chosen)
        print(f"{title:24}{len(chosen):7}{windows:9}{scores[best]:8.1f}{thresholds[best]:11.2f}{own:12.1f}")
    silent = nab_score([*found.values()], [np.zeros(len(one.score)) for one in found.values()], np.array([0.5]))[0]
    perfect = nab_score([*found.values()], [_perfect(one) for one in found.values()], np.array([0.5]))[0]
    print(f"  the scorer itself: nothing said {silent:.1f} (published 0), each window at its first row {perfect:.1f} (published 100)")


def _perfect(one: Labelled) -> np.ndarray:
    said = np.zeros(len(one.score))
    said[[max(first, _probation(len(said))) for first, _ in one.windows]] = 1.0
    return said


def tell_microsoft(title: str, found: dict[str, Labelled], *, each: bool) -> None:
    """Print what was found in series by the default dial."""
    print(f"{title:24}{'events':>7}{'found':>9}{'false':>8}{'days':>11}{'F1':>12}")
    sets = {name: [name] for name in found if each} | {
        "all": [*found],
        "  one half": [name for name in found if not is_odd(name)],
        "  the other": [name for name in found if is_odd(name)],
    }
    for part, names in sets.items():
        hit, count, false, days, f1 = of_events(found, names)
        print(f"{part:24}{count:7}{hit:9}{false:8}{days:11.0f}{f1:12.3f}")


def main() -> None:
    """Print the tables."""
    if not (DATA / "nab/labels").is_dir() or not (DATA / "ms_cloud_monitoring/data").is_dir():
        print("left out: the labelled series (nab, ms_cloud_monitoring) are not here; name their folder by WINDSOCK_SHARED_DATA")
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, numpy {np.__version__}, load {os.getloadavg()[0]:.1f}")
    began = time.process_time()
    found = nab()
    tell_nab(found)
    rows = sum(len(one.score) for one in found.values())
    print(f"  {rows:,} rows read, judged and scored in {time.process_time() - began:.1f} s of processor time")
    tell_microsoft("Microsoft, commerce", microsoft([*COMMERCE]), each=True)
    others = sorted(path.name for path in (DATA / "ms_cloud_monitoring/data").iterdir() if path.is_dir() and path.name not in COMMERCE)
    tell_microsoft("Microsoft, the others", microsoft(others), each=False)


if __name__ == "__main__":
    main()
