"""Reports: when they come, what they say, and that each is sent once."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import struct
import zlib
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.metrics.conftest import Shop
from tests.servers import Post, hook_server, post_office
from windsock.destinations import keep as destinations
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from windsock.metrics.dashboards import keep as dashboards
from windsock.metrics.reports import keep, store
from windsock.metrics.reports.model import Timetable, latest_due, next_due_ms, timetable_from
from windsock.metrics.reports.picture.course import Day, draw_course, ticks
from windsock.metrics.reports.said import brief, change, figure
from windsock.workspace import Workspace

ZONE = "Asia/Shanghai"


def at(text: str, zone: str = ZONE) -> int:
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("table", "now", "due", "label"),
    [
        (Timetable("daily", "09:00"), "2026-11-22T09:00", "2026-11-22T09:00", "2026-11-21:2026-11-21"),
        (Timetable("daily", "09:00"), "2026-11-22T08:59", "2026-11-21T09:00", "2026-11-20:2026-11-20"),
        (Timetable("weekly", "08:30", weekday=0), "2026-11-22T12:00", "2026-11-16T08:30", "2026-11-09:2026-11-15"),
        (Timetable("monthly", "09:00", day=3), "2026-11-22T12:00", "2026-11-03T09:00", "2026-10-01:2026-10-31"),
        (Timetable("monthly", "09:00", day=1), "2026-03-01T09:00", "2026-03-01T09:00", "2026-02-01:2026-02-28"),
    ],
)
def test_what_is_due_and_what_it_tells_about(table: Timetable, now: str, due: str, label: str):
    found = latest_due(table, at(now), ZONE)
    assert (found.ms, found.label) == (at(due), label)
    assert next_due_ms(table, at(now), ZONE) > at(now)
    assert latest_due(table, next_due_ms(table, at(now), ZONE), ZONE).ms == next_due_ms(table, at(now), ZONE)


def test_a_time_that_the_clocks_skip_comes_later_and_one_they_repeat_comes_once():
    table, zone = Timetable("daily", "02:30"), "Europe/Berlin"
    spring = latest_due(table, at("2026-03-29T12:00", zone), zone)
    assert dt.datetime.fromtimestamp(spring.ms / 1000, ZoneInfo(zone)).isoformat() == "2026-03-29T03:30:00+02:00"
    first = at("2026-10-25T02:30", zone)
    assert latest_due(table, first + 5_400_000, zone).ms == first


@pytest.mark.parametrize("change", [{"cadence": "hourly"}, {"at": "9"}, {"weekday": 7}, {"day": 31}, {"day": True}])
def test_a_wrong_timetable_is_refused(change: dict[str, object]):
    with pytest.raises(InvalidInput):
        timetable_from({"cadence": "daily", "at": "09:00", **change})


def test_numbers_are_said_as_people_read_them():
    assert brief(Decimal(1_284_000), "en", "CNY") == "¥1.28M"
    assert brief(Decimal(1_284_000), "zh", "CNY") == "¥128.4万"
    assert brief(Decimal(1_284_000_000), "zh") == "12.84亿"
    assert figure(Decimal("0.031"), "ratio", "en", "") == "3.1%"
    assert figure(None, "count", "en", "") == "—"
    assert change(Decimal("0.031"), Decimal("0.029"), "ratio", "en") == "-0.20 pp"
    assert change(Decimal(0), Decimal(5), "money", "zh") == "无可比数据"


def test_the_picture_is_a_png_of_its_size_with_the_line_where_it_belongs():
    days = [Day(dt.date(2026, 11, 1) + dt.timedelta(days=n), float(n), 0.0, 20.0, n == 27) for n in range(28)]
    png = draw_course([days], lambda value: f"{value:g}")
    assert png is not None
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1280, 440)
    assert zlib.crc32(png[12:29]) == struct.unpack(">I", png[29:33])[0]
    size = struct.unpack(">I", png[33:37])[0]
    pixels = zlib.decompress(png[41 : 41 + size])
    assert len(pixels) == 440 * (1280 * 3 + 1)
    blue = sum(pixels[row * 3841 + 1 + 3 * 640 : row * 3841 + 4 + 3 * 640] == bytes((31, 78, 140)) for row in range(440))
    assert 2 <= blue <= 12, "in the middle the line is a few pixels thick"
    assert draw_course([[Day(dt.date(2026, 11, 1), None)]], str) is None
    assert ticks(0, 0)[0] <= 0 < ticks(0, 0)[-1]
    assert ticks(17_300, 91_000) == [0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0, 100_000.0]


def boss(role: str = "lead", name: str = "mem_1") -> Actor:
    return Actor(name, "Pat", role, ROLES[role], "session")  # type: ignore[arg-type]


def given(dashboard: str = "overall", language: str = "en", *, enabled: bool = True, recipients: tuple[str, ...] = ("a@x.example",)) -> keep.Given:
    plan = {"name": "Morning", "timetable": {"cadence": "daily", "at": "09:00"}, "language": language, "recipients": list(recipients)}
    return keep.Given(dashboard, "post", enabled, plan)


@pytest.fixture
def desk(workspace: Workspace, shop: Shop, clock: FixedClock) -> Workspace:
    """A shop that sold on each of 80 days, and a clock at 08:00 of the day after."""
    for back in range(80):
        shop.order(dt.date(2025, 12, 31) - dt.timedelta(days=back), "web", "100.00" if back else "260.00")
    shop.visits(dt.date(2025, 12, 31), 4)
    shop.source("bookings", "orders", dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the shop's own zone
    shop.save()
    clock.ms = at("2026-01-01T08:00")
    return workspace


def mail_to(workspace: Workspace, post: Post) -> None:
    config = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "desk@gull.example"}
    destinations.save(workspace, SYSTEM, "post", "email", config, None)


def work(workspace: Workspace, attempt: int = 1) -> list[str]:
    """Do what the worker would: see what is due, and send each that is queued."""
    keep.ask_due(workspace, JobContext({}))
    with workspace.records.read() as session:
        runs = [run for one in store.listed(session) for run in store.runs(session, one.id) if run.state == "queued"]
    for run in runs:
        keep.send_run(workspace, JobContext({"run": run.id}, attempt=attempt))
    return [run.label for run in runs]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_arrives_with_numbers_words_and_pictures(desk: Workspace, clock: FixedClock, language: str):
    with post_office() as post:
        mail_to(desk, post)
        keep.make(desk, boss(), given(language=language))
        assert work(desk) == []
        clock.ms = at("2026-01-01T09:00")
        assert work(desk) == ["2025-12-31:2025-12-31"]
        assert work(desk) == []
    (letter,) = post.letters
    read = email.message_from_bytes(letter.raw, policy=email.policy.default)
    text = read.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = read.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "¥260" in text
    assert "+160.0%" in text
    assert ("Company overview" if language == "en" else "公司总览") in str(read["Subject"])
    assert ("Revenue by sales channel" if language == "en" else "各销售渠道收入") in text
    pictures = {str(part["Content-ID"]).strip("<>"): part.get_content() for part in read.walk() if part.get_content_type() == "image/png"}
    assert pictures
    assert all(f"cid:{name}" in html and png.startswith(b"\x89PNG") for name, png in pictures.items())
    assert "http" not in html, "nothing is fetched when the mail is opened"
    (found,) = keep.list_reports(desk)
    assert [run.state for run in found.runs] == ["sent"]
    assert found.next_ms == at("2026-01-02T09:00")


@pytest.mark.slow
def test_missed_days_are_made_up_for_by_one_and_nothing_before_the_report_was_made_is_sent(desk: Workspace, clock: FixedClock):
    clock.ms = at("2026-01-01T10:00")
    with post_office() as post:
        mail_to(desk, post)
        keep.make(desk, boss(), given())
        assert work(desk) == []
        clock.ms = at("2026-01-05T12:00")
        assert work(desk) == ["2026-01-04:2026-01-04"]


@pytest.mark.slow
def test_a_fault_is_tried_again_and_a_refusal_is_not(desk: Workspace, clock: FixedClock):
    with post_office() as post:
        mail_to(desk, post)
        made = keep.make(desk, boss(), given())
        clock.ms = at("2026-01-01T09:00")
        post.refuse["DATA"] = "451 later"
        with pytest.raises(Fault):
            work(desk)
        with desk.records.read() as session:
            assert store.runs(session, made.report.id)[0].state == "queued"
        with pytest.raises(Fault):
            work(desk, attempt=keep.ATTEMPTS)
        with desk.records.read() as session:
            assert store.runs(session, made.report.id)[0].state == "failed"
        clock.ms = at("2026-01-02T09:00")
        post.refuse["DATA"] = "554 spam"
        work(desk)
        with desk.records.read() as session:
            run = store.runs(session, made.report.id)[0]
        assert (run.state, "554" in run.error) == ("failed", True)


def test_a_report_whose_dashboard_is_gone_says_so(desk: Workspace, clock: FixedClock):
    with post_office() as post:
        mail_to(desk, post)
        board = dashboards.make(desk, boss(), dashboards.read_dashboard(desk, boss(), "overall").board.json(), [])
        made = keep.make(desk, boss(), given(board.id))
        dashboards.drop(desk, boss(), board.id)
        clock.ms = at("2026-01-01T09:00")
        work(desk)
    assert post.letters == []
    with desk.records.read() as session:
        assert "deleted" in store.runs(session, made.report.id)[0].error


def test_a_webhook_gets_the_numbers(desk: Workspace, clock: FixedClock):
    with hook_server() as hook:
        destinations.save(desk, SYSTEM, "post", "webhook", {"url": f"http://127.0.0.1:{hook.port}/", "private": True}, "s")
        keep.make(desk, boss(), given(recipients=()))
        clock.ms = at("2026-01-01T09:00")
        work(desk)
    ((_, body),) = hook.taken
    assert b'"revenue":"260.00"' in body


def test_who_may_make_and_change_what(desk: Workspace):
    with post_office() as post:
        mail_to(desk, post)
    private = dashboards.make(desk, boss("analyst", "mem_9"), dashboards.read_dashboard(desk, boss(), "risk").board.json(), [])
    with pytest.raises(NotFound):
        keep.make(desk, boss("analyst", "mem_2"), given(private.id))
    with pytest.raises(NotFound):
        keep.make(desk, boss(), replace(given(), destination="nowhere"))
    with pytest.raises(InvalidInput):
        keep.make(desk, boss(), given(recipients=("nobody",)))
    made = keep.make(desk, boss("analyst", "mem_2"), given())
    with pytest.raises(NotAllowed):
        keep.drop(desk, boss("analyst", "mem_3"), made.report.id)
    changed = keep.change(desk, boss("analyst", "mem_2"), made.report.id, given(enabled=False), 1)
    assert changed.next_ms is None
    with pytest.raises(Conflict):
        keep.change(desk, boss("analyst", "mem_2"), made.report.id, given(), 1)
    # At eight the report of nine o'clock has not come: the last one told of the day before yesterday.
    assert "2025-12-30" in keep.preview(desk, boss(), given()).subject
    keep.drop(desk, boss(), made.report.id)
    assert keep.list_reports(desk) == []
