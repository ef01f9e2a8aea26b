"""The one entrance of events: imports, the demo and the inbox's drainer all load through it.

A batch is judged, deduplicated, given its people and appended inside the caller's transaction, so that rows, keys, identities,
quarantine, balance and (for the drainer) the inbox offset commit together or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.catalog import touch_source
from windsock.identity import rebuild_aliases
from windsock.kernel.errors import InvalidInput
from windsock.tracking.chunk import Chunk, Step, take_in
from windsock.tracking.coded import CODED, codes_of, is_coded, whole
from windsock.tracking.content import keys_of
from windsock.tracking.count import count, mark_hours
from windsock.tracking.crash_points import reach
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.internal.mark import internal_by
from windsock.tracking.judge import Verdict, judge
from windsock.tracking.model import LoadReport, Trust
from windsock.tracking.model.intake import DAY_MS, analytics_allowed
from windsock.tracking.queries import load as queries
from windsock.tracking.recognise import lay_out, recognise
from windsock.tracking.suppress import read_hashes
from windsock.tracking.told import Told
from windsock.warehouse import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from windsock.kernel.seal import Seal
    from windsock.tracking.model.cleaning import Cleaning
    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Transaction

BULK_LEAST = 100_000
CHUNK = 983_040
"""Events at a time: eight of the engine's row groups, so that none is left half full and written twice."""

_AS_GIVEN = (
    "event", "channel", "device", "platform", "route", "property", "item_id", "price", "currency", "session_id", "order_ref", "provider", "outcome",
    "country", "app_version", "client_ms", "received_ms", "properties", "consent", "message_id",
)  # fmt: skip
_WIDE = pa.decimal128(38, 4)


