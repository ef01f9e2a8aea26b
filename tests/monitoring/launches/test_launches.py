"""A launch from its declaration to its verdict, on both databases: refused late, watched each minute, told once, judged once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.analyses.door import Opened
from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, QUARTER, START, at, whole
from windsock.governance import SYSTEM
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.metrics import catalogue_of
from windsock.monitoring.known_days.keep import list_days
from windsock.monitoring.launches import keep, read, store
from windsock.monitoring.launches.routes import router
from windsock.monitoring.launches.show import launch_detail
from windsock.monitoring.launches.watch import look, watch
from windsock.workspace import Workspace

MINUTE = 60_000
CUT = [{"field": "device", "op": "=", "value": "ios"}]


def body(**changes: Any) -> dict[str, Any]:
    searches = {"metric": "searches", "at_least": 960, "ramp": "even"}
    paid = {"metric": "payment_success_rate", "at_least": 0.8, "minimum": 40, "role": "guardrail", "ramp": "even"}
    plain = {
        "name": "autumn", "title": {"en": "Autumn sale", "zh": "秋季促销"}, "kind": "campaign", "owner": "nobody", "starts": "2026-11-01T00:00",
        "ends": "2026-11-02T00:00", "where": CUT, "lines": [searches, paid],
    }  # fmt: skip
    return plain | changes


def events(workspace: Workspace, start_ms: int, step_ms: int, counts: list[tuple[str, int]], times: int) -> None:
    """Let the same events come in each of some steps from an instant on."""
    rows = [
        {
            "did": 1, "ts_ms": (ms := start_ms + number * step_ms + place), "dt": dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date(), "event": event,
            "provider": "a", "channel": "web", "device": "ios",
        }
        for number in range(times)
        for place, event in enumerate(event for event, count in counts for _ in range(count))
    ]  # fmt: skip
    make.load(workspace, {"event": rows})


def known(workspace: Workspace, now_ms: int) -> None:
    whole(workspace, now_ms)
    at(workspace, now_ms)


def inbox(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is told from now on."""
    told: list[str] = []
    module = "windsock.monitoring.launches.told"
    monkeypatch.setattr(f"{module}.put", lambda _workspace, _session, _members, message: told.append(message.subject))
    return told


