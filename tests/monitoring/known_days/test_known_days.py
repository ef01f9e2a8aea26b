"""Known days: what they touch against a slow count, what the band makes of them, the calendar file, and the doors."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses.door import Opened
from tests.monitoring.make import DAY, HOUR, QUARTER, START, ZONE, at, body, put, run
from windsock.cli.main import main
from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.monitoring.detectors.model import Panel
from windsock.monitoring.known_days.ics import EVENTS_MAX, read_events
from windsock.monitoring.known_days.keep import knowing
from windsock.monitoring.known_days.model import KnownDay, public_holidays, touched
from windsock.monitoring.known_days.routes import router
from windsock.monitoring.monitors.model import monitor_from
from windsock.monitoring.routes import router as alerts_router
from windsock.monitoring.rules import Figures
from windsock.monitoring.scan import Known, scan
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"


def calendar(*lines: str) -> bytes:
    """Return a calendar of one event."""
    return (HEAD + "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""))).encode()


@given(st.integers(-40, 140), st.integers(1, 60), st.integers(1, 4), st.sampled_from([{}, {"a": "1"}, {"b": "2"}, {"a": "1", "c": "9"}]))
def test_what_is_touched_is_what_a_slow_count_says(starts: int, length: int, window: int, where: dict[str, str]) -> None:
    keys, names, step, points = [("1", "1"), ("1", "2"), ("2", "2")], ["a", "b"], 10, 10
    day = KnownDay("x", "sale", starts, starts + length, where)
    found = touched([day], names, keys, (0, step, points, window))
    for row, key in enumerate(keys):
        held = all(where.get(name, value) == value for name, value in zip(names, key, strict=True))
        for point in range(points):
            moments = range((point - window + 1) * step, (point + 1) * step)
            assert found[row, point] == (held and any(starts <= moment < starts + length for moment in moments))


def test_a_holiday_is_neither_learned_from_nor_judged_as_a_day_like_others() -> None:
    # Ten weeks of days, each judged by the same weekday before: four of the eight Mondays before the last one were holidays.
    weekly = np.full((1, 70), 100.0)
    weekly[0, ::7] = [100, 400, 400, 100, 400, 100, 400, 100, 100, 150]
    panel = Panel(0, DAY, weekly, None, "count")
    holiday = np.zeros((1, 70), dtype=np.bool_)
    holiday[0, [7, 14, 28, 42]] = True
    plain, knows = scan(panel, 63, 1, 3.0), scan(panel, 63, 1, 3.0, known=Known(holiday))
    assert plain.up[0, 0] == 0.0
    assert knows.up[0, 0] > 3.0
    assert knows.expected[0, 0] == pytest.approx(100.0, rel=0.01)
    excused = np.ones_like(holiday)
    wide = scan(panel, 63, 1, 3.0, known=Known(holiday, excused))
    assert wide.up[0, 0] < 3.0
    assert wide.high[0, 0] - wide.expected[0, 0] > 1.9 * (knows.high[0, 0] - knows.expected[0, 0])
    # With fewer than two other weeks nothing is said.
    assert np.isnan(scan(panel, 63, 1, 3.0, known=Known(np.ones_like(holiday))).expected[0, 0])


def test_public_holidays_are_those_of_the_house() -> None:
    low, high = (start_of_day_ms(dt.date(2026, month, 1), ZONE) for month in (9, 11))
    found = public_holidays(low, high, ZONE)
    assert [day.id for day in found] == ["calendar:2026-09-25:mid_autumn", "calendar:2026-10-01:national_day"]
    assert found[1].ends_ms - found[1].starts_ms == 7 * DAY


def test_an_alert_that_was_true_is_left_out_of_what_later_points_are_judged_by(workspace: Workspace) -> None:
    put(workspace)
    run(workspace, [{"a": (20, 5), "b": (20, 20)}])
    watch(workspace, only="paying")
    door = Opened(workspace, alerts_router)
    (alert,) = door.ask("GET", "/api/alerts").json()["items"]
    monitor = monitor_from(body(rule={"kind": "band", "dial": 1}))
    # Judged is the same quarter four days after the alert, by the four days before it: that of the alert, and three more.
    start, points = START, 4 * 96 + 1
    figures = Figures(start, QUARTER, np.full((2, points), 0.9), np.full((2, points), 1_000.0), "ratio")
    panel = Panel(start, QUARTER, figures.values, figures.volumes, "ratio")

    def silent() -> list[bool]:
        found = scan(panel, points - 1, 1, 3.0, known=knowing(workspace, monitor, [("a",), ("b",)], figures))
        return [bool(one) for one in np.isnan(found.expected[:, 0])]

    assert silent() == [False, False]
    assert door.ask("POST", f"/api/alerts/{alert['id']}/close", {"label": "true", "reason": "it was down"}).status_code == 200
    # Three are too few to say anything of a; b had no incident.
    assert silent() == [True, False]


def test_a_calendar_file_is_read() -> None:
    (day,) = read_events(calendar("UID:one@x", "DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261003", "SUMMARY:Fare\\, sa", " le"), ZONE)
    assert (day.uid, day.title) == ("one@x", "Fare, sale")
    assert day.starts_ms == start_of_day_ms(dt.date(2026, 10, 1), ZONE)
    assert day.ends_ms - day.starts_ms == 2 * DAY
    utc = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC).timestamp() * 1000
    spans = {
        "DTSTART:20261001T080000Z": utc,
        "DTSTART:20261001T160000": utc,
        'DTSTART;TZID="Europe/Paris":20261001T100000': utc,
        "DTSTART;VALUE=DATE:20261001": utc - 16 * HOUR,
    }
    for line, starts in spans.items():
        (one,) = read_events(calendar(line, "BEGIN:VALARM", "DTSTART:19990101", "END:VALARM"), ZONE)
        assert (one.starts_ms, one.ends_ms - one.starts_ms) == (starts, DAY if "DATE" in line else HOUR), line


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (b"hello", "no calendar"),
        (b"\xff\xfe", "UTF-8"),
        (b"x" * 2_000_001, "2 MB"),
        (calendar("DTSTART:20261001", "RRULE:FREQ=YEARLY"), "repeats"),
        (calendar("SUMMARY:x"), "no beginning"),
        (calendar("DTSTART:20261301"), "no date"),
        (calendar("DTSTART;TZID=Nowhere/At_all:20261001T100000"), "time zone"),
        (calendar("DTSTART;TZID=../../etc/passwd:20261001T100000"), "time zone"),
        (calendar("DTSTART:20261002", "DTEND:20261001"), "before"),
        ((HEAD + "BEGIN:VEVENT\nDTSTART:20261001\n").encode(), "within"),
        ((HEAD + "BEGIN:VEVENT\nDTSTART:20261001\nEND:VEVENT\n" * (EVENTS_MAX + 1)).encode(), "5,000 events"),
    ],
)
def test_a_calendar_file_that_is_none_is_refused(given_: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_events(given_, ZONE)


@given(st.binary(max_size=200))
def test_nothing_else_is_raised(given_: bytes) -> None:
    for text in (given_, HEAD.encode() + given_, calendar("DTSTART" + given_.decode("latin-1"))):
        with contextlib.suppress(InvalidInput):
            read_events(text, ZONE)


def test_the_doors(workspace: Workspace) -> None:
    at(workspace, START)
    door = Opened(workspace, router)
    new = {"kind": "sale", "starts_ms": START, "ends_ms": START + DAY, "where": {"provider": "a"}, "title": "Fares"}
    made = door.ask("POST", "/api/known-days", new)
    assert made.status_code == 201, made.text
    assert made.json() == {**new, "id": made.json()["id"], "source": "hand", "by": "Mem_1"}
    kept = [one for one in door.ask("GET", "/api/known-days").json()["items"] if one["source"] != "calendar"]
    assert kept == [made.json()]
    for wrong in ({"ends_ms": START}, {"where": {"nothing": "x"}}, {"title": " "}, {"kind": "x"}, {"ends_ms": START + 400 * DAY}):
        assert door.ask("POST", "/api/known-days", new | wrong).status_code == 422, wrong
    assert door.ask("DELETE", f"/api/known-days/{made.json()['id']}").status_code == 204
    assert door.ask("DELETE", f"/api/known-days/{made.json()['id']}").status_code == 404
    assert door.ask("DELETE", "/api/known-days/calendar:2026-10-01:national_day").status_code == 404


def test_the_commands(workspace: Workspace, tmp_path: Any) -> None:
    file, home = tmp_path / "days.ics", str(workspace.home)
    file.write_bytes(calendar("UID:1", "DTSTART;VALUE=DATE:20261111", "SUMMARY:Double eleven"))

    def say(*words: str) -> str:
        told = CliRunner().invoke(main, ["monitor", "days", *words, "--home", home])
        assert told.exit_code == 0, told.output
        return told.output

    for _ in range(2):
        assert say("import", str(file), "--kind", "sale") == "1 known day kept.\n"
    name = say("add", "2026-11-20:2026-11-21", "Release", "--kind", "release").split(":")[0]
    assert say("list", "2026-11-01:2026-11-30").count("\n") == 2
    say("remove", name)
    assert "Double eleven" in say("list", "2026-11-01:2026-11-30", "--format", "json")
