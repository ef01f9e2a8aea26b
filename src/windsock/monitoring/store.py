"""Every operational query of the room: ticks, states of series, alerts and their transitions, silences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, insert, or_, select

from windsock.monitoring.alerts.model import Alert, Silence, Step
from windsock.monitoring.model import Condition, Phase, SeriesState
from windsock.monitoring.tables import AlertRow, AlertTransition, MonitorSeries, MonitorTick, SilenceRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHUNK = 500
OPEN_MAX = 20_000
SILENCES_MAX = 1_000
STEPS_MAX = 500
LABELS_MAX = 5_000


@dataclass(frozen=True)
class Tick:
    """How far a monitor was looked at; see ``MonitorTick``."""

    monitor: str
    version: int
    cursor_ms: int
    ticked_ms: int
    took_ms: int
    series: int
    trouble: str
    trouble_since_ms: int | None
    note: str
    data_owner: str


def ticks(session: Session) -> dict[str, Tick]:
    """Return how far each monitor was looked at, by its name."""
    return {row.monitor: _tick(row) for row in session.scalars(select(MonitorTick))}


def held_tick(session: Session, monitor: str) -> Tick | None:
    """Return how far a monitor was looked at, its row held until the transaction ends."""
    row = session.scalar(select(MonitorTick).where(MonitorTick.monitor == monitor).with_for_update())
    return None if row is None else _tick(row)


def put_tick(session: Session, tick: Tick) -> bool:
    """Insert or change how far a monitor was looked at; False where somebody else put the first one meanwhile."""
    row = session.get(MonitorTick, tick.monitor)
    if row is None:
        return insert_missing(session, MonitorTick, asdict(tick), ["monitor"])
    for name, value in asdict(tick).items():
        setattr(row, name, value)
    session.flush()
    return True


def drop_tick(session: Session, monitor: str) -> None:
    """Forget how far a monitor was looked at."""
    session.execute(delete(MonitorTick).where(MonitorTick.monitor == monitor))


def states(session: Session, monitor: str) -> dict[str, tuple[list[Any], SeriesState]]:
    """Return the series of a monitor that are not plain, by their short name, each with its key."""
    found: dict[str, tuple[list[Any], SeriesState]] = {}
    columns = MonitorSeries.__table__.columns
    for row in session.execute(select(*columns).where(columns.monitor == monitor)).mappings():
        state = SeriesState(
            cast("Phase", row["phase"]), cast("Condition", row["condition"]), row["since_ms"], row["last_ms"], row["bad"], row["good"],
            row["missing"], row["quiet_until_ms"], tuple(row["firings"]),
        )  # fmt: skip
        found[row["series"]] = (row["key"], state)
    return found


def put_states(session: Session, monitor: str, changed: Mapping[str, tuple[Sequence[Any], SeriesState]]) -> None:
    """Write the states of series in bulk: those that became plain go, the others take the place of what was."""
    names = list(changed)
    for first in range(0, len(names), CHUNK):
        part = names[first : first + CHUNK]
        session.execute(delete(MonitorSeries).where(MonitorSeries.monitor == monitor, MonitorSeries.series.in_(part)))
    rows = [{"monitor": monitor, "series": name, "key": list(key), **_state_row(state)} for name, (key, state) in changed.items() if not state.plain]
    if rows:
        session.execute(insert(MonitorSeries), rows)


def forget_states(session: Session, monitor: str) -> None:
    """Take out all states of a monitor."""
    session.execute(delete(MonitorSeries).where(MonitorSeries.monitor == monitor))


def open_alerts(session: Session, monitor: str | None = None, kind: str = "metric") -> dict[str, Alert]:
    """Return the alerts that are not closed, by fingerprint; of one monitor or of all."""
    query = select(AlertRow).where(AlertRow.state != "closed", AlertRow.kind == kind)
    query = query if monitor is None else query.where(AlertRow.monitor == monitor)
    return {row.fingerprint: _alert(row) for row in session.scalars(query.limit(OPEN_MAX))}


def add_alert(session: Session, alert: Alert) -> bool:
    """Add an alert; False where one of its fingerprint is open already."""
    taken = select(AlertRow.id).where(AlertRow.fingerprint == alert.fingerprint, AlertRow.state != "closed")
    if session.scalar(taken) is not None:
        return False
    session.add(AlertRow(**_alert_row(alert)))
    session.flush()
    return True


def put_alert(session: Session, alert: Alert) -> None:
    """Write an alert over what was."""
    row = session.get_one(AlertRow, alert.id)
    for name, value in _alert_row(alert).items():
        setattr(row, name, value)
    session.flush()


def held_alert(session: Session, alert_id: str) -> Alert | None:
    """Return an alert, its row held until the transaction ends."""
    row = session.scalar(select(AlertRow).where(AlertRow.id == alert_id).with_for_update())
    return None if row is None else _alert(row)


def peek_alert(session: Session, alert_id: str) -> Alert | None:
    """Return an alert for reading."""
    row = session.get(AlertRow, alert_id)
    return None if row is None else _alert(row)


@dataclass(frozen=True)
class Wanted:
    """Which alerts a list is about; None is all of them."""

    state: str | None = None
    monitor: str | None = None
    kind: str | None = None
    owner: str | None = None
    from_ms: int | None = None
    until_ms: int | None = None
    labelled: bool = False


def page(session: Session, wanted: Wanted, limit: int, after: tuple[int, str] | None = None) -> list[Alert]:
    """Return up to ``limit`` alerts, the last opened first, after (opened_ms, id)."""
    query = select(AlertRow)
    same = {AlertRow.monitor: wanted.monitor, AlertRow.kind: wanted.kind, AlertRow.owner: wanted.owner}
    for column, value in same.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.state is not None:
        query = query.where(AlertRow.state != "closed" if wanted.state == "not_closed" else AlertRow.state == wanted.state)
    if wanted.from_ms is not None:
        query = query.where(AlertRow.last_ms >= wanted.from_ms)
    if wanted.until_ms is not None:
        query = query.where(AlertRow.first_ms < wanted.until_ms)
    if wanted.labelled:
        query = query.where(AlertRow.label.is_not(None))
    if after is not None:
        query = query.where(or_(AlertRow.opened_ms < after[0], (AlertRow.opened_ms == after[0]) & (AlertRow.id > after[1])))
    return [_alert(row) for row in session.scalars(query.order_by(AlertRow.opened_ms.desc(), AlertRow.id).limit(limit))]


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many alerts there are in each state."""
    return {state: int(number) for state, number in session.execute(select(AlertRow.state, func.count()).group_by(AlertRow.state))}