def _at_once(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Take events in while nothing else is done: for pieces that are read in the transaction itself."""
    return chunks


def load_events(  # noqa: PLR0913 - the batch and how far to believe it
    tx: Transaction, source: str, batch_id: str, events: pa.Table, now_ms: int, *,
    trust: Trust = "import", complete_until_ms: int | None = None, resolve: bool = True, plan: Plan | None = None, seal: Seal | None = None,
    replay_minutes: bool = False, cleaning: Cleaning | None = None,
) -> LoadReport:  # fmt: skip
    """Store what is new of a batch.

    Args:
        tx: the transaction of the whole step.
        source: code of the source; part of the dedupe key.
        batch_id: what the rows can be found by again.
        events: columns of ``COLUMNS``; taken in chunks of ``CHUNK`` rows.
        now_ms: the moment of the load; stands for ``received_ms`` where that is missing.
        trust: the kind of key the batch came with; ``public`` may not create orders, payments or sure identities.
        complete_until_ms: until when the source is whole; the latest ``received_ms`` when not given.
        resolve: rebuild the persons that new evidence touches; a bulk load may do so once at its end instead.
        plan: the tracking plan in force; without one only the catalogue is known, and nothing is held against it.
        seal: the workspace's; with it card and document numbers are replaced by keyed hashes, and erased ids are recognised.
        replay_minutes: the events come from quarantine: they were counted as received before, and move from quarantined to what
            they become in the minute of their ``received_ms``.
        cleaning: rules that bring values into one form; what they were is kept beside the event.

    Returns:
        The counts, which balance.

    Raises:
        InvalidInput: the table's columns are not those of events.
        Broken: the balance does not hold; the caller's transaction must not commit.
    """
    return load_pieces(
        tx, source, batch_id, [events], now_ms, trust=trust, complete_until_ms=complete_until_ms, resolve=resolve, plan=plan, seal=seal,
        replay_minutes=replay_minutes, cleaning=cleaning,
    )  # fmt: skip


def load_pieces(  # noqa: PLR0913 - as above
    tx: Transaction, source: str, batch_id: str, pieces: Iterable[pa.Table], now_ms: int, *,
    trust: Trust = "import", complete_until_ms: int | None = None, resolve: bool = True, plan: Plan | None = None, seal: Seal | None = None,
    replay_minutes: bool = False, cleaning: Cleaning | None = None, ahead: Callable[[Iterator[Chunk]], Iterator[Chunk]] = _at_once,
    bulk: bool = False,
) -> LoadReport:  # fmt: skip
    """Store what is new of a batch that comes in pieces; who is who is worked out once, after the last. See ``load_events``.

    ``ahead`` passes the chunks on as they are; it may take them in beside the load, where ``pieces`` do not ask the transaction.
    ``bulk``: it is history, which the warehouse may lay down beside its own file first.
    """
    suppressed = read_hashes(tx) if seal is not None else frozenset[str]()
    rules = cleaning.of(source) if cleaning is not None else None
    step = Step(tx, source, batch_id, now_ms, trust, plan, seal, rules, replay_minutes, suppressed, bulk)
    report, latest = LoadReport(0, 0, 0, 0), None
    touched: list[pa.Array] = []
    for chunk in ahead(_chunks(step, pieces)):
        part, ids = _load_chunk(step, chunk)
        report = report.plus(part)
        touched.append(ids)
        latest = chunk.latest if latest is None or (chunk.latest is not None and chunk.latest > latest) else latest
    changed = 0
    ids = pa.chunked_array(touched, pa.int64())
    if resolve and len(ids):
        changed = rebuild_aliases(tx, pc.unique(ids), now_ms)
    until = complete_until_ms if complete_until_ms is not None else min(latest if latest is not None else now_ms, now_ms)
    touch_source(tx, source, "events", "", until if report.received and not replay_minutes else None, payment_known=None, now_ms=now_ms)
    return report.plus(LoadReport(0, 0, 0, 0, persons_changed=changed))


def _chunks(step: Step, pieces: Iterable[pa.Table]) -> Iterator[Chunk]:
    if not step.bulk:
        yield from _taken_in(step, pieces)
        return
    with Scratch() as beside:
        for chunk in _taken_in(step, pieces):
            yield replace(chunk, made=keys_of(beside, step, chunk.raw), laid=lay_out(chunk.rows))


def _taken_in(step: Step, pieces: Iterable[pa.Table]) -> Iterator[Chunk]:
    for piece in pieces:
        shaped = _shaped(piece)
        for start in range(0, shaped.num_rows, CHUNK):
            yield take_in(step, shaped.slice(start, CHUNK))


def _shaped(events: pa.Table) -> pa.Table:
    """Return the batch with every column of an event, in its type; texts may be codes where ``CODED`` says so."""
    unknown = [name for name in events.column_names if name not in COLUMNS.names]
    if unknown or "event" not in events.column_names:
        wrong = unknown[0] if unknown else "event"
        what = f"'{wrong}' is no column of events." if unknown else "The batch has no column 'event'."
        raise InvalidInput(what, where=wrong, fix=f"Columns: {', '.join(COLUMNS.names)}.")
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    given_names, nothing = set(events.column_names), dict[pa.DataType, pa.Array]()
    for field in COLUMNS:
        if field.name not in given_names:
            if field.type not in nothing:
                nothing[field.type] = pa.nulls(events.num_rows, field.type)
            columns[field.name] = nothing[field.type]
            continue
        given = events.column(field.name)
        try:
            exact = given.cast(_WIDE) if field.name == "price" and pa.types.is_integer(given.type) else given
            kept = exact.type == field.type or (is_coded(exact) and field.name in CODED)
            columns[field.name] = whole(exact if kept else exact.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
            raise InvalidInput(f"Column '{field.name}' can't be read as {field.type}.", where=field.name, fix=str(error)[:200]) from error
    return pa.table(columns)


def _load_chunk(step: Step, given: Chunk) -> tuple[LoadReport, pa.Array]:
    """Judge, store and count one chunk; returns its report and the ids that new evidence touches."""
    chunk, verdict = judge(step, given)
    touched = pa.array([], pa.int64())
    new = np.flatnonzero(verdict.fresh)
    if len(new):
        every = len(new) == chunk.count
        stored = chunk.rows if every else chunk.rows.take(pa.array(new))
        ts_ms, bot = verdict.times.ts_ms[new], chunk.bot[new]
        told = chunk.told if every else _told_of(chunk.told, new, chunk.count)
        dids, touched = recognise(step, stored, ts_ms, bot, told, chunk.laid if every else {})
        reach("drain.after_identity")
        step.tx.append("event", *_event_rows(step, chunk, verdict, new, stored, (dids, told)), bulk=step.bulk and len(new) >= BULK_LEAST)
        reach("drain.after_append")
        step.tx.append("event_key", *_key_rows(verdict, new))
        late = verdict.flags.get("late")
        mark_hours(step, ts_ms, late[new] if late is not None else None)
    apart = _keep_apart(step, chunk, verdict)
    return count(step, chunk, verdict, len(new), apart), touched


def _told_of(told: Told, new: NDArray[np.int64], count_all: int) -> Told:
    """Return what only the new events tell, under their places among them."""
    place = np.full(count_all, -1)
    place[new] = np.arange(len(new))
    ids = [(int(place[row]), *rest) for row, *rest in zip(told.rows, told.namespaces, told.ids, strict=True) if place[row] >= 0]
    said = [(int(place[row]), *rest) for row, *rest in zip(told.trait_rows, told.names, told.values, told.ops, strict=True) if place[row] >= 0]
    return Told(*([row[at] for row in ids] for at in range(3)), *([row[at] for row in said] for at in range(4)))  # type: ignore[arg-type]


def _key_rows(verdict: Verdict, new: NDArray[np.int64]) -> tuple[pa.Table, dict[str, Any]]:
    """Return the rows of ``event_key``, and what is the same in all of them."""
    columns: dict[str, Any] = {"dt": _dates(verdict.days[new]), "key_hi": verdict.keys["key_hi"][new], "key_lo": verdict.keys["key_lo"][new]}
    message = verdict.keys.get("message")
    if message is None:
        return pa.table(columns), {"message": None}
    return pa.table({**columns, "message": pa.array(message[new], mask=message[new] == 0)}), {}


def _dates(days: NDArray[np.int64]) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _event_rows(
    step: Step, chunk: Chunk, verdict: Verdict, new: NDArray[np.int64], stored: pa.Table, people: tuple[pa.Array, Told]
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the rows of ``event``, and what is the same in all of them: columns that the batch does not have cost the least so."""
    same: dict[str, Any] = {"known_from_ms": step.now_ms, "source": step.source, "batch_id": step.batch_id, "trust": step.trust}
    columns: dict[str, Any] = {}
    for name in _AS_GIVEN:
        column = stored.column(name)
        if column.null_count < len(new):
            columns[name] = column
        else:
            same[name] = None
    ts_ms = verdict.times.ts_ms[new]
    bot, dids = chunk.bot[new], people[0]
    internal, ruled = _internal(step, stored, *people)
    columns |= {
        "did": dids,
        "ts_ms": pa.array(ts_ms),
        "dt": _dates(ts_ms // DAY_MS),
        "key_hi": pa.array(verdict.keys["key_hi"][new]),
        "key_lo": pa.array(verdict.keys["key_lo"][new]),
    }
    told = {
        "bot": pa.array(bot) if bot.any() else False,
        "internal": internal,
        "internal_by": ruled,
        "uncleaned": None if chunk.uncleaned is None else chunk.uncleaned.take(pa.array(new)),
        "flags": _flags(verdict, new),
        "analytics_ok": None if "consent" in same else _analytics(stored.column("consent")),
    }
    for name, value in told.items():
        (same if value is None or value is False else columns)[name] = value
    return pa.table(columns), same


def _internal(step: Step, stored: pa.Table, dids: pa.Array, told: Told) -> tuple[Any, Any]:
    """Return which events are internal, by their sender's word or by a rule, and by which rule; False and None where none is."""
    column = stored.column("internal")
    said = pc.fill_null(column, fill_value=False) if column.null_count < len(column) else False
    rules = step.cleaning.internal if step.cleaning is not None else ()
    names = internal_by(step.tx, step.source, rules, stored, dids, told) if rules else None
    if names is None:
        return said, None
    own = names if said is False else pc.if_else(said, pa.scalar(None, pa.string()), names)
    return pc.or_(pc.is_valid(names), said), own


def _flags(verdict: Verdict, new: NDArray[np.int64]) -> pa.Array | None:
    """Return each event's doubts as a sorted list with commas, NULL where there are none; None where there are none at all."""
    names = sorted(verdict.flags)
    if not names:
        return None
    mask = np.zeros(len(new), np.int64)
    for place, name in enumerate(names):
        mask |= verdict.flags[name][new].astype(np.int64) << place
    found, which = np.unique(mask, return_inverse=True)
    words = [",".join(name for place, name in enumerate(names) if bits >> place & 1) or None for bits in found.tolist()]
    return pa.array(words, pa.string()).take(pa.array(which))


def _analytics(consent: pa.ChunkedArray) -> pa.Array:
    """Return whether each event may be counted among people; NULL where nothing was said."""
    codes, said = codes_of(consent)
    answers = pa.array([*(analytics_allowed(one) for one in said.to_pylist()), None], pa.bool_())
    return answers.take(pa.array(codes))


def _keep_apart(step: Step, chunk: Chunk, verdict: Verdict) -> int:
    """Put what is not stored into quarantine, with all of it; of an erased person only that there was something."""
    places = verdict.apart()
    if not len(places):
        return 0
    whys = [verdict.why(place) for place in places.tolist()]
    last = int(step.tx.query(queries.LAST_APART).column("last")[0].as_py())
    rows = chunk.raw.take(pa.array(places))
    rows = rows.append_column("reason", pa.array([why for why, _ in whys], pa.string()))
    rows = rows.append_column("field", pa.array([name for _, name in whys], pa.string()))
    step.tx.stage("stage_apart", rows.append_column("qid", pa.array(last + 1 + np.arange(len(places)))))
    words = {"source": step.source, "batch": step.batch_id, "trust": step.trust}
    return step.tx.execute(queries.keep_apart(tuple(COLUMNS.names)), words)
