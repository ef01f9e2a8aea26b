"""Lifetime values: the compiled statement against a slow, obvious telling, worked cases, and the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import click
import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.purses import HOME, Row, money_of, purses
from tests.analyses.stages import Stage
from tests.conditions.oracle import Oracle, among, passes, read
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import MoneyFrame, Revenue, ask_revenue, explain_revenue, read_revenue, revenue_behind, revenue_schema
from windsock.analyses.revenue.commands import revenue as command
from windsock.conditions import Frame
from windsock.kernel.clock import FixedClock, local_date
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import open_local, schema
from windsock.workspace import Workspace

NOW = T0 + 12 * DAY + 5 * HOUR
TODAY = local_date(NOW, ZONE)
AROUND = MoneyFrame(Frame(NOW, ZONE), HOME)
T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261107, most=6)
    purses(world, 8)
    warehouse = open_local(tmp_path_factory.mktemp("revenue") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()


ages = st.one_of(
    st.sampled_from(
        [
            {"cohorts": "day", "grain": "day"}, {"cohorts": "week", "grain": "week"}, {"cohorts": "month", "grain": "month"},
            {"cohorts": "month", "grain": "week"}, {"cohorts": "week", "grain": "day"}, {"cohorts": "month", "grain": "day"},
        ]
    ).flatmap(lambda one: st.integers(1, 20).map(lambda cells: one | {"cells": cells})),
    st.sampled_from([{"cohorts": "week", "ages": [0, 3, 7, 30]}, {"ages": [10]}, {"cohorts": "day", "ages": [0, 1]}]),
)  # fmt: skip
PERIODS = [{"from": "2026-10-01", "to": "2026-11-12"}, {"from": "2026-10-06", "to": "2026-10-20"}, {"last": 3, "unit": "weeks"}]
MONIES = [
    "booked", "paid", "revenue", {"orders": "paid", "currency": "EUR"}, {"event": "c", "field": "price"}, {"event": "*", "field": "properties.n"},
]  # fmt: skip
asked = st.tuples(
    ages,
    st.fixed_dictionaries(
        {"period": st.sampled_from(PERIODS)},
        optional={
            "start": st.sampled_from(["order", "a", {"event": "b", "where": [{"field": "route", "op": "=", "value": "r1"}]}]),
            "starts": st.sampled_from(["first", "period"]),
            "money": st.sampled_from(MONIES),
            "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
        },
    ),
).map(lambda two: two[0] | two[1])  # fmt: skip


def _starts(world: World, revenue: Revenue, money: list[Row], days: tuple[dt.date, dt.date]) -> dict[int, dt.date]:
    """Return the first start of each person: of all time, or of those in the period."""
    found: dict[int, list[dt.date]] = {}
    if revenue.start is None:
        for row in money:
            if row.buys and row.person is not None:
                found.setdefault(row.person, []).append(row.day)
    else:
        for person, events in world.counted().items():
            able = [event for event in events if among(event, revenue.start) and event["ts_ms"] <= NOW]
            able = [event for event in able if all(passes(test, read(event, test.field)) for test in revenue.asked.where)]
            found |= {person: [local_date(event["ts_ms"], ZONE) for event in able]} if able else {}
    if revenue.starts == "period":
        found = {person: [day for day in own if days[0] <= day <= days[1]] for person, own in found.items()}
    firsts = {person: min(own) for person, own in found.items() if own}
    return {person: day for person, day in firsts.items() if days[0] <= day <= days[1]}


def _cohort(day: dt.date, grain: str) -> dt.date:
    return {"day": day, "week": day - dt.timedelta(days=day.weekday()), "month": day.replace(day=1)}[grain]


def _age(revenue: Revenue, start: dt.date, day: dt.date) -> int:
    gone = (day - start).days
    if revenue.ages:
        return next((index for index, age in enumerate(revenue.ages) if gone <= age), len(revenue.ages))
    if revenue.grain == "month":
        return (day.year - start.year) * 12 + day.month - start.month
    if revenue.grain == "week":
        return (_cohort(day, "week") - _cohort(start, "week")).days // 7 if revenue.cohorts == "week" else gone // 7
    return gone


def _agree(stage: Stage, written: dict[str, Any]) -> None:
    warehouse, world = stage
    revenue = read_revenue(written)
    answer = ask_revenue(warehouse, revenue, AROUND)
    money = money_of(world, revenue.money, NOW)
    starts = _starts(world, revenue, money, (answer.days.start, answer.days.end))
    if revenue.asked.who is not None:
        oracle = Oracle(world, NOW, ZONE)
        starts = {person: day for person, day in starts.items() if oracle.meets(person, revenue.asked.who)}
    assert [row.cohort for row in answer.cohorts] == sorted(
        {
            _cohort(answer.days.start + dt.timedelta(days=n), revenue.cohorts)
            for n in range(answer.days.days)
            if answer.days.start + dt.timedelta(days=n) <= TODAY
        }
    )
    assert sum(row.size for row in answer.cohorts) == answer.total.size == len(starts)
    totals: list[list[tuple[Decimal, int]]] = [[] for _ in range(revenue.cells)]
    for row in answer.cohorts:
        members = {person: day for person, day in starts.items() if _cohort(day, revenue.cohorts) == row.cohort}
        mine = [one for one in money if one.person in members and one.day >= members[one.person]]
        assert row.size == len(members)
        assert row.buyers == len({one.person for one in mine if one.buys})
        for cell, told in enumerate(row.cells):
            if not members or _age(revenue, max(members.values()), TODAY) <= cell:
                assert told.value is None
                continue
            value = sum((one.amount for one in mine if _age(revenue, members[one.person or 0], one.day) <= cell), Decimal(0))
            assert told.value == value
            assert told.buyers == len({one.person for one in mine if one.buys and _age(revenue, members[one.person or 0], one.day) <= cell})
            assert told.per_member == (value / len(members)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
            totals[cell].append((value, len(members)))
    for cell, told in enumerate(answer.total.cells):
        assert told.value == (sum((value for value, _ in totals[cell]), Decimal(0)) if totals[cell] else None)
        assert told.judged == sum(size for _, size in totals[cell])
    assert answer.nobody == sum((one.amount for one in money if one.person is None and answer.days.start <= one.day <= answer.days.end), Decimal(0))
    for row, cell in [(row, len([one for one in row.cells if one.value is not None]) - 1) for row in answer.cohorts[:2]]:
        if cell >= 0:
            behind = revenue_behind(warehouse, revenue, AROUND, (row.cohort, cell), page=(0, 10_000))
            assert (behind.total, behind.value) == (row.size, row.cells[cell].value)
            assert sum((one["value"] for one in behind.rows), Decimal(0)) == behind.value
    if answer.total.cells[0].value is not None:
        behind = revenue_behind(warehouse, revenue, AROUND, (None, 0))
        assert (behind.total, behind.value) == (answer.total.cells[0].judged, answer.total.cells[0].value)


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_a_lifetime_value_is_what_the_telling_says(stage: Stage, written: dict[str, Any]):
    jsonschema_rs.validator_for(revenue_schema()).validate(written)
    _agree(stage, written)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=40 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_lifetime_values_agree(stage: Stage, written: dict[str, Any]):
    _agree(stage, written)


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_everybody_has_a_proof_of_the_money(stage: Stage, written: dict[str, Any]):
    warehouse, _ = stage
    revenue = read_revenue(written)
    behind = revenue_behind(warehouse, revenue, AROUND, page=(0, 10_000))
    known = {row["person"]: row for row in behind.rows}
    for person in [*[*known][:3], 7]:
        proof = explain_revenue(warehouse, revenue, AROUND, person)
        assert proof.start == (known[person]["start"] if person in known else None)
        if person in known:
            assert (proof.brought[-1].value if proof.brought else Decimal(0)) == known[person]["value"]
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


def test_foreign_money_without_a_rate_is_refused(tmp_path_factory: pytest.TempPathFactory):
    world = World()
    purses(world, 9, people=20, rated=False)
    warehouse = open_local(tmp_path_factory.mktemp("rates") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    written = {"period": {"from": "2026-10-01", "to": "2026-11-12"}}
    with pytest.raises(InvalidInput, match="without a rate to CNY"):
        ask_revenue(warehouse, read_revenue(written), AROUND)
    assert ask_revenue(warehouse, read_revenue(written | {"money": {"orders": "paid", "currency": "EUR"}}), AROUND).currency == "EUR"
    warehouse.close()


CASES = yaml.safe_load((Path(__file__).parent / "revenue_cases.yaml").read_text("utf-8"))


def paid(world: World, person: int, day: dt.date, amount: str, **more: Any) -> None:
    """Add an order that was paid, or a refund where the amount is negative, with its one line."""
    key, back = len(world.rows.get("order_line", [])), amount.startswith("-")
    plain: dict[str, Any] = {"order_key": key, "line_no": 1, "currency": HOME, "known_from_ms": 0, "known_to_ms": None}
    world.add("order_line", **plain, did=person, booked_date=day, booked_amount=Decimal(amount), **more)
    world.add(
        "posting", **plain, posting_ref="p", kind="refund" if back else "payment", at_date=day, amount=Decimal(amount), take_amount=Decimal(amount)
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case_of_lifetime_values(case: dict[str, Any], tmp_path: Path):
    world = World()
    for person, day, amount in case["payments"]:
        paid(world, person, day, amount)
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    around = MoneyFrame(Frame(1_776_225_600_000, "Asia/Shanghai"), HOME)  # 2026-04-15 12:00
    written = {"period": {"from": "2026-01-01", "to": "2026-01-31"}, "cells": 3, **case["ask"]}
    answer = ask_revenue(warehouse, read_revenue({key: value for key, value in written.items() if key != "cells" or "ages" not in written}), around)
    told = {row["cohort"] or "all": [cell["per_member"] for cell in row["cells"]] for row in (*answer.json()["cohorts"], answer.json()["total"])}
    assert told == case["expect"]
    warehouse.close()


ASKED = "revenue: New customers\ncohorts: month\ncells: 2\nperiod: {from: 2025-11-01, to: 2025-12-31}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        paid(world, did, dt.date(2025, 11, did), "10.50")
    paid(world, 3, dt.date(2025, 12, 5), "5", route="PEK-SHA")
    paid(world, 3, dt.date(2025, 12, 6), "-2")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    workspace.clock = FixedClock(T)
    return workspace


def typed(command: click.Command, workspace: Workspace, path: Path, *given: str) -> Result:
    """Run a command on a workspace that is open already."""
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, [str(path), *given], catch_exceptions=True)
    finally:
        command.callback = callback


def json_of(result: Result) -> Any:
    """Return what was printed."""
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_cohorts_members_and_proof(seeded: Workspace, tmp_path: Path):
    path = tmp_path / "revenue.yaml"
    path.write_text(ASKED, encoding="utf-8")
    answer = json_of(typed(command, seeded, path, "--format", "json"))
    assert [(row["cohort"], row["size"], [cell["value"] for cell in row["cells"]]) for row in answer["cohorts"]] == [
        ("2025-11-01", 3, ["31.5", "34.5"]), ("2025-12-01", 0, [None, None]),
    ]  # fmt: skip
    assert answer["total"]["cells"][1] == {"judged": 3, "value": "34.5", "per_member": "11.5", "buyers": 3}
    assert "not predicted" in typed(command, seeded, path).stdout
    rows = list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--format", "csv").stdout)))
    assert [row["value"] for row in rows if row["cohort"] == "all"] == ["31.5", "34.5"]
    behind = json_of(typed(command, seeded, path, "--format", "json", "--people", "--cohort", "2025-11-20", "--cell", "1", "--limit", "1"))
    assert (behind["total"], behind["value"], behind["next_cursor"]) == (3, "34.5", 1)
    assert [(row["person"], row["value"], row["purchases"]) for row in behind["people"]] == [(3, "13.5", 2)]
    assert "user35555" not in json.dumps(behind)  # ids are masked
    assert len(list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--people", "--format", "csv").stdout)))) == 3
    assert "3 members, 34.5" in typed(command, seeded, path, "--people").stdout
    proof = json_of(typed(command, seeded, path, "--format", "json", "--explain-person", "login:user35555"))
    assert [(one["amount"], one["cell"], one["value"]) for one in proof["amounts"]] == [("10.5", 0, "10.5"), ("5", 1, "15.5"), ("-2", 1, "13.5")]
    assert typed(command, seeded, path, "--explain-person", "3").stdout.splitlines()[0].startswith("Member of the cohort 2025-11-01")
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--cell", "9"), ("--people", "--cohort", "today")):
        assert isinstance(typed(command, seeded, path, *wrong).exception, UserError), wrong


RIGHT: dict[str, Any] = {"period": {"from": "2026-10-01", "to": "2026-11-02"}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"money": "gold"}, {"money": {"orders": "paid", "currency": "yuan"}}, {"money": {"event": "a"}}, {"money": 5}, {"grain": "year"},
        {"cohorts": "day", "grain": "week"}, {"cohorts": "week", "grain": "month"}, {"cells": 0}, {"cells": 61}, {"ages": []}, {"ages": [7, 7]},
        {"ages": [1], "cells": 3}, {"starts": "last"}, {"where": [{"field": "route", "op": "=", "value": "a"}]}, {"color": "red"}, {"start": 5},
    ],
)  # fmt: skip
def test_a_lifetime_value_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_revenue(RIGHT | wrong)
    assert caught.value.where.startswith("revenue")


@pytest.mark.parametrize("wanted", [(None, 12), (dt.date(2026, 11, 1), 0), (dt.date(2026, 10, 1), 5)])
def test_a_cell_that_is_not_told_has_no_members(stage: Stage, wanted: tuple[dt.date | None, int]):
    with pytest.raises(InvalidInput):
        revenue_behind(stage[0], read_revenue(RIGHT), AROUND, wanted)
