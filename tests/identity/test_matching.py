"""Records that are one person are found; what says nothing stays apart."""

from __future__ import annotations

import csv
import gzip
import itertools
import os
import random
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from windsock.identity.matching import Pair, match_records, recognise, through
from windsock.identity.matching.commands import match
from windsock.identity.matching.model import written
from windsock.identity.matching.read import as_csv, read_records
from windsock.identity.matching.records import prepared
from windsock.kernel.errors import InvalidInput

DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data")) / "identity"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the public records to match (FEBRL, fake_1000) are not here")


def f1(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> float:
    both = len(found & truth)
    return 2 * both / (len(found) + len(truth))


def pairs_of(groups: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {(min(a, b), max(a, b)) for group in groups.values() for a, b in itertools.combinations(group, 2)}


def clusters(path: Path, id_column: str, cluster: str | None) -> dict[str, list[str]]:
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8")
    groups: dict[str, list[str]] = {}
    for raw in csv.DictReader(text.splitlines()):
        row = {key.strip(): value.strip() for key, value in raw.items()}
        key = row[cluster] if cluster else row[id_column].split("-")[1]
        groups.setdefault(key, []).append(row[id_column])
    return groups


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "id_column", "cluster", "least"),
    [
        ("dataset1.csv.gz", "rec_id", None, 0.99),
        ("dataset2.csv.gz", "rec_id", None, 0.99),
        ("dataset3.csv.gz", "rec_id", None, 0.99),
        ("fake_1000.csv", "unique_id", "cluster", 0.94),
    ],
)
def test_one_set_of_defaults_finds_the_people_of_public_data(name: str, id_column: str, cluster: str | None, least: float, tmp_path: Path):
    out = tmp_path / "pairs.csv"
    ran = CliRunner().invoke(match, [str(DATA / name), "--id", id_column, "--format", "csv", "--out", str(out)], obj=None, standalone_mode=False)
    assert ran.exception is None, ran.exception
    with out.open(encoding="utf-8") as file:
        found = {(min(row["id_a"], row["id_b"]), max(row["id_a"], row["id_b"])) for row in csv.DictReader(file)}
    assert f1(found, pairs_of(clusters(DATA / name, id_column, cluster))) >= least


def test_columns_are_recognised_by_their_names_in_both_languages():
    assert recognise(["编号", "姓名", "手机号", "出生日期"]) == {"name": "姓名", "dob": "出生日期", "phone": "手机号"}
    assert recognise(["id", "E-Mail", "Last Name", "x"], {"given": "x"}, ["E-Mail"]) == {"given": "x", "family": "Last Name"}
    # A number of social security names somebody too well to be taken without being asked for.
    assert "document" not in recognise(["given_name", "surname", "soc_sec_id"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [(["id", "city"], {}), (["id", "surname", "dob"], {"nick": "id"}), (["id", "surname", "dob"], {"given": "first"})],
)
def test_too_little_to_go_by_is_said(columns: list[str], said: dict[str, str]):
    with pytest.raises(InvalidInput):
        recognise(columns, said)


@pytest.mark.parametrize(
    ("field", "text", "same"),
    [
        ("dob", "1980-01-05", "19800105"), ("dob", "05/01/1980", "19800105"), ("dob", "1980-01-05T00:00:00", "19800105"), ("dob", "", None),
        ("family", "ＬＩ  Wei", "li wei"), ("email", "A@B.cn", "a@b.cn"), ("email", "none", None), ("document", "g 123-45", "G12345"),
    ],
)  # fmt: skip
def test_values_are_written_one_way(field: str, text: str, same: str | None):
    assert written(field)(text) == same


def test_a_third_record_speaks_one_step_only():
    chain = [Pair("a", "b", 0.99), Pair("b", "c", 0.99), Pair("c", "d", 0.99)]
    found = {(pair.a, pair.b): pair for pair in through(chain)}
    assert set(found) == {("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("b", "d")}
    assert found["a", "c"].by == "b"
    assert found["a", "c"].probability == pytest.approx(0.9801)


def test_of_several_third_records_the_surest_speaks():
    given = [Pair("a", "c", 0.96), Pair("b", "c", 0.96), Pair("a", "d", 1.0), Pair("b", "d", 1.0)]
    found = {(pair.a, pair.b): pair for pair in through(given)}
    assert (found["a", "b"].probability, found["a", "b"].by) == (1.0, "d")


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda ends: ends[0] < ends[1]), st.floats(0.01, 1.0), max_size=15))
def test_a_third_record_never_makes_a_pair_less_probable(given_pairs: dict[tuple[int, int], float]):
    before = {(str(a), str(b)): probability for (a, b), probability in given_pairs.items()}
    after = {(pair.a, pair.b): pair for pair in through([Pair(a, b, p) for (a, b), p in before.items()])}
    for ends, probability in before.items():
        assert after[ends].probability >= probability
    for (a, b), pair in after.items():  # the slow telling: the best of the pair itself and all third records
        ways = [before.get((a, b), 0.0)]
        for third in {end for ends in before for end in ends} - {a, b}:
            p, q = (before.get((min(x, third), max(x, third)), 0.0) for x in (a, b))
            if p >= 0.9 and q >= 0.9 and ways[0] < 0.9:
                ways.append(p * q)
        assert pair.probability == pytest.approx(max(ways))


