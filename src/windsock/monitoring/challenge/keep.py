"""Put a challenger beside a monitor, compare the two, put it in force where it did better, and take it back where it does not keep that."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import definitions
from windsock.definitions import Change
from windsock.governance import SYSTEM
from windsock.kernel.clock import local_date
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.kernel.period import Period
from windsock.monitoring import store
from windsock.monitoring.challenge.model import Day, Side, Verdict, alerts_in_common, days_of, side_of, verdict
from windsock.monitoring.monitors.check import check
from windsock.monitoring.monitors.keep import KIND, Kept, filled, find, kept_in
from windsock.monitoring.monitors.model import monitor_from
from windsock.monitoring.replay import Replay, meets, replay

if TYPE_CHECKING:
    from windsock.definitions import Definition
    from windsock.governance import Actor
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.monitors.model import Monitor
    from windsock.records import Session
    from windsock.workspace import Workspace

DAYS, DAYS_MOST, SETTLE_DAYS = 28, 90, 7
"""Over so many days two versions are compared by default and at most; so long after it was put in force a version is looked at again."""
LABELLED_MAX = 1_000
_MARK = re.compile(r"Challenger of version (\d+)\. ")
_BACK = re.compile(r"Version (\d+) did not keep what it promised: back to version (\d+)\.")


@dataclass(frozen=True)
class Compared:
    """Two versions over the same days: what each would have told, also by day, how many alerts are common, and who did better by what people said."""

    monitor: str
    champion: int
    challenger: int
    period: Period
    sides: tuple[Side, Side]
    replays: tuple[Replay, Replay]
    common: int
    verdict: Verdict
    days: tuple[Sequence[Day], Sequence[Day]]
    labels: Mapping[str, int]


@dataclass(frozen=True)
class Tried:
    """A version that was tried beside another, or that came back: `was` is the champion's version at the time, or the one that came back."""

    kept: Definition
    was: int
    back_from: int | None
    reason: str


def challenge(workspace: Workspace, actor: Actor, body: Mapping[str, Any], reason: str) -> Kept:
    """Put another version on trial beside the monitor of its name, which stays in force; it tells nothing.

    Raises:
        NotFound: no monitor of the name is in force.
        InvalidInput: it can't be watched, or watches another metric or cut, so that the two could not be compared.
        Conflict, NotAllowed: as the definitions.
    """
    body = filled(workspace, body)
    monitor = monitor_from(body)
    check(workspace, monitor)
    with workspace.records.write() as session:
        champion = in_force(session, monitor.name)
        if (monitor.metric, monitor.by) != (champion.monitor.metric, champion.monitor.by):
            fix = "Challenge with another rule, step or volume; for another metric or cut make a monitor of its own."
            raise InvalidInput("A challenger watches the same metric by the same cut.", where="metric / by", fix=fix)
        change = Change(actor, f"Challenger of version {champion.version}. {reason.strip()}", workspace.clock.now_ms())
        base = definitions.newest_version(session, KIND, monitor.name) or 0
        saved = definitions.save_draft(session, change, KIND, monitor.name, body, base_version=base)
        if saved.version == base:
            raise Conflict(f"Version {base} is the same already.", where=f"monitors/{monitor.name}", fix="Change something.")
        saved = definitions.start_trial(session, change, KIND, monitor.name, saved.version)
    return Kept(monitor, saved.body, saved.state, saved.version)


def tried(workspace: Workspace, name: str) -> list[Tried]:
    """Return the versions of a monitor that were tried beside the one in force, and those that came back by themselves, the newest first; at most 50.

    Raises:
        NotFound: no monitor of the name is in force.
    """
    with workspace.records.read() as session:
        in_force(session, name)
        versions = definitions.history(session, KIND, name).items if _known(session, name) else ()
    found: list[Tried] = []
    for one in versions:
        mark, back = _MARK.match(one.reason), _BACK.fullmatch(one.reason)
        if mark is not None:
            found.append(Tried(one, int(mark[1]), None, one.reason[mark.end() :]))
        elif back is not None and one.author == SYSTEM.id:
            found.append(Tried(one, int(back[2]), int(back[1]), ""))
    return found


def compare(workspace: Workspace, name: str, version: int | None = None, days: int = DAYS) -> Compared:
    """Replay the monitor in force and a challenger over the same last whole days.

    Args:
        workspace: where.
        name: the monitor.
        version: of the challenger; the newest on trial by default.
        days: how many, 1 to 90.

    Raises:
        NotFound: there is no such monitor, version or trial.
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``replay``.
    """
    if not 1 <= days <= DAYS_MOST:
        raise InvalidInput(f"Versions are compared over 1 to {DAYS_MOST} days.", where="days")
    with workspace.records.read() as session:
        champion = in_force(session, name)
        challenger = _challenger(session, name) if version is None else find(session, name, version)
    return _compared(workspace, champion, challenger, _last(workspace, days))