def test_a_launch_is_watched_from_the_first_minute_to_one_verdict(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    known(desk, START - HOUR)
    keep.declare(desk, SYSTEM, body())
    told = inbox(desk, monkeypatch)
    assert watch(desk) == []
    # 960 a day are 10 each quarter; half of that comes. 12 of 16 payments go through: below 0.8.
    events(desk, START, QUARTER, [("search", 5), ("payment_attempted", 4), ("payment_succeeded", 3)], 96)
    known(desk, START + 2 * MINUTE)
    (first,) = watch(desk)
    assert (first.standing, first.verdict, told) == ("early", "", [])
    assert watch(desk) == [], "nothing is new"
    known(desk, START + 6 * HOUR)
    (later,) = watch(desk)
    assert later.standing == "off_track"
    assert told == ["Autumn sale: off track", "Autumn sale: a guardrail is broken"]
    known(desk, START + 12 * HOUR)
    watch(desk)
    shown = launch_detail(desk, "autumn")
    searches, paid = shown["lines"]
    assert (searches["status"]["value"], searches["status"]["share"], searches["status"]["standing"]) == (240.0, 0.5, "off_track")
    assert searches["status"]["low"] < 480 < searches["status"]["high"]
    assert searches["course"][60] == {"at_ms": START + 12 * HOUR, "value": 240.0, "planned": 480.0}
    assert searches["course"][61]["value"] is None
    assert (paid["status"]["value"], paid["status"]["volume"]) == (0.75, 192.0)
    known(desk, START + DAY)
    with desk.records.read() as session:
        (seen,) = store.due(session, desk.clock.now_ms())
    # Two workers read the same; one verdict is given and told.
    looked = [look(desk, seen, catalogue_of(desk)) for _ in range(2)]
    assert [(one.verdict, one.passed) for one in looked if one is not None] == [("failed", False), ("", True)]
    assert told[-1] == "Autumn sale: failed"
    assert len(told) == len(set(told))
    verdict = launch_detail(desk, "autumn")["verdict"]
    assert [(one["value"], one["outcome"]) for one in verdict["lines"]] == [(480.0, "missed"), (0.75, "missed")]
    # Rows that come later change no verdict, and nothing else does.
    events(desk, START, QUARTER, [("search", 50)], 96)
    known(desk, START + 3 * DAY)
    assert watch(desk) == []
    for act in (lambda: keep.cancel(desk, SYSTEM, "autumn", "no"), lambda: keep.change(desk, SYSTEM, "autumn", body(), seen.revision + 1)):
        with pytest.raises(Conflict):
            act()
    assert launch_detail(desk, "autumn")["verdict"] == verdict


def test_nothing_at_all_is_told_within_minutes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    known(workspace, START - HOUR)
    # 2,880 a day are two a minute: after four minutes eight were to be there.
    keep.declare(workspace, SYSTEM, body(lines=[{"metric": "searches", "at_least": 2880, "ramp": "even"}]))
    told = inbox(workspace, monkeypatch)
    seen = [known(workspace, START + minute * MINUTE) or [one.standing for one in watch(workspace)] for minute in range(1, 6)]
    assert seen == [["early"], ["early"], ["early"], ["nothing"], ["nothing"]]
    assert told == ["Autumn sale: no data comes. Check its tag and its filter."]
    # Data that is late says nothing of the launch.
    at(workspace, START + 3 * HOUR)
    watch(workspace)
    assert launch_detail(workspace, "autumn")["note"].startswith("Not whole: ")
    events(workspace, START + 5 * MINUTE, MINUTE, [("search", 3)], 175)
    whole(workspace, START + 3 * HOUR)
    assert [one.standing for one in watch(workspace)] == ["on_track"]


def test_a_line_whose_source_stands_still_holds_no_other_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    told = inbox(workspace, monkeypatch)
    known(workspace, START - HOUR)
    shop = {"source": "shop", "kind": "orders", "name": "shop", "complete_until_ms": START - HOUR, "last_loaded_ms": START, "expected_lag_ms": HOUR}
    make.load(workspace, {"source": [shop]})
    searches, orders = ({"metric": name, "at_least": 2880, "ramp": "even", "where": []} for name in ("searches", "orders"))
    keep.declare(workspace, SYSTEM, body(lines=[searches, orders]))
    for hour in (1, 6):
        known(workspace, START + hour * HOUR)
        watch(workspace)
    lines = launch_detail(workspace, "autumn")["lines"]
    assert [line["status"]["standing"] for line in lines] == ["nothing", "early"]
    assert [line["status"]["until_ms"] for line in lines] == [START + 6 * HOUR, 0]
    assert launch_detail(workspace, "autumn")["note"] == "Not whole: shop"
    assert len(told) == 1


def test_what_is_not_whole_stays_undecided_and_few_cases_decide_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    told = inbox(workspace, monkeypatch)
    known(workspace, START - HOUR)
    keep.declare(workspace, SYSTEM, body(name="few", lines=[{"metric": "payment_success_rate", "at_least": 0.5, "minimum": 40, "ramp": "even"}]))
    keep.declare(workspace, SYSTEM, body(name="late", lines=[{"metric": "searches", "at_most": 10, "ramp": "even"}], ends="2026-11-05T00:00"))
    events(workspace, START, HOUR, [("payment_attempted", 1), ("payment_succeeded", 1)], 24)
    known(workspace, START + DAY)
    assert {one.name: one.verdict for one in watch(workspace)} == {"few": "undecided", "late": ""}
    at(workspace, START + 4 * DAY + 47 * HOUR)
    assert {one.name: one.verdict for one in watch(workspace)} == {"late": ""}
    at(workspace, START + 4 * DAY + 48 * HOUR)
    assert {one.name: one.verdict for one in watch(workspace)} == {"late": "undecided"}
    assert launch_detail(workspace, "late")["verdict"]["lines"][0]["outcome"] == "not_whole"
    assert len(told) == 2


def test_what_can_not_be_asked_any_more_ends_undecided(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    told = inbox(workspace, monkeypatch)
    known(workspace, START - HOUR)
    keep.declare(workspace, SYSTEM, body())

    def refuse(*_: object) -> None:
        raise InvalidInput("There is no metric 'searches'.", where="metrics")

    monkeypatch.setattr("windsock.monitoring.launches.watch.course_of", refuse)
    known(workspace, START + HOUR)
    assert watch(workspace) == []
    assert "no metric" in launch_detail(workspace, "autumn")["note"]
    at(workspace, START + 3 * DAY)
    assert [one.verdict for one in watch(workspace)] == ["undecided"]
    assert (watch(workspace), len(told)) == ([], 1)


def test_the_usual_ramp_is_that_of_the_business_and_is_kept(workspace: Workspace) -> None:
    # Searches come at 9 (two) and at 20 (six) only, for four weeks.
    for hour, count in ((9, 2), (20, 6)):
        events(workspace, START - 28 * DAY + hour * HOUR, DAY, [("search", count)], 28)
    known(workspace, START - HOUR)
    keep.declare(workspace, SYSTEM, body(lines=[{"metric": "searches", "at_least": 80}]))
    shown = launch_detail(workspace, "autumn")["lines"][0]
    assert shown["ramp"] == "usual"
    # A day's weight: 2 + 6, and 22 hours of a twentieth of the mean hour (8 / 24 / 20). At noon 2 and eleven small ones are over.
    small = 8 / 24 / 20
    planned = {one["at_ms"]: one["planned"] for one in shown["course"]}
    assert planned[START + 12 * HOUR] == pytest.approx(80 * (2 + 11 * small) / (8 + 22 * small), rel=1e-3)
    assert (planned[START], planned[START + DAY]) == (0.0, 80.0)
    assert all(one["value"] is None for one in shown["course"])


def test_what_is_known_too_late_or_can_not_be_followed_is_refused(workspace: Workspace) -> None:
    known(workspace, START - HOUR)
    for changes, words in (
        ({"starts": "2026-10-31T22:00"}, "prove nothing"),
        ({"starts": "2026-11-01T00:07"}, "quarter"),
        ({"ends": "2027-03-01T00:00"}, "92 days"),
        ({"lines": [{"metric": "searchers", "at_least": 5}]}, "neither a total"),
        ({"lines": [{"metric": "payment_success_rate", "at_least": 90}]}, "between 0 and 1"),
        ({"lines": [{"metric": "searches", "at_least": 5, "role": "guardrail"}]}, "No line decides"),
        ({"lines": [{"metric": "searches", "at_least": 5, "at_most": 6}]}, "either"),
        ({"lines": [{"metric": "searches", "at_least": 5, "ramp": [[0.5, 0.6], [0.4, 0.7]]}]}, "go up"),
        ({"where": [{"field": "cabin", "op": "=", "value": "y"}]}, "where"),
        ({"known_day": True, "ends": "2026-11-20T00:00"}, "14 days"),
        ({"surprise": 1}, "surprise"),
    ):
        with pytest.raises(InvalidInput, match=words):
            keep.declare(workspace, SYSTEM, body(**changes))
    with pytest.raises(NotFound):
        keep.declare(workspace, SYSTEM, body(tell=["nowhere"]))


def test_over_http_the_same_is_declared_once_and_what_has_started_is_not_changed(desk: Workspace) -> None:
    known(desk, START - HOUR)
    door = Opened(desk, router)
    made = door.ask("POST", "/api/launches", body(known_day=True))
    assert made.status_code == 201, made.text
    assert door.ask("POST", "/api/launches", body(known_day=True)).json() == made.json()
    assert door.ask("POST", "/api/launches", body(owner="else")).status_code == 409
    days = [one.id for one in list_days(desk, START, START + DAY) if one.source == "hand"]
    assert len(days) == 1
    assert days[0].startswith("launch:")
    changed = door.ask("PUT", "/api/launches/autumn", {"definition": body(owner="else"), "revision": 1})
    assert (changed.status_code, changed.json()["owner"], changed.json()["revision"]) == (200, "else", 2)
    assert door.ask("PUT", "/api/launches/autumn", {"definition": body(), "revision": 1}).status_code == 409
    assert not [one for one in list_days(desk, START, START + DAY) if one.source == "hand"], "not asked for any more"
    known(desk, START + 1)
    late = door.ask("PUT", "/api/launches/autumn", {"definition": body(starts="2026-11-01T12:00"), "revision": 2})
    assert late.status_code == 409
    assert "prove nothing" in late.text
    assert door.ask("POST", "/api/launches/autumn/cancel", {"reason": "The price was wrong."}).json()["state"] == "cancelled"
    (kept,) = door.ask("GET", "/api/launches?state=cancelled").json()["items"]
    assert (kept["reason"], kept["verdict"]) == ("The price was wrong.", None)
    assert door.ask("GET", "/api/launches/autumn").json()["definition"]["owner"] == "else"
    assert door.ask("GET", "/api/launches/none").status_code == 404
    at(desk, START + 9 * DAY)
    assert watch(desk) == []


def test_a_line_may_have_a_cut_of_its_own_and_a_given_ramp(workspace: Workspace) -> None:
    known(workspace, START - HOUR)
    wide = {"metric": "searches", "at_least": 100, "where": [], "ramp": [[0.25, 0.8]]}
    kept = keep.declare(workspace, SYSTEM, body(lines=[wide]))
    launch = keep.launch_of(workspace, kept)
    assert launch.where_of(launch.lines[0]) == ()
    shown = launch_detail(workspace, "autumn")["lines"][0]["course"]
    assert shown[30]["planned"] == pytest.approx(80)
    assert read.grid(replace(launch, ends_ms=START + 30 * DAY), START + 20 * DAY)[0] == HOUR
