"""The process of a statement: it answers, within bounds, and whatever happens to it is told."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from windsock.kernel.errors import Cancelled, InvalidInput, TooLarge
from windsock.warehouse import Cancel, Limits, Piece, Statement, View, apart, run_apart, statement

SMALL = Limits(seconds=60, memory_bytes=200_000_000, rows=100, answer_bytes=1_000_000)


def raw(text: str) -> Statement:
    """A statement whose text is handed over as it is, whatever SQLGlot thinks of it."""
    made = Statement(text)
    vars(made)["text"] = text
    return made


@pytest.fixture
def given(tmp_path: Path) -> tuple[list[Piece], list[View]]:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"n": list(range(1_000)), "name": [f"x{n % 7}" for n in range(1_000)]}), file)
    return [Piece("kept_rows", (file,))], [View("rows", statement("SELECT k.n, k.name FROM kept_rows AS k"))]


def test_an_answer_and_its_cut(given: tuple[list[Piece], list[View]]):
    told = run_apart(statement("SELECT name, COUNT(*) AS n FROM rows GROUP BY name ORDER BY name"), *given, SMALL)
    assert told.rows.to_pylist()[0] == {"name": "x0", "n": 143}
    assert not told.cut
    told = run_apart(statement("SELECT * FROM rows"), *given, SMALL)
    assert told.rows.num_rows == SMALL.rows
    assert told.cut


def test_an_answer_is_bounded_in_bytes(given: tuple[list[Piece], list[View]]):
    told = run_apart(raw("SELECT repeat('x', 2000000) FROM rows LIMIT 50"), *given, SMALL)
    assert told.cut
    assert told.rows.nbytes <= SMALL.answer_bytes


def test_no_rows_still_have_columns(given: tuple[list[Piece], list[View]]):
    told = run_apart(statement("SELECT n FROM rows WHERE n < 0"), *given, SMALL)
    assert told.rows.column_names == ["n"]


def test_civil_days_are_those_of_the_zone(given: tuple[list[Piece], list[View]]):
    sql = raw("SELECT CAST(CAST('2026-01-01 00:00:00+00' AS TIMESTAMPTZ) AS VARCHAR) AS t")
    assert run_apart(sql, *given, SMALL, zone="Asia/Shanghai").rows["t"].to_pylist() == ["2026-01-01 08:00:00+08"]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT nope FROM rows", "engine_refused"),
        ("SELECT 1; SELECT 2", "engine_refused"),
        ("COPY rows TO 'never.csv'", "engine_refused"),
        ("SELECT * FROM read_text('/etc/passwd')", "engine_refused"),
        ("SELECT list(a.n) FROM rows a, rows b, rows c", "out_of_memory"),
    ],
)
def test_what_goes_wrong_is_told(given: tuple[list[Piece], list[View]], sql: str, code: str):
    with pytest.raises((InvalidInput, TooLarge)) as caught:
        run_apart(raw(sql), *given, SMALL)
    assert caught.value.code == code
    assert "/etc" not in str(caught.value)


def test_time_is_bounded(given: tuple[list[Piece], list[View]]):
    began = time.monotonic()
    with pytest.raises(TooLarge, match=r"limit of 1 s") as caught:
        run_apart(raw("SELECT SUM(a.n * b.n % 7) FROM rows a, rows b, rows c, rows d"), *given, Limits(seconds=1, memory_bytes=200_000_000))
    assert caught.value.code == "query_timeout"
    assert time.monotonic() - began < 60


def test_an_asker_who_leaves_kills_it(given: tuple[list[Piece], list[View]]):
    cancel = Cancel()
    threading.Timer(1.0, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        run_apart(raw("SELECT SUM(a.n * b.n % 7) FROM rows a, rows b, rows c, rows d"), *given, Limits(seconds=60), cancel=cancel)
    assert time.monotonic() - began < 60


def test_a_process_that_dies_is_the_statements_error(given: tuple[list[Piece], list[View]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    child = tmp_path / "child.py"
    child.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(apart, "_CHILD", child)
    with pytest.raises(InvalidInput, match="signal 11") as caught:
        run_apart(statement("SELECT 1 AS a"), *given, SMALL)
    assert caught.value.code == "process_ended"


@pytest.mark.parametrize(
    "said",
    [
        "b'nonsense'",
        "(9999999).to_bytes(8, 'big')",
        "(4).to_bytes(8, 'big') + b'{'",
        "(1).to_bytes(8, 'big') + b'{'",
        "(2).to_bytes(8, 'big') + b'{}'",
        "(12).to_bytes(8, 'big') + b'{\"ok\": true}' + b'x' * 99",
    ],
)
def test_a_process_that_babbles_is_the_statements_error(
    given: tuple[list[Piece], list[View]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
):
    child = tmp_path / "child.py"
    child.write_text(f"import sys\nsys.stdin.buffer.readline()\nsys.stdout.buffer.write(b'!' + {said})\nsys.stdout.flush()\n")
    monkeypatch.setattr(apart, "_CHILD", child)
    with pytest.raises(InvalidInput) as caught:
        run_apart(statement("SELECT 1 AS a"), *given, SMALL)
    assert caught.value.code == "process_ended"


def test_it_inherits_nothing(given: tuple[list[Piece], list[View]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("WINDSOCK_SECRET", "hush")
    child, seen = tmp_path / "child.py", tmp_path / "seen"
    child.write_text(
        f"import os, sys\nopen({str(seen)!r}, 'w').write(repr((sorted(os.environ), os.getcwd(), sorted(os.listdir('/proc/self/fd')))))\nsys.exit(0)\n"
    )
    monkeypatch.setattr(apart, "_CHILD", child)
    with (tmp_path / "secret").open("w"), pytest.raises(InvalidInput):
        run_apart(statement("SELECT 1 AS a"), *given, SMALL)
    names, folder, files = eval(seen.read_text())  # noqa: S307 - what our own child wrote
    assert not [name for name in names if "WINDSOCK" in name or "SECRET" in name or name in ("PATH", "HOME")]
    assert folder == "/"
    assert len(files) <= 5  # three pipes, the file that it writes, the list itself


def test_nothing_is_left_behind(given: tuple[list[Piece], list[View]]):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        run_apart(statement("SELECT 1 AS a"), *given, SMALL)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
