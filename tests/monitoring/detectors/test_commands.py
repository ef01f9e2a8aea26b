"""`windsock detect` reads a file and says what is surprising; what can't be read is said with its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.monitoring.detectors.test_surprise import daily
from windsock.cli.main import main
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound, TooLarge
from windsock.monitoring.detectors import file as reading
from windsock.monitoring.detectors.commands import detect_file
from windsock.monitoring.detectors.file import read_series, unit_of

START = 1_767_225_600_000


def run(path: Path, *options: str):
    return CliRunner().invoke(detect_file, [str(path), "--time", "at", "--value", "orders", *options], standalone_mode=False)


def write(path: Path, values: np.ndarray, order: np.ndarray | None = None) -> Path:
    rows = [f"{iso(START + at * 3_600_000, 'UTC')},{value:g}" for at, value in enumerate(values)]
    chosen = rows if order is None else [rows[at] for at in order]
    path.write_text("at,orders\n" + "\n".join(chosen) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def fallen(tmp_path: Path) -> Path:
    values = daily(40)
    values[30 * 24 + 9 : 30 * 24 + 14] = 3
    return write(tmp_path / "orders.csv", values)


def test_each_row_gets_its_band_score_and_alarm(fallen: Path):
    rows = list(csv.DictReader(io.StringIO(run(fallen, "--format", "csv").output)))
    assert len(rows) == 40 * 24
    assert list(rows[0]) == ["time", "value", "expected", "low", "high", "score", "alarm"]
    hit = [one for one in rows if one["alarm"] == "1"]
    assert any(one["time"].startswith("2026-01-31T09") or one["time"].startswith("2026-01-31T10") for one in hit)
    worst = rows[30 * 24 + 10]
    assert float(worst["value"]) < float(worst["low"]) < float(worst["expected"]) < float(worst["high"])
    told = json.loads(run(fallen, "--format", "json").output)
    assert (told["unit"], told["step_seconds"], told["alarms"]) == ("count", 3_600, len(hit))
    assert [str(one["alarm"]) for one in told["rows"]] == [one["alarm"] for one in rows]


def test_the_table_tells_alarms_and_needs_no_workspace(fallen: Path):
    done = CliRunner().invoke(main, ["detect", str(fallen), "--time", "at", "--value", "orders"])
    assert done.exit_code == 0
    assert "looked at as count every 3600 s" in done.output
    assert "expected" in done.output


def test_rows_in_any_order_packed_or_not_say_the_same(fallen: Path, tmp_path: Path):
    values = np.array([float(line.split(",")[1]) for line in fallen.read_text("utf-8").splitlines()[1:]])
    order = np.random.default_rng(1).permutation(len(values))
    mixed = write(tmp_path / "mixed.csv", values, order)
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(fallen.read_bytes()))
    plain = {one["time"]: one for one in json.loads(run(fallen, "--format", "json").output)["rows"]}
    for path in (mixed, packed):
        rows = json.loads(run(path, "--format", "json").output)["rows"]
        assert {one["time"]: one for one in rows} == plain
    assert [one["time"] for one in json.loads(run(mixed, "--format", "json").output)["rows"]][:3] == [
        iso(START + int(at) * 3_600_000, "UTC") for at in order[:3]
    ]


def test_gaps_blanks_and_a_time_twice(tmp_path: Path):
    path = tmp_path / "s.csv"
    path.write_text("at,orders\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,\n2026-01-01 01:00:00,3\n2026-01-01 05:00:00,nan\n2026-01-01 04:00:00,2\n")
    series = read_series(path, "at", "orders")
    assert (series.points, series.step_s) == (6, 3_600)
    assert series.spread(series.values)[:2].tolist() == [1, 3]
    assert np.isnan(series.spread(series.values)[[2, 3, 5]]).all()
    rows = json.loads(run(path, "--format", "json").output)["rows"]
    assert [one["value"] for one in rows] == [1, None, 3, None, 2]


def test_times_may_be_seconds_or_milliseconds_and_far_apart(tmp_path: Path):
    path = tmp_path / "s.csv"
    path.write_text("at,orders\n1767225600,1\n1767225660,2\n1767225720,3\n")
    assert read_series(path, "at", "orders").step_s == 60
    path.write_text("at,orders\n1767225600000,1\n1767225660000,2\n1767225720000,2\n1990-01-01T00:00:00Z,3\n")
    series = read_series(path, "at", "orders")
    assert series.points == 4  # rows are points of their own where the grid would be empty
    assert series.places.tolist() == [1, 2, 3, 0]


def test_the_kind_is_seen_from_the_values():
    assert unit_of(np.array([1.0, 2, np.nan]), has_volume=False) == "count"
    assert unit_of(np.array([1.0, -2]), has_volume=False) == "amount"
    assert unit_of(np.array([1.5]), has_volume=False) == "amount"
    assert unit_of(np.array([0.5]), has_volume=True) == "ratio"


def test_a_ratio_is_looked_at_with_its_volume(tmp_path: Path):
    random = np.random.default_rng(2)
    tried = random.poisson(60, 800) + 1
    paid = random.binomial(tried, 0.95)
    paid[700:706] = tried[700:706] // 3
    path = tmp_path / "s.csv"
    lines = [f"{iso(START + at * 3_600_000, 'UTC')},{p / t},{t}" for at, (p, t) in enumerate(zip(paid, tried, strict=True))]
    path.write_text("at,orders,tried\n" + "\n".join(lines))
    told = json.loads(run(path, "--volume", "tried", "--format", "json").output)
    assert told["unit"] == "ratio"
    assert any(one["alarm"] for one in told["rows"][700:706])
    assert told["rows"][703]["expected"] == pytest.approx(0.95, abs=0.03)


WRONG = [
    ("at,orders\n", "two rows"),
    ("", "empty"),
    ("at,orders\n2026-01-01,1\n", "two rows"),
    ("when,orders\n2026-01-01,1\n2026-01-02,1\n", "no column 'at'"),
    ("at,orders\n2026-01-01,1\nyesterday,1\n", "'at' of row 2 is 'yesterday'"),
    ("at,orders\n2026-01-01,1\n2026-01-02,many\n", "'orders' of row 2 is 'many'"),
    ("at,orders\n2026-01-01,1\n2026-01-02,inf\n", "no number"),
    ("at,orders\n2026-01-01,1\n2026-01-01,2\n", "one time"),
]


@pytest.mark.parametrize(("text", "what"), WRONG, ids=[what for _, what in WRONG])
def test_what_can_not_be_read_is_said_with_its_place(tmp_path: Path, text: str, what: str):
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    error = run(path).exception
    assert isinstance(error, InvalidInput)
    assert what in str(error)


def test_bounds_and_wrong_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert isinstance(run(tmp_path / "no.csv").exception, NotFound)
    path = tmp_path / "s.csv"
    path.write_text("at,orders\n2026-01-01,-1\n2026-01-02,2\n", encoding="utf-8")
    assert isinstance(run(path, "--unit", "count").exception, InvalidInput)
    assert isinstance(run(path, "--unit", "ratio").exception, InvalidInput)
    assert run(path).exception is None
    monkeypatch.setattr(reading, "ROWS_MAX", 1)
    assert isinstance(run(path).exception, TooLarge)
