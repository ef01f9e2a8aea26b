"""Which of Gull's planted stories the shipped monitors see, how long after an ideal test, and what is said of them; and what quiet days tell.

Usage: python bench/gull_gates.py [PEOPLE] [SEED]

Builds two companies in a temporary folder: one with all stories (13 months, 60 days of visits), one with quiet days alone. Every shipped monitor is
replayed over the 60 days, and over earlier stories, which judges as its ticks would. A story's first alert is the first one, of a metric that the
story is about, that fires between its start and its end in a series that does not contradict its place. It is explained with the clock at that moment
and the alerts of all other monitors beside it. One setting for all: the library as it ships. Truth is only compared with. What was not told stands in
the table too. Stories of dates to come are told by warnings of stock: see `gull_stock.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gull_stock

from windsock.demo import build
from windsock.demo.model import Plan
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import TooLarge, WindsockError
from windsock.kernel.period import Period
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, fingerprint
from windsock.monitoring.explain.ask import explain
from windsock.monitoring.explain.model import Why
from windsock.monitoring.monitors.keep import Kept, kept_in
from windsock.monitoring.monitors.model import Monitor
from windsock.monitoring.replay import Fired, replay
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace, open_workspace

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TICKS_LATE, DAYS, CHUNK, QUIET = 2, 60, 15, 30
SHOWS: dict[str, tuple[str, ...]] = {
    "bot_wave": ("searches", "sessions", "session_conversion", "search_conversion", "search_to_detail"),
    "competitor_cut": ("price_gap", "orders", "booked_amount"),
    "coupon_ring": ("coupons_redeemed",),
    "fare_sale": ("orders", "booked_amount"),
    "mix_shift": ("search_conversion",),
    "overbooked_night": ("oversold_units",),
    "payment_fault": ("payment_success_rate",),
    "price_shock": ("average_order_value",),
    "schedule_change": ("lines_cancelled", "cancel_rate", "refunded_amount"),
    "supplier_delay": ("confirmed_in_time", "time_to_confirm"),
    "slow_loss": ("search_to_detail",),
    "tail_inventory": ("sell_through",),
    "ticketing_stuck": ("tickets_issued", "time_to_issue", "ticketing_success"),
    "tracking_outage": ("events_received",),
}
"""The metrics that a story is about, by its kind; those of campaigns are figures of experiments, and nothing watches them."""
EVENTS = {
    "bot_wave": "bot_wave",
    "competitor_cut": "competitor_sale",
    "coupon_ring": "coupon_abuse",
    "fare_sale": "fare_sale_peak",
    "overbooked_night": "overbooking",
    "payment_fault": "payment_provider_fault",
    "price_shock": "own_price_too_high",
    "schedule_change": "schedule_change",
    "supplier_delay": "supplier_confirm_slow",
    "slow_loss": "detail_page_slow_loss",
    "ticketing_stuck": "ticketing_queue_stuck",
    "tracking_outage": "tracking_outage",
}
"""The known event that a story is."""


@dataclass(frozen=True)
class Told:
    """What one monitor would have told once: ``at_ms`` is the end of the point at which it fired."""

    monitor: Monitor
    fired: Fired

    @property
    def at_ms(self) -> int:
        """When a tick would have told it at the earliest."""
        return self.fired.from_ms + self.monitor.every_ms + self.monitor.wait_ms

    def alert(self, zone_currency: str) -> Alert:
        """Return it as the alert that the tick would have made."""
        one, name = self.fired, self.monitor.name
        key = [one.key[dimension] for dimension in self.monitor.by]
        return Alert(
            f"alert_{fingerprint(name, [*key, one.from_ms])}", "metric", fingerprint(name, key), name, 0, self.monitor.metric, one.key, "closed",
            one.direction, "normal", "", self.at_ms, one.since_ms or one.from_ms, one.from_ms, zone_currency,
            ended_ms=one.to_ms or self.at_ms, value=one.value, expected=one.expected, score=one.score, money=one.money,
        )  # fmt: skip


def spans(plan: Plan, days: int) -> Iterator[Period]:
    """Cut the last days into pieces that a replay holds at once."""
    first = plan.end - dt.timedelta(days=days - 1)
    while first <= plan.end:
        last = min(first + dt.timedelta(days=CHUNK - 1), plan.end)
        yield Period(first, last)
        first = last + dt.timedelta(days=1)


def told_in(workspace: Workspace, kept: Kept, period: Period) -> list[Told]:
    """Replay one monitor; in halves where it is too much at once."""
    try:
        return [Told(kept.monitor, one) for one in replay(workspace, kept.monitor, period).fired]
    except TooLarge:
        if period.days == 1:
            raise
        middle = period.start + dt.timedelta(days=period.days // 2)
        halves = (Period(period.start, middle - dt.timedelta(days=1)), Period(middle, period.end))
        return [one for half in halves for one in told_in(workspace, kept, half)]


def earlier(plan: Plan, truth: Mapping[str, Any]) -> list[Period]:
    """Return the days of the stories that were over before the last days: only orders know of them."""
    first, found = plan.end - dt.timedelta(days=DAYS - 1), list[Period]()
    for story in truth["stories"]:
        start, end = (dt.datetime.fromtimestamp(story[name] / 1000, dt.UTC).date() for name in ("start", "end"))
        if end < first and story["kind"] in SHOWS:
            found.append(Period(start, end + dt.timedelta(days=2)))
    return found


def all_told(workspace: Workspace, plan: Plan, days: int, more: Sequence[Period] = ()) -> tuple[list[Told], list[str]]:
    """Replay every shipped monitor over the last days and more; returns what they told by time, and which could not be replayed."""
    found: list[Told] = []
    failed: list[str] = []
    with workspace.records.read() as session:
        known = kept_in(session)
    for name, kept in known.items():
        try:
            found += [one for period in (*more, *spans(plan, days)) for one in told_in(workspace, kept, period)]
        except WindsockError as error:
            failed.append(f"{name}: {error}")
    return sorted(found, key=lambda one: one.at_ms), failed


def fits(key: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    """Say whether a series does not contradict the place of a story."""
    return all(str(key[name]) in values.split(",") for name, values in where.items() if name in key)


def first_of(story: Mapping[str, Any], told: list[Told]) -> Told | None:
    """Return the first alert of a story."""
    about = SHOWS.get(story["kind"], ())
    for one in told:
        if one.monitor.metric in about and story["start"] < one.at_ms <= story["end"] + one.monitor.every_ms and fits(one.fired.key, story["where"]):
            return one
    return None


def explained(workspace: Workspace, clock: FixedClock, one: Told) -> Why:
    """Explain an alert as its job would have, a minute after it fired."""
    clock.ms = one.at_ms + MINUTE
    return explain(workspace, one.monitor, [one.alert(workspace.settings.workspace.currency)])[0]


def keep_all(workspace: Workspace, told: list[Told], now_ms: int) -> None:
    """Keep what was told, so that an explanation sees what else moved, and that every monitor looked."""
    with workspace.records.write() as session:
        for name, kept in kept_in(session).items():
            if kept.watched:
                store.put_tick(session, store.Tick(name, kept.version, now_ms, now_ms, 0, 0, "", None, "", kept.monitor.data_owner))
        for one in told:
            store.add_alert(session, one.alert("CNY"))


def place_of(why: Why) -> str:
    """Return where an explanation puts it."""
    first = why.elements[0]["element"] if why.elements else {}
    return ", ".join(f"{value}" for _, value in sorted(first.items())) or "everywhere"


def located(why: Why, where: Mapping[str, str]) -> str:
    """Say how far the place is that of the story, of the values that an explanation can name."""
    found = {str(name): str(value) for one in why.elements[:1] for name, value in one["element"].items()}
    # Tickets are of flights alone; and "domestic" is no route that an explanation could name.
    meant = {name: value for name, value in where.items() if (name, value) not in (("route", "domestic"), ("kind", "flight"))}
    hit = sum(found.get(name) in value.split(",") for name, value in meant.items())
    return f"{hit} of {len(meant)}" if meant else ("yes" if not found else "no")


def row(story: Mapping[str, Any], first: Told | None, why: Why | None) -> tuple[str, bool | None]:
    """Return a story's row, and whether it was told in time; None where nothing could be."""
    kind, ideal, tick = story["kind"], story["fires_ms"], story["tick_ms"]
    after = "" if ideal is None else f"{(ideal - story['start']) / HOUR:.2f}"
    head = f"| {kind} | {'yes' if story['detectable'] else 'no'} | {after} "
    if first is None or why is None:
        return head + f"| — | | | | | | {story['money']} |", False if story["detectable"] else None
    late = None if ideal is None else -((ideal - first.at_ms) // tick)
    key = ", ".join(str(value) for value in first.fired.key.values())
    names = [str(one["known_event"]) for one in why.matches]
    meant = EVENTS.get(kind)
    rank = f"{names.index(meant) + 1}" if meant in names else f"not ({names[0]})" if names else "none"
    mixed = f"; mix {why.mix['mix']:+.3f} by {why.mix['mixed_by']}" if kind == "mix_shift" and why.mix.get("mixed_by") else ""
    cells = [
        f"{first.monitor.name}{f' ({key})' if key else ''}", f"{(first.at_ms - story['start']) / HOUR:.2f}", "" if late is None else f"{late}",
        f"{place_of(why)} ({located(why, story['where'])}){mixed}", rank, first.fired.money or "",
    ]  # fmt: skip
    return head + "| " + " | ".join(cells) + f" | {story['money']} |", late is not None and late <= TICKS_LATE


def same_as_ticks(workspace: Workspace, clock: FixedClock, story: Mapping[str, Any], told: list[Told]) -> str:
    """Run the real ticks of payments' monitor over a story, and compare what they open with the replay, series by series and to the minute."""
    name, end_ms = "payment_success", int(story["end"])
    replayed = {(one.at_ms, tuple(one.fired.key.values())) for one in told if one.monitor.name == name and story["start"] < one.at_ms <= end_ms}
    opened: set[tuple[int, tuple[Any, ...]]] = set()
    seen: set[str] = set()
    for at_ms in range(int(story["start"]) - HOUR, end_ms + 1, 15 * MINUTE):
        clock.ms = at_ms + MINUTE
        watch(workspace, only=name)
        with workspace.records.read() as session:
            for alert in store.open_alerts(session, name).values():
                if alert.id not in seen and at_ms > story["start"]:
                    opened.add((at_ms, tuple(alert.key.values())))
                seen.add(alert.id)
    return f"{'equal' if opened == replayed else 'NOT EQUAL'}: {len(opened)} by ticks, {len(replayed)} by replay"


def made(folder: Path, plan: Plan) -> dict[str, Any]:
    """Build a company and return its truth."""
    build.make_home(folder, plan)
    build.build_demo(folder, plan, lambda *_: None)
    return json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))


