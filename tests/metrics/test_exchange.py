"""Definitions as files and as Apache Ossie: out and in again changes nothing; what comes from elsewhere is read or refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.metrics.test_authoring import WHY, big, put
from tests.metrics.test_authoring_model import made
from windsock.cli.main import main
from windsock.kernel.errors import InvalidInput
from windsock.metrics.authoring.exchange import apply, bodies_of, plan
from windsock.metrics.authoring.files import many_text, one_text, place_of, read_text
from windsock.metrics.authoring.formats import read_any, write_ossie
from windsock.metrics.authoring.ossie import metric_sql
from windsock.metrics.authoring.show import drafts, sheet
from windsock.metrics.catalogue import catalogue, catalogue_of
from windsock.workspace import Workspace

LIBRARY = catalogue()
OUTSIDE = """
version: 0.2.0.dev0
semantic_model:
  - name: shop
    datasets:
      - name: orders
        source: db.public.order_line
        fields:
          - {name: amount, expression: {dialects: [{dialect: ANSI_SQL, expression: booked_value}]}}
    metrics:
      - name: spend_per_person
        description: What a person spends
        expression: {dialects: [{dialect: TABLEAU, expression: x}, {dialect: ANSI_SQL, expression: "%s"}]}
        custom_extensions: [{vendor_name: DBT, data: '{}'}]
