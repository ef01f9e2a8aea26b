"""`windsock locate` reads a file and says the causes; what can't be read is said with its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from windsock.cli.main import main
from windsock.kernel.errors import InvalidInput, NotFound, TooLarge
from windsock.monitoring.root_cause.commands import locate_file

HEAD = "channel,route,real,predict\n"
RATIO = "device,orders_real,orders_predict,visits_real,visits_predict\n"


def run(path: Path, *options: str):
    return CliRunner().invoke(locate_file, [str(path), *options], standalone_mode=False)


@pytest.fixture
def halved(tmp_path: Path) -> Path:
    rows = [
        f"{c},{r},{base * (0.5 if r == 'PVG-NRT' else 1)},{base}\n"
        for c, base in (("site", 200), ("app", 100))
        for r in ("PVG-NRT", "PEK-SIN", "CAN-BKK")
    ]
    path = tmp_path / "leaves.csv.gz"
    path.write_bytes(gzip.compress((HEAD + "".join(rows)).encode()))
    return path


def test_json_holds_the_causes_and_what_is_known_of_them(halved: Path):
    told = json.loads(run(halved, "--kind", "additive", "--format", "json", "--hours", "2", "--currency", "CNY").output)
    assert told["root_causes"] == [{"route": "PVG-NRT"}]
    cause = told["causes"][0]
    assert (cause["real"], cause["expected"], cause["change"], cause["lost_amount"], cause["ratio"]) == (150, 300, -150, 150, 0.5)
    assert cause["share"] == told["explained"] == 1
    assert 0.5 < cause["confidence"] <= 1
    assert 0 < told["seconds"] < 5
    assert told["sentence"]["en"].endswith("about 75 CNY lost an hour.")
    assert "损失 75 CNY" in told["sentence"]["zh"]


def test_the_table_is_for_people_and_needs_no_workspace(halved: Path):
    done = CliRunner().invoke(main, ["locate", str(halved), "--kind", "additive"])
    assert done.exit_code == 0
    assert "route = PVG-NRT" in done.output
    assert "航" not in done.output
    assert "比预期低" in done.output


def test_dimensions_can_be_chosen(halved: Path):
    told = json.loads(run(halved, "--kind", "additive", "--format", "json", "--dimension", "route").output)
    assert told["root_causes"] == [{"route": "PVG-NRT"}]
    assert told["causes"][0]["leaves"] == 1
    assert isinstance(run(halved, "--kind", "additive", "--dimension", "real").exception, InvalidInput)


def test_mix_is_divided_where_it_is_asked_for(tmp_path: Path):
    path = tmp_path / "simpson.csv"
    path.write_text(RATIO + "mobile,1280,1800,40000,60000\ndesktop,720,400,60000,40000\n")
    told = json.loads(run(path, "--kind", "ratio", "--format", "json", "--mix").output)
    assert told["root_causes"] == []
    assert told["mixed_by"] == "device"
    assert (told["mix_by"]["device"]["rate"], told["mix_by"]["device"]["mix"]) == ("0.002000000000", "-0.004000000000")
    assert "By device: 0.2 pp by the parts' own ratios, −0.4 pp by their mix." in run(path, "--kind", "ratio", "--mix").output
    assert json.loads(run(path, "--kind", "ratio", "--format", "json").output).get("mix_by") is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("channel,route,real\nsite,x,5\n", "no column 'predict'"),
        ("real,predict\n5,5\n", "no column of a dimension"),
        (HEAD, "no row"),
        ("", "empty"),
        (HEAD + "site,x,5,5\nsite,y,-1,5\n", "'real' of row 2 is -1"),
        (HEAD + "site,x,5,5\nsite,y,nan,5\n", "'real' of row 2 is nan"),
        (HEAD + "site,x,5,5\nsite,y,5,inf\n", "'predict' of row 2 is inf"),
        (HEAD + "site,x,5,5\nsite,y,5,many\n", "'predict' of row 2 is 'many'"),
        (HEAD + "site,x,5,5\nsite,y,,5\n", "'real' of row 2 is ''"),
        (HEAD + "site,x,5\n", "Line 2 can't be read"),
        ("channel,channel,real,predict\nsite,x,5,5\n", "appears twice"),
        (",".join(f"d{place}" for place in range(13)) + ",real,predict\n" + "x," * 13 + "1,1\n", "13 dimensions"),
    ],
)
def test_bad_input_is_told_with_its_place(tmp_path: Path, text: str, what: str):
    path = tmp_path / "leaves.csv"
    path.write_text(text)
    error = run(path, "--kind", "additive").exception
    assert isinstance(error, InvalidInput | TooLarge)
    assert what in error.what


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("site,x,5,10\n", "and one leaf can't be told apart from anything."),
        ("site,x,5,5\nsite,y,3,3\napp,x,0,0\n", "The figure is as expected."),
        ("site,x,0,0\nsite,y,0,0\n", "The figure is as expected."),
    ],
)
def test_where_there_is_nothing_to_find_no_cause_is_named(tmp_path: Path, rows: str, sentence: str):
    path = tmp_path / "leaves.csv"
    path.write_text(HEAD + rows)
    told = json.loads(run(path, "--kind", "additive", "--format", "json").output)
    assert told["root_causes"] == []
    assert told["sentence"]["en"].endswith(sentence)


def test_ratios_take_rows_without_visits(tmp_path: Path):
    path = tmp_path / "leaves.csv"
    path.write_text(RATIO + "mobile,0,0,0,0\ndesktop,0,0,0,0\n")
    assert json.loads(run(path, "--kind", "ratio", "--format", "json").output)["root_causes"] == []
    path.write_text(RATIO + "mobile,3,0,0,0\ndesktop,50,50,1000,1000\ntablet,0,0,0,10\n")
    assert run(path, "--kind", "ratio", "--format", "json").exception is None


def test_a_file_that_is_not_there_or_too_long_is_refused(tmp_path: Path):
    assert isinstance(run(tmp_path / "nowhere.csv", "--kind", "additive").exception, NotFound)
    path = tmp_path / "long.csv"
    path.write_text(HEAD + "site,x,1,1\n" * 1_000_000)
    assert isinstance(run(path, "--kind", "additive").exception, TooLarge)