def stories(folder: Path, plan: Plan) -> tuple[int, int]:
    """Print the table of the stories; returns how many were told in time, and how many are detectable."""
    truth, clock = made(folder, plan), FixedClock(plan.now_ms)
    with open_workspace(folder, own=True, clock=clock) as workspace:
        since = time.perf_counter()
        told, failed = all_told(workspace, plan, DAYS, earlier(plan, truth))
        took = time.perf_counter() - since
        fault = next(one for one in truth["stories"] if one["kind"] == "payment_fault")
        ticks = same_as_ticks(workspace, clock, fault, told)
    # A clean company for the explanations: the ticks above left alerts of their own.
    with tempfile.TemporaryDirectory() as other:
        home = Path(other) / "gull"
        made(home, plan)
        print("| story | detectable | ideal, h | first alert | h | ticks late | place (values met) | known event at rank | our money | true money |")
        print("|---|---|---:|---|---:|---:|---|---|---:|---:|")
        with open_workspace(home, own=True, clock=clock) as workspace:
            keep_all(workspace, told, plan.now_ms)
            results = [_tell(workspace, clock, story, told, plan.end) for story in truth["stories"]]
    due = [one for one in results if one is not None]
    during = [(story["start"], story["end"] + 3 * DAY) for story in truth["stories"] if story["kind"] in SHOWS]
    apart = [one for one in told if not any(start < one.at_ms <= end for start, end in during)]
    print(f"\nTold in time: {sum(due)} of {len(due)} detectable. Alerts in all: {len(told)} in {DAYS} days, outside of every story: {len(apart)}.")
    by_monitor = Counter(one.monitor.name for one in told)
    print(f"By monitor: {', '.join(f'{name} {times}' for name, times in by_monitor.most_common())}.")
    print(f"All monitors replayed in {took:.0f} s. Ticks beside replay over payment_fault: {ticks}.")
    for one in failed:
        print(f"Not replayed: {one}")
    return sum(due), len(due)