def count_labels(session: Session, since_ms: int) -> list[tuple[str, str | None, int]]:
    """Return how many alerts of each monitor were opened since, by what people said of them (None: nothing yet); at most 5,000 lines."""
    query = (
        select(AlertRow.monitor, AlertRow.label, func.count())
        .where(AlertRow.kind == "metric", AlertRow.opened_ms >= since_ms)
        .group_by(AlertRow.monitor, AlertRow.label)
        .limit(LABELS_MAX)
    )
    return [(monitor, label, int(number)) for monitor, label, number in session.execute(query)]


def add_steps(session: Session, steps: Iterable[Step]) -> None:
    """Add to the history of alerts."""
    rows = [asdict(step) for step in steps]
    if rows:
        session.execute(insert(AlertTransition), rows)


def steps_of(session: Session, alert_id: str) -> list[Step]:
    """Return the history of an alert, the first step first; at most 500."""
    rows = session.scalars(select(AlertTransition).where(AlertTransition.alert == alert_id).order_by(AlertTransition.seq).limit(STEPS_MAX))
    return [Step(row.alert, row.at_ms, row.actor, row.actor_name, row.before, row.after, row.reason) for row in rows]


def silences(session: Session, since_ms: int) -> list[Silence]:
    """Return the silences that end after an instant, the first to end first; at most 1,000."""
    rows = session.scalars(select(SilenceRow).where(SilenceRow.until_ms > since_ms).order_by(SilenceRow.until_ms, SilenceRow.id).limit(SILENCES_MAX))
    return [_silence(row) for row in rows]


def held_silence(session: Session, silence_id: str) -> Silence | None:
    """Return a silence, its row held until the transaction ends."""
    row = session.scalar(select(SilenceRow).where(SilenceRow.id == silence_id).with_for_update())
    return None if row is None else _silence(row)


def add_silence(session: Session, silence: Silence) -> None:
    """Add a silence."""
    session.add(SilenceRow(**{**asdict(silence), "matches": dict(silence.matches)}))
    session.flush()


def end_silence(session: Session, silence_id: str, until_ms: int) -> None:
    """Let a silence end at an instant."""
    row = session.get_one(SilenceRow, silence_id)
    row.until_ms = max(until_ms, row.from_ms + 1)
    session.flush()


def _state_row(state: SeriesState) -> dict[str, Any]:
    return {one.name: getattr(state, one.name) for one in fields(state)} | {"firings": list(state.firings)}


def _tick(row: MonitorTick) -> Tick:
    return Tick(**{one.name: getattr(row, one.name) for one in fields(Tick)})


def _alert_row(alert: Alert) -> dict[str, Any]:
    return {one.name: getattr(alert, one.name) for one in fields(alert)} | {"key": dict(alert.key)}


def _alert(row: AlertRow) -> Alert:
    return replace(Alert(**{one.name: getattr(row, one.name) for one in fields(Alert)}), key=dict(row.key))


def _silence(row: SilenceRow) -> Silence:
    return Silence(**{one.name: getattr(row, one.name) for one in fields(Silence)})