def some_people(count: int = 300) -> list[dict[str, str]]:
    dice = random.Random(7)  # noqa: S311 - made-up people
    word = lambda parts: "".join(dice.choice("bcdfglmnprstvz") + dice.choice("aeiou") for _ in range(parts))  # noqa: E731 - of this function only
    first, last = [word(2) for _ in range(40)], [word(3) for _ in range(80)]
    rows = []
    for n in range(count):
        given, family = dice.choice(first), dice.choice(last)
        born = f"{dice.randint(1950, 2005)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        rows.append(
            {
                "id": f"p{n:03d}",
                "first_name": given,
                "surname": family,
                "dob": born,
                "email": f"{given}{dice.randint(1, 999)}@{word(3)}.org",
                "city": word(1),
            }
        )
    return rows


@pytest.mark.slow
def test_two_files_are_matched_across_and_ids_keep_their_side(tmp_path: Path):
    people = some_people()
    twins = [person | {"id": person["id"].replace("p", "q", 1), "surname": person["surname"][:-1]} for person in people[:100]]
    for name, rows in (("a.csv", people), ("b.csv", twins)):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    tables = [read_records(tmp_path / name) for name in ("a.csv", "b.csv")]
    fields = recognise(tables[0].column_names, leave_out=["id"])
    found = match_records([prepared(rows, "id", fields) for rows in tables])
    assert {(pair.a, pair.b) for pair in found.pairs} == {(f"p{n:03d}", f"q{n:03d}") for n in range(100)}
    assert all(reason.level in {"same", "one_edit"} for pair in found.pairs for reason in pair.reasons if reason.field in ("family", "dob"))
    lines = list(as_csv(found.pairs))
    assert lines[0] == "id_a,id_b,probability,through"
    assert lines[1].startswith("p000,q000,1.000000")


def test_records_without_usable_ids_are_refused():
    rows = pa.table({"id": ["1", "1"], "surname": ["a", "b"], "dob": ["19800101", "19800102"]})
    fields = recognise(rows.column_names, leave_out=["id"])
    with pytest.raises(InvalidInput, match="same id"):
        prepared(rows, "id", fields)
    with pytest.raises(InvalidInput, match="no id"):
        prepared(pa.table({"id": ["1", " "], "surname": ["a", "b"], "dob": ["1", "2"]}), "id", fields)
    with pytest.raises(InvalidInput, match="too few"):
        match_records([prepared(rows.slice(0, 1), "id", fields)])


def test_an_empty_street_and_number_keep_their_row():
    rows = pa.table({"id": ["1", "2"], "surname": ["a", "b"], "dob": ["19800101", "1981"], "street_number": ["5", None], "address": ["road", None]})
    done = prepared(rows, "id", recognise(rows.column_names, leave_out=["id"]))
    assert done.column("street").to_pylist() == ["5 road", None]
    assert "number" not in done.column_names