def warned_row(story: Mapping[str, Any], first: gull_stock.ToldOfStock | None) -> tuple[str, bool | None]:
    """Return the row of a story of dates to come, which warnings tell, and whether it was told in time."""
    ideal = story["fires_ms"]
    after = "" if ideal is None else f"{(ideal - story['start']) / HOUR:.2f}"
    head = f"| {story['kind']} | {'yes' if story['detectable'] else 'no'} | {after} "
    if first is None or ideal is None:
        return head + f"| — | | | | | | {story['money']} |", False if story["detectable"] else None
    late = -((ideal - first.at_ms) // story["tick_ms"])
    cells = [
        f"warning: {first.kind}",
        f"{(first.at_ms - story['start']) / HOUR:.2f}",
        f"{late}",
        f"{first.place} ({first.dates} dates in all)",
        "",
        "",
    ]
    return head + "| " + " | ".join(cells) + f" | {story['money']} |", late <= TICKS_LATE


def _tell(workspace: Workspace, clock: FixedClock, story: Mapping[str, Any], told: list[Told], end: dt.date) -> bool | None:
    if story["kind"] in ("overbooked_night", "tail_inventory"):
        found = gull_stock.of_night(workspace, story) if story["kind"] == "overbooked_night" else gull_stock.of_tail(workspace, story, end)
        line, in_time = warned_row(story, found)
        print(line, flush=True)
        return in_time
    first = first_of(story, told)
    line, in_time = row(story, first, None if first is None else explained(workspace, clock, first))
    print(line, flush=True)
    return in_time


def quiet(folder: Path, plan: Plan) -> int:
    """Print what the last thirty quiet days tell; returns how many alerts that is."""
    made(folder, plan)
    with open_workspace(folder, own=True, clock=FixedClock(plan.now_ms)) as workspace:
        told, _ = all_told(workspace, plan, QUIET)
        beyond = gull_stock.oversold(workspace, plan.end - dt.timedelta(days=QUIET))
    print(f"\nQuiet days: {len(told)} alerts in {QUIET} days of all monitors (must be 0).")
    for one in told:
        when = dt.datetime.fromtimestamp(one.at_ms / 1000, dt.UTC).isoformat(timespec="minutes")
        print(f"- {when} {one.monitor.name} {dict(one.fired.key)}: {one.fired.value}, expected {one.fired.expected}")
    print(f"Dates told as oversold in the same days: {len(beyond)}.")
    return len(told) + len(beyond)


def measured(people: int, seed: int) -> tuple[int, int, int]:
    """Print both; returns how many stories were told in time, how many are detectable, and the alerts of quiet days."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores ({platform.machine()}), load {load}"
    print(f"{people:,} people, seed {seed}, 60 days of visits. {machine}.\n")
    with tempfile.TemporaryDirectory() as folder:
        seen, due = stories(Path(folder) / "gull", Plan(people=people, seed=seed))
        still = quiet(Path(folder) / "quiet", Plan(people=people, seed=seed, days=75, stories=("quiet_days",)))
    return seen, due, still


def main() -> int:
    """Print both; 1 where a gate is missed."""
    seen, due, still = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 150_000, int(sys.argv[2]) if len(sys.argv) > 2 else 7)
    return 0 if seen == due and not still else 1


if __name__ == "__main__":
    raise SystemExit(main())