"""


def outside(sql: str) -> str:
    return OUTSIDE % sql


@pytest.mark.slow
def test_the_library_goes_through_its_own_form():
    for name, body in LIBRARY.bodies.items():
        assert read_text(one_text(body), name) == [body], name
    assert [body["name"] for body in read_text(many_text(LIBRARY.bodies.values()), "all")] == list(LIBRARY.bodies)


@pytest.mark.slow
def test_the_library_and_what_is_made_here_go_through_ossie(workspace: Workspace):
    put(workspace, big())
    text = write_ossie(workspace, bodies_of(workspace))
    read = read_any(workspace, text, "ossie", "x")
    assert {str(one.body["name"]): one.body for one in read} == dict(catalogue_of(workspace).bodies)
    assert {one.notes for one in read} == {()}
    assert plan(workspace, read, certify=True).counts() == {"new": 0, "changed": 0, "certify": 0, "same": len(read), "wrong": 0}


def test_an_ossie_document_has_the_form_of_its_specification(workspace: Workspace):
    document = yaml.safe_load(write_ossie(workspace, bodies_of(workspace, ["take_rate", "uv"])))
    assert set(document) == {"version", "dialects", "vendors", "semantic_model"}
    (model,) = document["semantic_model"]
    assert (document["version"], model["name"]) == ("0.2.0.dev0", "windsock")
    assert {one["name"] for one in model["datasets"]} == {"event", "order_line", "posting", "travel_day"}
    allowed = {"name", "expression", "description", "datatype", "ai_context", "custom_extensions", "dimension", "label"}
    for one in (*model["metrics"], *(field for dataset in model["datasets"] for field in dataset["fields"])):
        assert set(one) <= allowed
        assert [set(entry) for entry in one["expression"]["dialects"]] == [{"dialect", "expression"}]
        assert isinstance(json.loads(one.get("custom_extensions", [{"data": "{}"}])[0]["data"]), dict)
    assert metric_sql(LIBRARY, "average_order_value") == '(SUM(order_line.booked_value)) / NULLIF(COUNT(DISTINCT order_line."order"), 0)'


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SUM(orders.amount)", {"value": "booked_value", "aggregate": "sum"}),
        ("SUM(CASE WHEN orders.member THEN orders.amount ELSE 0 END)", {"value": "booked_value", "where": "member"}),
        ("COUNT(DISTINCT orders.person)", {"value": "person", "aggregate": "count_distinct"}),
        ("COUNT(*)", {"aggregate": "count"}),
        ("COUNT(CASE WHEN orders.nights > 2 THEN 1 END)", {"aggregate": "count", "where": "nights > 2"}),
    ],
)
def test_one_aggregate_from_elsewhere_becomes_a_measure(workspace: Workspace, sql: str, wanted: dict[str, Any]):
    (read,) = read_any(workspace, outside(sql), "ossie", "x")
    assert read.body["measures"][0].items() >= wanted.items()
    assert "extensions of DBT" in read.notes[0]
    planned = plan(workspace, [read], certify=False)
    assert planned.counts()["new"] == 1, planned.entries


def test_a_formula_from_elsewhere_finds_the_metrics_that_count_the_same(workspace: Workspace):
    read = read_any(workspace, outside("SUM(orders.amount) / NULLIF(COUNT(DISTINCT orders.person), 0) - AVG(orders.nights)"), "ossie", "x")
    whole = read[-1].body
    assert whole["expression"].startswith("booked_amount / buyers - ")
    assert [str(one.body["name"]) for one in read[:-1]] == ["spend_per_person_part3", "spend_per_person_part4"]
    assert plan(workspace, [*read[:-1], read[-1]], certify=True).counts()["new"] == 2
    simple = read_any(workspace, outside("SUM(orders.amount) / COUNT(DISTINCT orders.person)"), "ossie", "x")
    apply(workspace, WHY, plan(workspace, simple, certify=True), certify=True)
    found = catalogue_of(workspace).get("spend_per_person")
    assert (found.expression, found.unit, found.additivity) == ("booked_amount / buyers", "money_ratio", "ratio")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (outside("STDDEV(orders.amount)"), "has no counterpart"),
        (outside("SUM(orders.colour)"), "'orders.colour' has no counterpart in order_line"),
        (outside("SUM(other.amount)"), "datasets that have a counterpart"),
        (outside("SUM(DISTINCT orders.amount)"), "sums distinct values"),
        (outside("SUM((SELECT 1))"), "counterpart"),
        (outside("SUM(orders.amount"), "no SQL"),
        (outside("SUM(orders.amount)").replace('ANSI_SQL, expression: "', 'MDX, expression: "'), "dialect that can be read"),
    ],
)
def test_what_has_no_counterpart_is_said_in_its_entry(workspace: Workspace, text: str, told: str):
    (read,) = read_any(workspace, text, "ossie", "x")
    (entry,) = plan(workspace, [read], certify=False).entries
    assert entry.does == "wrong"
    assert told in entry.problem


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        ("a: &x [1]\nb: *x\n", "library", "aliases"),
        ("- 1\n", "library", "no definition"),
        ("{", "library", "no YAML"),
        ("x: 1", "ossie", "no Ossie model"),
        ("version: 9.0.0\nsemantic_model: []", "ossie", "Version 9.0.0"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(workspace: Workspace, text: str, form: Any, told: str):
    with pytest.raises(InvalidInput, match=told):
        read_any(workspace, text, form, "file.yaml")


def test_what_was_edited_outside_is_taken_from_the_document(workspace: Workspace):
    put(workspace, big())
    document = yaml.safe_load(write_ossie(workspace, bodies_of(workspace, ["big_orders"])))
    metric = document["semantic_model"][0]["metrics"][0]
    metric["description"] = "Orders of 200 and more"
    metric["expression"]["dialects"][0]["expression"] = "COUNT(CASE WHEN order_line.booked_value >= 200 THEN 1 END)"
    (read,) = read_any(workspace, yaml.safe_dump(document), "ossie", "x")
    assert read.body["description"] == {"en": "Orders of 200 and more", "zh": "测试"}
    assert read.body["measures"][0]["where"] == "booked_value >= 200"
    assert len(read.notes) == 2
    assert read.body["owner"] == "me"


def test_all_are_imported_or_none(workspace: Workspace):
    good, bad = made("orders / uv", name="good_one"), made("orders / nothing", name="bad_one")
    planned = plan(workspace, read_any(workspace, many_text([good, bad]), "library", "x"), certify=True)
    assert [(one.name, one.does) for one in planned.entries] == [("good_one", "new"), ("bad_one", "wrong")]
    with pytest.raises(InvalidInput, match="'bad_one' can't be imported"):
        apply(workspace, WHY, planned, certify=True)
    assert (drafts(workspace), "good_one" in catalogue_of(workspace).metrics) == ((), False)


def test_metrics_that_name_each_other_come_in_together(workspace: Workspace):
    text = many_text([made("big_orders / orders", name="big_share"), big()])
    done = apply(workspace, WHY, plan(workspace, read_any(workspace, text, "library", "x"), certify=True), certify=True)
    assert [one.name for one in done] == ["big_share", "big_orders"]
    again = plan(workspace, read_any(workspace, text, "library", "x"), certify=True)
    assert (again.counts()["same"], apply(workspace, WHY, again, certify=True)) == (2, ())


@pytest.mark.slow
def test_the_commands_export_and_import(home: Path, tmp_path: Path):
    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["metrics", *words, "--home", str(home)])
        return done.output + ("" if done.exit_code == 0 else f"exit {done.exit_code}: {done.exception}")

    folder = tmp_path / "out"
    assert f"{len(LIBRARY.metrics)} metrics" in run("export", str(folder))
    assert (folder / "overall" / "revenue.yaml").is_file()
    assert "nothing was written" in run("import", str(folder), "--dry-run")
    body = big()
    (folder / place_of(body)).write_text(one_text(body), encoding="utf-8")
    said = run("import", str(folder), "--certify")
    assert "+ big_orders: new" in said
    assert "1 certified" in said
    assert "0 certified" in run("import", str(folder), "--certify")
    assert "certified" in run("show", "big_orders")
    assert "big_orders" in run("list", "--class", "overall")
    assert "1 metric in 1 file" in run("export", str(tmp_path / "own"), "--own", "--format", "ossie")
    (folder / place_of(body)).write_text(one_text(body | {"owner": "you", "unit": "money"}), encoding="utf-8")
    said = run("import", str(folder), "--dry-run")
    assert "! big_orders: wrong" in said
    assert "exit" in said
    assert "no YAML files" in run("import", str(tmp_path / "nowhere"))


def test_an_import_over_a_draft_shows_what_changes(workspace: Workspace):
    put(workspace, big())
    (entry,) = plan(workspace, read_any(workspace, one_text(big() | {"owner": "you"}), "library", "x"), certify=False).entries
    assert entry.diff is not None
    assert [(one.path, one.old, one.new) for one in entry.diff.changes] == [("/owner", "me", "you")]
    assert sheet(workspace, "big_orders").newest == entry.base == 1
