"""Every way in gives the same rows for the same content, and says line and reason of what it cannot read."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput, NotFound, TooLarge, UserError
from windsock.sources import FORMATS, LINE_COLUMN, RAW_COLUMN, Options, Rejection, open_file
from windsock.sources.model import CHUNK_ROWS
from windsock.sources.open import ways

ROWS = [["City", "12.5", "2016-01-01"], ["山东 Hotel", "7", ""]]
NAMES = ["hotel", "rate", "day"]


def read(path: Path, way: str = "", **options: Any) -> tuple[list[dict[str, Any]], list[Rejection]]:
    _, chunks = open_file(path, Options(**options), way=way)
    rows: list[dict[str, Any]] = []
    bad: list[Rejection] = []
    for chunk in chunks:
        assert chunk.rows.num_rows <= CHUNK_ROWS
        rows += chunk.rows.to_pylist()
        bad += chunk.rejections
    return rows, bad


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def csv_text(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in [NAMES, *rows]) + "\n"


def excel(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("rows")
        for number, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(number, 0, row)
        sheet.write_number(1, 1, 12.5)
        sheet.write_number(2, 1, 7)
    return path


def parquet(path: Path) -> Path:
    pq.write_table(pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)}), path)
    return path


def jsonlines(path: Path) -> Path:
    return text(path, "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS))


CASES = {
    "csv": lambda folder: text(folder / "a.csv", csv_text(ROWS)),
    "excel": lambda folder: excel(folder / "a.xlsx"),
    "parquet": lambda folder: parquet(folder / "a.parquet"),
    "jsonlines": lambda folder: jsonlines(folder / "a.jsonl"),
}


def test_every_way_has_a_case() -> None:
    assert set(ways()) == set(CASES) == set(FORMATS)


@pytest.mark.parametrize("way", sorted(CASES))
def test_a_way_gives_the_rows_with_their_lines(way: str, tmp_path: Path) -> None:
    path = CASES[way](tmp_path)
    rows, bad = read(path)
    assert [[row[name] for name in NAMES] for row in rows] == ROWS
    first = 1 if way in ("parquet", "jsonlines") else 2
    assert [row[LINE_COLUMN] for row in rows] == [first, first + 1]
    assert bad == []


@pytest.mark.parametrize("way", sorted(CASES))
def test_a_file_is_hashed_while_it_is_read(way: str, tmp_path: Path) -> None:
    path = CASES[way](tmp_path)
    seen: list[tuple[int, int]] = []
    source, chunks = open_file(path, Options(), progress=lambda done, whole: seen.append((done, whole)))
    list(chunks)
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


@pytest.mark.parametrize("way", sorted(CASES))
def test_rubbish_is_refused_with_a_word(way: str, tmp_path: Path) -> None:
    path = text(tmp_path / "rubbish", os.urandom(2000).replace(b"\n", b" ") + b"\n" + os.urandom(300))
    with pytest.raises(UserError) as caught:
        read(path, way)
    assert caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(
    ("encoding", "prefix"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-8-sig", b"\xef\xbb\xbf"), ("gb18030", b""), ("gbk", b"")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_csv_reads_encodings_and_gzip(encoding: str, prefix: bytes, packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    content = prefix + csv_text(ROWS).encode(encoding.removesuffix("-sig"))
    path = text(tmp_path / ("a.csv.gz" if packed else "a.csv"), gzip.compress(content) if packed else content)
    rows, bad = read(path, encoding=encoding)
    assert [[row[name] for name in NAMES] for row in rows] == ROWS
    assert bad == []


def test_a_line_in_another_encoding_is_kept_apart(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", b"a,b\n1,2\n\xff\xfe,3\nx\0y,4\n5,6\n")
    rows, bad = read(path)
    assert [(row[LINE_COLUMN], row["a"]) for row in rows] == [(2, "1"), (5, "5")]
    assert [(r.line, r.reason) for r in bad] == [(3, "byte 1 of the line is no utf-8 text"), (4, "the row holds a zero byte")]


def test_rows_of_another_width_are_kept_apart(tmp_path: Path) -> None:
    rows, bad = read(text(tmp_path / "a.csv", "a,b\n1,2\n3\n\n4,5,6\n7,8\n"))
    assert [(row[LINE_COLUMN], row["a"]) for row in rows] == [(2, "1"), (6, "7")]
    assert [(r.line, r.reason, r.raw) for r in bad] == [
        (3, "the row has 1 cell, the header 2", "3"),
        (5, "the row has 3 cells, the header 2", "4,5,6"),
    ]


def test_an_open_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    rows, bad = read(text(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n2,"open\n3,x\n4,"y"\n5,z\n'))
    assert [(row[LINE_COLUMN], row["a"], row["b"]) for row in rows] == [(2, "1", "two\nlines"), (5, "3", "x"), (6, "4", "y"), (7, "5", "z")]
    assert [r.line for r in bad] == [4]


def test_an_open_quote_at_the_end_is_told(tmp_path: Path) -> None:
    rows, bad = read(text(tmp_path / "a.csv", 'a,b\n1,x\n2,"open\n3,z'))
    assert [row["a"] for row in rows] == ["1", "3"]
    assert [(r.line, r.reason) for r in bad] == [(3, "a quote is opened and never closed")]


def test_a_record_over_the_edge_of_a_block_is_whole(tmp_path: Path) -> None:
    filler = "".join(f'{n},"{"x" * 90}"\n' for n in range(50_000))
    rows, bad = read(text(tmp_path / "a.csv", f'a,b\n{filler}1,"one\ntwo\n\nfour"\n2,z\n'))
    assert len(rows) == 50_002
    assert bad == []
    assert (rows[-2]["b"], rows[-2][LINE_COLUMN], rows[-1][LINE_COLUMN]) == ("one\ntwo\n\nfour", 50_002, 50_006)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_characters="\0\r", blacklist_categories=["Cs"]), max_size=8), min_size=3, max_size=3), max_size=12
    )
)
def test_what_python_writes_comes_back(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([NAMES, *cells])
    rows, bad = read(path)
    assert [[row[name] for name in NAMES] for row in rows] == cells
    assert bad == []


def test_quoted_and_bare_cells_give_the_same_rows(tmp_path: Path) -> None:
    bare = csv_text([[str(n), "b", ""] for n in range(500)])
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in bare.splitlines()) + "\n"
    assert read(text(tmp_path / "a.csv", bare)) == read(text(tmp_path / "b.csv", quoted))


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "empty"), ("\n\n", "no header"), ("a,a\n1,2\n", "appears twice"), (" , \n1,2\n", "no header"), ('"a,b\n', "header cannot be read")],
)
def test_a_file_without_a_header_is_refused(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(text(tmp_path / "a.csv", content))


def test_no_file_a_folder_and_a_large_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match="no file"):
        read(tmp_path)
    with pytest.raises(TooLarge, match="bound is 10"):
        read(text(tmp_path / "a.csv", csv_text(ROWS)), bytes_max=10)
    with pytest.raises(InvalidInput, match="does not tell its format"):
        read(text(tmp_path / "a.pdf", "x"))
    with pytest.raises(InvalidInput, match="no format"):
        read(text(tmp_path / "a.csv", "x"), "xml")


def test_a_gzip_bomb_and_a_torn_gzip_file_are_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000)
    with pytest.raises(TooLarge, match="unpacks"):
        read(text(tmp_path / "a.csv.gz", bomb), bytes_max=1_000_000)
    with pytest.raises(InvalidInput, match="broken or cut off"):
        read(text(tmp_path / "b.csv.gz", bomb[: len(bomb) // 2]))
    with pytest.raises(TooLarge, match="A line is longer"):
        read(text(tmp_path / "c.csv", b"x" * 20_000_000))


def test_json_numbers_stay_exact_and_broken_lines_are_told(tmp_path: Path) -> None:
    lines = ['{"a": 0.10, "b": 12345678901234567890}', "[1]", "{nonsense", "", '{"a": null, "b": {"c": true}, "late": 1}']
    rows, bad = read(text(tmp_path / "a.jsonl", "\n".join(lines)), columns=("wanted",))
    assert [(row[LINE_COLUMN], row["a"], row["b"], row["wanted"]) for row in rows] == [
        (1, "0.10", "12345678901234567890", None),
        (5, None, '{"c": true}', None),
    ]
    assert "late" in rows[1][RAW_COLUMN]
    assert [r.line for r in bad] == [2, 3]


def test_a_wrong_sheet_is_told_with_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(excel(tmp_path / "a.xlsx"), sheet="nosuch")
    assert "rows" in caught.value.fix


@pytest.mark.slow
def test_a_large_file_streams_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    line = b",".join(b"value%d" % n for n in range(20)) + b"\n"
    with path.open("wb") as file:
        file.write(b",".join(b"c%d" % n for n in range(20)) + b"\n")
        for _ in range(200):
            file.write(line * (1_000_000 // len(line)))
    _, chunks = open_file(path, Options())
    before, peak, rows = pa.total_allocated_bytes(), 0, 0
    for chunk in chunks:
        rows += chunk.rows.num_rows
        peak = max(peak, pa.total_allocated_bytes() - before)
    assert rows == 200 * (1_000_000 // len(line))
    assert peak < 60_000_000