def promote(workspace: Workspace, actor: Actor, name: str, version: int, reason: str, days: int = DAYS) -> Compared:
    """Put a challenger in force, if it did better over the last days.

    Raises:
        Conflict: it did not; or it is no version on trial.
        NotFound, NotAllowed, InvalidInput: as ``compare`` and the definitions.
    """
    with workspace.records.read() as session:
        if find(session, name, version).state != "trial":
            raise Conflict(f"Version {version} is not on trial.", where=f"monitors/{name}", fix="Put it on trial first.")
    found = compare(workspace, name, version, days)
    if found.verdict != "better":
        why = {"unknown": "nobody said yet what the alerts of these days were", "same": "both did as well", "worse": "the one in force did better"}
        fix = "Label the alerts of these days, compare over more days, or put a plain draft in force yourself."
        raise Conflict(f"Version {version} is not put in force: {why[found.verdict]}.", where=f"monitors/{name}", fix=fix)
    with workspace.records.write() as session:
        definitions.activate(session, Change(actor, reason, workspace.clock.now_ms()), KIND, name, version)
    return found


def fall_back(workspace: Workspace) -> list[Compared]:
    """Look at each challenger that was put in force a week ago or longer: where the version before would have done better since, it comes back.

    Returns:
        The comparisons that brought one back.
    """
    with workspace.records.read() as session:
        found = [(kept, before) for kept in kept_in(session).values() if (before := _before(session, kept)) is not None]
    back: list[Compared] = []
    for kept, (since_ms, before) in found:
        first = local_date(since_ms, workspace.zone) + dt.timedelta(days=1)
        last = local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
        if not SETTLE_DAYS <= (last - first).days + 1 <= DAYS_MOST:
            continue
        compared = _compared(workspace, kept, before, Period(first, last))
        if compared.verdict == "better":
            _bring_back(workspace, kept, before)
            back.append(compared)
    return back


def in_force(session: Session, name: str) -> Kept:
    """Return the version that is watched, or ships.

    Raises:
        NotFound: there is none.
    """
    kept = kept_in(session).get(name)
    if kept is None or kept.state not in ("library", "active"):
        raise NotFound(f"No monitor '{name[:80]}' is in force.", where="monitor", fix="See `windsock monitor list`.")
    return kept


def _challenger(session: Session, name: str) -> Kept:
    on_trial = [one for one in definitions.history(session, KIND, name).items if one.state == "trial"] if _known(session, name) else []
    if not on_trial:
        raise NotFound(f"No version of '{name[:80]}' is on trial.", where="version", fix="Put one on trial, or name a version.")
    return find(session, name, on_trial[0].version)


def _known(session: Session, name: str) -> bool:
    return definitions.newest_version(session, KIND, name[:120]) is not None


def _before(session: Session, kept: Kept) -> tuple[int, Kept] | None:
    """Return when a challenger was put in force, and the version that it took the place of; None where the one in force was none."""
    if kept.state != "active":
        return None
    now = definitions.read(session, KIND, kept.monitor.name, kept.version)
    mark = _MARK.match(now.reason)
    if mark is None:
        return None
    number = int(mark[1])
    body = find(session, kept.monitor.name, number).body if number else _shipped(kept.monitor.name)
    return None if body is None else (now.changed_ms, Kept(monitor_from(body), body, "retired" if number else "library", number))


def _shipped(name: str) -> Mapping[str, Any] | None:
    from windsock.monitoring.monitors.library import shipped  # noqa: PLC0415 - loads what ships, which only one that replaced it needs

    return shipped()[name][1] if name in shipped() else None


def _bring_back(workspace: Workspace, kept: Kept, before: Kept) -> None:
    name, reason = kept.monitor.name, f"Version {kept.version} did not keep what it promised: back to version {before.version}."
    with workspace.records.write() as session:
        if in_force(session, name).version != kept.version:
            return
        change = Change(SYSTEM, reason, workspace.clock.now_ms())
        saved = definitions.save_draft(session, change, KIND, name, before.body, base_version=definitions.newest_version(session, KIND, name) or 0)
        definitions.activate(session, change, KIND, name, saved.version)


def _last(workspace: Workspace, days: int) -> Period:
    yesterday = local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
    return Period(yesterday - dt.timedelta(days=days - 1), yesterday)


def _compared(workspace: Workspace, champion: Kept, challenger: Kept, period: Period) -> Compared:
    one, other = (replay(workspace, kept.monitor, period) for kept in (champion, challenger))
    low, high = period.bounds_ms(workspace.zone)
    with workspace.records.read() as session:
        wanted = store.Wanted(monitor=champion.monitor.name, kind="metric", from_ms=low, until_ms=high, labelled=True)
        labelled = store.page(session, wanted, LABELLED_MAX)
    real = [alert for alert in labelled if alert.label == "true"]
    sides = (side_of(one, len(real)), side_of(other, len(real)))
    common = alerts_in_common(other.fired, one.fired)
    name, versions = champion.monitor.name, (champion.version, challenger.version)
    days = (_by_day(workspace, one, champion.monitor, real, period), _by_day(workspace, other, challenger.monitor, real, period))
    labels = Counter(str(alert.label) for alert in labelled)
    return Compared(name, *versions, period, sides, (one, other), common, verdict(*sides), days, labels)


def _by_day(workspace: Workspace, found: Replay, monitor: Monitor, real: Sequence[Alert], period: Period) -> list[Day]:
    def day(at_ms: int) -> dt.date:
        # An alert that began before the days is told on the first of them.
        return max(local_date(at_ms, workspace.zone), period.start)

    _low, high = period.bounds_ms(workspace.zone)
    fired = [(day(one.from_ms), one.label) for one in found.fired]
    met = [(day(alert.first_ms), any(meets(one, alert, monitor, high) for one in found.fired)) for alert in real]
    return days_of(fired, met, [period.start + dt.timedelta(days=at) for at in range((period.end - period.start).days + 1)])
