"""A source is judged against its own past, and the sentence says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import START_MS
from tests.http.make import Client, bearer
from tests.tracking import make
from windsock.catalog import touch_source
from windsock.governance import SYSTEM
from windsock.http import create_app
from windsock.jobs import JobContext
from windsock.kernel.errors import Broken
from windsock.tracking import load_events
from windsock.tracking.model.quality import OTHER, Cell, drifts, expect, judge_volume, psi
from windsock.tracking.plan.freeze import freeze
from windsock.tracking.plan.read import read_plan
from windsock.tracking.quality import commands, jobs
from windsock.tracking.quality.assess import SourceQuality, assess
from windsock.workspace import Workspace

HOUR, DAY = 3_600_000, 86_400_000
DAYS = 29


def search(day: int, n: int, at: int, **more: Any) -> dict[str, Any]:
    said = {"pax": 1 + n % 3, "cabin": "YC"[n % 2], "dwell_s": 10 + n % 7, **more}
    return make.event(message_id=f"{day}-{n}", anonymous_id=f"a{n % 50}", event="search", client_ms=at, received_ms=at, properties=json.dumps(said))


def history(
    workspace: Workspace, last_day: Callable[[int, int], dict[str, Any] | None], *, each: int = 240, source: str = "site", **more: Any
) -> None:
    """Load 28 ordinary days of ten events an hour, and a last day whose events are made by the test."""
    rows: list[dict[str, Any]] = []
    for day in range(DAYS):
        for n in range(each):
            at = START_MS - (DAYS - day) * DAY + n * (DAY // each) + 1
            row = search(day, n, at) if day < DAYS - 1 else last_day(n, at)
            rows += [row] if row is not None else []
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "site", "b1", make.table(rows), START_MS, trust="server", plan=read_plan(workspace))


def ordinary(n: int, at: int) -> dict[str, Any]:
    return search(DAYS - 1, n, at)


def only(workspace: Workspace) -> SourceQuality:
    (found,) = assess(workspace)
    return found


def test_an_ordinary_day_is_ok(workspace: Workspace) -> None:
    history(workspace, ordinary)
    found = only(workspace)
    assert (found.state, found.actual, found.drift, len(found.series)) == ("ok", 240, (), 24)
    assert found.expected is not None
    assert (found.expected.middle, found.series[-1].actual) == (240, 10)
    assert {name: share for name, share in found.shares.items() if share is not None} == {
        "validity": 1, "uniqueness": 1, "completeness": 1, "late_share": 0, "bot_share": 0,
    }  # fmt: skip
    assert "240" in found.sentence_en
    assert "240" in found.sentence_zh


def test_half_a_day_too_few_is_seen_and_said(workspace: Workspace) -> None:
    history(workspace, lambda n, at: ordinary(n, at) if n % 3 == 0 or n == 239 else None)
    found = only(workspace)
    assert (found.state, found.actual) == ("bad", 81)
    assert found.sentence_en == "Only 81 events in its last day, 194 to 286 were expected."
    assert found.sentence_zh == "最近一天仅 81 条事件，预期 194 至 286 条。"


def test_late_and_silent_are_states_of_their_own(workspace: Workspace) -> None:
    history(workspace, ordinary)
    for hours, state, word in ((30, "late", "Late by 30.0 h"), (80, "silent", "Silent for 3.3 d")):
        workspace.clock.ms = START_MS + hours * HOUR - DAY // 240  # pyright: ignore[reportAttributeAccessIssue] - a fixed clock
        found = only(workspace)
        assert found.state == state
        assert found.sentence_en.startswith(word)


def test_what_came_twice_breaks_the_plan_or_was_done_by_robots_lowers_its_share(workspace: Workspace) -> None:
    freeze(
        workspace,
        {"events": {"search": {"properties": {"pax": "integer"}}}, "modes": {"wrong_type": "flag", "unknown_event": "quarantine"}},
        SYSTEM,
        "x",
    )

    def bad(n: int, at: int) -> dict[str, Any]:
        if n % 4 == 0:
            return {**search(DAYS - 1, 0, START_MS - DAY + 1), "received_ms": at}
        if n % 4 == 1:
            return {**search(DAYS - 1, n, at), "event": "teleported"}
        return {**search(DAYS - 1, n, at, pax="two" if n % 4 == 2 else 2), "bot": n % 4 == 3}

    history(workspace, bad)
    found = only(workspace)
    assert found.shares["uniqueness"] == pytest.approx(1 - 59 / 240)
    assert found.shares["validity"] == pytest.approx(1 - 120 / 240)
    assert found.shares["bot_share"] == pytest.approx(60 / 121)
    assert (found.state, found.flags["wrong_type"]) == ("bad", 60)
    assert "duplicates" in found.sentence_en


def test_missing_values_and_late_events_are_counted(workspace: Workspace) -> None:
    def bad(n: int, at: int) -> dict[str, Any]:
        row = search(DAYS - 1, n, at)
        said = json.loads(row["properties"])
        if n % 2:
            del said["cabin"]
        return {**row, "properties": json.dumps(said), "client_ms": at - (3 * DAY if n % 10 == 0 else 0), "message_id": f"x{n}"}

    history(workspace, bad)
    found = only(workspace)
    assert found.shares["late_share"] == pytest.approx(0.1)
    assert found.shares["completeness"] is not None
    assert found.shares["completeness"] < 0.9
    assert [(one.property, one.what) for one in found.drift][:1] == [("cabin", "share")]


@pytest.mark.parametrize(
    ("change", "what", "sides"),
    [
        ({"pax": "two"}, "type", ("number 100.0%", "text 100.0%")),
        ({"cabin": "F"}, "new_values", ("", "F")),
        ({"dwell_s": 5_000}, "shift", None),
    ],
)
def test_drift_names_what_changed(workspace: Workspace, change: dict[str, Any], what: str, sides: tuple[str, str] | None) -> None:
    history(workspace, lambda n, at: search(DAYS - 1, n, at, **change))
    found = only(workspace)
    told = next(one for one in found.drift if one.what == what)
    assert (told.event, told.property) == ("search", next(iter(change)))
    if sides is not None:
        assert (told.before, told.after) == sides
    else:
        assert told.measure.startswith("PSI ")
    assert found.state == ("bad" if what == "type" else "warn"), "a wrong type also breaks the catalogue"
    assert "search." in found.sentence_en


def test_a_source_that_never_sent_has_no_data(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        touch_source(tx, "new", "events", "New site", None, payment_known=None, now_ms=START_MS)
    found = only(workspace)
    assert (found.state, found.sentence_en) == ("no_data", "Nothing was ever received.")


def test_two_days_of_life_let_nothing_be_expected(workspace: Workspace) -> None:
    rows = [search(0, n, START_MS - 2 * DAY + n * HOUR) for n in range(48)]
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "site", "b1", make.table(rows), START_MS, trust="server")
    found = only(workspace)
    assert (found.state, found.expected, found.actual) == ("ok", None, 24)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=4))
def test_the_middle_of_the_weeks_is_always_expected(weeks: list[int]) -> None:
    found = expect(weeks)
    assert found is not None
    assert found.low <= found.middle <= found.high
    assert judge_volume(found.middle, found) == "ok"


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_index_is_never_negative_and_zero_for_the_same(counts: list[int], dice: Any) -> None:
    other = [dice.randrange(1_000) for _ in counts]
    assert psi(counts, counts) == pytest.approx(0)
    assert psi(counts, other) >= -1e-9
    assert psi(counts, other) == pytest.approx(psi(other, counts))


def test_few_rows_and_open_lists_of_values_say_nothing() -> None:
    cells = [Cell("text", "a", 100, 0), Cell("text", "b", 0, 100)]
    assert drifts("e", "p", cells, (100, 100)) == []
    open_list = [Cell("text", "a", 500, 480), Cell("text", "b", 0, 20), Cell("text", OTHER, 500, 500)]
    assert drifts("e", "p", open_list, (1_000, 1_000)) == []
    gone = [Cell("text", "a", 900, 1_000), Cell("text", "b", 100, 0)]
    assert [(one.what, one.before, one.measure) for one in drifts("e", "p", gone, (1_000, 1_000))] == [("gone_values", "b", "10.0%")]


def test_the_doors_and_commands_tell_the_same(workspace: Workspace) -> None:
    history(workspace, ordinary)
    client = Client(create_app(workspace))
    client.headers = bearer(workspace, "viewer")
    (item,) = client.get("/api/quality").json()["items"]
    assert (item["state"], item["validity"], item["volume"]) == ("ok", "1.0000", {"actual": 240, "expected": 240, "low": 194, "high": 286})
    assert client.get("/api/quality?source=none").json() == {"items": []}
    told = client.get("/api/intake/balance?bucket=day&start=2025-12-01&end=2026-01-01").json()
    assert (told["holds"], told["totals"]["received"], told["totals"]["acked"]) == (True, 240 * 29, 240 * 29)
    assert told["rows"][0]["at"].endswith("T00:00:00+08:00")
    assert client.get("/api/intake/balance?start=yesterday").status_code == 422

    def run(command: Any, *words: str) -> Any:
        callback = command.callback
        command.callback = lambda **given: callback(lambda: _Held(workspace), **given)
        try:
            return CliRunner().invoke(command, list(words), catch_exceptions=False)
        finally:
            command.callback = callback

    shown = json.loads(run(commands.balance_command, "--format", "json", "--check", "--start", "2025-12-01", "--end", "2026-01-02").stdout)
    assert (shown["holds"], shown["reckoned"]) == (
        True, [{"source": "site", "stored": 6960, "events": 6960, "quarantined": 0, "apart": 0, "holds": True}],
    )  # fmt: skip
    assert "159" in run(commands.balance_command, "--by", "day").stdout
    assert "site" in run(commands.quality_command).stdout
    with workspace.warehouse.transaction() as tx:
        from sqlglot import parse_one

        tx.execute(parse_one("UPDATE intake_balance SET stored = stored + 1", read="duckdb"))
    with pytest.raises(Broken):
        run(commands.balance_command)


def test_the_job_marks_robots(workspace: Workspace) -> None:
    rows = [
        make.event(message_id=f"m{n}", anonymous_id="machine", client_ms=START_MS - DAY + (n + 1) * 60_000, received_ms=START_MS)
        for n in range(1_000)
    ]
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "site", "b1", make.table(rows), START_MS, trust="server")
    context = JobContext({})
    jobs.run(workspace, context)
    assert context.reported.note == "1,000 events were marked"


class _Held:
    """Lends the fixture's workspace without closing it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def __enter__(self) -> Workspace:
        return self.workspace

    def __exit__(self, *_: object) -> None:
        return None
