"""Say of each event of a chunk what becomes of it: stored, a duplicate or kept apart; when it happened; and which doubts it bears."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.clocks import Times, numbers, tell_time
from windsock.tracking.coded import by_value, codes_of, is_coded, places
from windsock.tracking.content import keys_of, numbered
from windsock.tracking.model import REASONS, SANE_MS, allowed, catalogue
from windsock.tracking.model.intake import BACKDATED_MS, DAY_MS, EVENT_LARGE, LATE_MS, longest, name_allowed
from windsock.tracking.repeats import repeated
from windsock.tracking.stored_keys import keys_stored, said_otherwise
from windsock.tracking.suppress import who_is_suppressed
from windsock.tracking.validate import looked_at, violations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.tracking.chunk import Chunk, Step
    from windsock.tracking.model.plan import Plan

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

UNDECODABLE = "undecodable"
_CODE = {reason: code for code, reason in enumerate(REASONS, 1)}
_FIELDS = {
    "missing_event": "event", "bad_event_name": "event", "unknown_event": "event", "untrusted_event": "event", "missing_time": "client_ms",
    "missing_property": "order_ref", "negative_price": "price", "bad_currency": "currency", "bad_properties": "properties", "too_large": "properties",
    "bad_traits": "traits", "bad_ids": "other_ids",
}  # fmt: skip
_SORTS_MOST = 2**40
_CURRENCY = re.compile("[A-Z]{3}")


@dataclass
class Verdict:
    """What becomes of each event: ``reason`` is a place in ``REASONS`` from 1, 0 where there is none."""

    reason: NDArray[np.int16]
    fields: dict[int, str]
    times: Times
    days: Ints
    keys: dict[str, Ints]
    fresh: Flags
    flags: dict[str, Flags]

    def apart(self) -> Ints:
        """Return the places of events that are kept apart."""
        return np.flatnonzero(self.reason)

    def why(self, place: int) -> tuple[str, str | None]:
        """Return the reason and the field for one of them."""
        reason = REASONS[int(self.reason[place]) - 1]
        return reason, self.fields.get(place, _FIELDS.get(reason))


def judge(step: Step, chunk: Chunk) -> tuple[Chunk, Verdict]:
    """Judge a chunk; returns it with its events under their own names, and the verdict."""
    chunk, reason, unknown = _names(step, chunk)
    made = chunk.made if chunk.made is not None else keys_of(step.tx, step, chunk.raw)
    _values(step, chunk, reason, made)
    flags = {"unknown_event": unknown & (reason == 0)} if unknown.any() else {}
    fields: dict[int, str] = {}
    if step.plan is not None:
        _hold_against_plan(step, chunk, reason, flags, fields)
    for rows, rule in chunk.found:
        flags.setdefault(rule, np.zeros(chunk.count, np.bool_))[rows] = True
    if step.suppressed and step.seal is not None:
        reason[who_is_suppressed(step.seal, step.suppressed, chunk.rows, chunk.told)] = _CODE["suppressed"]
    times = tell_time(step.tx, step.source, chunk.rows, chunk.received, step.trust)
    flags |= _doubts(step, chunk, times)
    days = np.clip(numbers(chunk.raw.column("client_ms")), *SANE_MS) // DAY_MS
    keys = {name: made.column(name).to_numpy().view(np.int64) for name in ("key_hi", "key_lo", "message") if name in made.column_names}
    fresh = _fresh(step, reason == 0, days, keys)
    fresh[repeated(step, chunk.rows, times.ts_ms, fresh)] = False
    if "message" in keys:
        keys["message"] = np.where(pc.is_valid(chunk.raw.column("message_id")).to_numpy(), keys["message"], 0)
        flags["message_id_conflict"] = _said_otherwise(step, fresh, days, keys)
    return chunk, Verdict(reason, fields, times, days, keys, fresh, {name: which for name, which in flags.items() if which.any()})


def _names(step: Step, chunk: Chunk) -> tuple[Chunk, NDArray[np.int16], Flags]:
    """Judge the names, each once: returns the chunk with planned names, the reasons, and which events nobody knows."""
    codes, values = codes_of(chunk.rows.column("event"))
    names: list[str] = values.to_pylist()
    if step.plan is not None and step.plan.aliases:
        renamed = [step.plan.aliases.get(name, name) for name in names]
        if renamed != names:
            names = renamed
            column = pa.array([*names, None], pa.string()).take(pa.array(codes)).dictionary_encode()
            rows = chunk.rows.set_column(chunk.rows.column_names.index("event"), "event", column)
            chunk = replace(chunk, rows=rows)
    verdicts = [_name(step, name) for name in names]
    reason = np.array([_CODE[why] if why else 0 for why, _ in verdicts] + [_CODE["missing_event"]], np.int16)[codes]
    unknown = np.array([not known for _, known in verdicts] + [False])[codes]
    if chunk.rows.column("type").null_count < chunk.count:
        broken = pc.fill_null(pc.equal(chunk.rows.column("type"), UNDECODABLE), fill_value=False).to_numpy()
        reason[broken & (reason == _CODE["missing_event"])] = _CODE[UNDECODABLE]
    if step.plan is None:
        for code, name in enumerate(names):
            kind = catalogue().get(name)
            for column in kind.needs if kind is not None else ():
                lacks = (codes == code) & pc.is_null(chunk.rows.column(column)).to_numpy()
                reason[lacks & ~chunk.silent & (reason == 0)] = _CODE["missing_property"]
    reason[chunk.silent & (reason == 0)] = _CODE["missing_time"]
    return chunk, reason, unknown


def _name(step: Step, name: str) -> tuple[str | None, bool]:
    """Return the reason to keep events of a name apart, and whether it is known; what follows an unknown one is the plan's, if there is one."""
    if not name:
        return "missing_event", True
    if not name_allowed(name, step.trust):
        return "bad_event_name", True
    if step.plan is not None:
        planned = step.plan.events.get(name)
        believed = planned is None or step.trust != "public" or planned.who == "client"
        return (None if believed else "untrusted_event"), True
    known = name in catalogue()
    if not known:
        return ("unknown_event" if step.trust == "import" else None), False
    return (None if allowed(step.trust, name) else "untrusted_event"), True


def _values(step: Step, chunk: Chunk, reason: NDArray[np.int16], made: pa.Table) -> None:
    """Judge values: where several are wrong, the first of these counts."""
    rows = chunk.rows
    if rows.column("price").null_count < chunk.count:
        _mark(reason, "negative_price", pc.fill_null(pc.less(rows.column("price"), 0), fill_value=False).to_numpy())
    if rows.column("currency").null_count < chunk.count:
        codes, values = codes_of(rows.column("currency"))
        bad = np.array([_CURRENCY.fullmatch(code) is None for code in values.to_pylist()] + [False])
        _mark(reason, "bad_currency", bad[codes])
    for name in ("properties", "traits"):
        if rows.column(name).null_count < chunk.count:
            size = pc.fill_null(by_value(rows.column(name), pc.binary_length), 0).to_numpy(zero_copy_only=False)
            _mark(reason, "too_large", size > longest(step.trust))
    for name, why in (("properties", "bad_properties"), ("traits", "bad_traits"), ("other_ids", "bad_ids")):
        if f"good_{name}" in made.column_names:
            _mark(reason, why, ~made.column(f"good_{name}").to_numpy())


def _mark(reason: NDArray[np.int16], why: str, which: Flags) -> None:
    reason[which & (reason == 0)] = _CODE[why]


def _hold_against_plan(step: Step, chunk: Chunk, reason: NDArray[np.int16], flags: dict[str, Flags], fields: dict[int, str]) -> None:
    """Keep apart or flag what breaks the plan; what was refused already stays as it is."""
    assert step.plan is not None  # noqa: S101 - asked by the caller
    one_of = _alike(chunk, step.plan)
    if one_of is None:
        step.tx.stage("stage_events", numbered(chunk.rows))
    else:
        step.tx.stage("stage_events", numbered(chunk.rows.take(pa.array(one_of[0]))))
    found = violations(step.tx, step.plan, source=step.source, trust=step.trust)
    if not found.num_rows:
        return
    if one_of is not None:
        found = _of_all(found, one_of[1])
    for rule in pc.unique(found.column("rule")).to_pylist():
        some = found.filter(pc.equal(found.column("rule"), rule))
        apart = some.column("apart").to_numpy()
        flags.setdefault(rule, np.zeros(len(reason), np.bool_))[some.column("rn").to_numpy()[~apart]] = True
        refused = some.filter(some.column("apart"))
        for row, name in zip(refused.column("rn").to_pylist(), refused.column("field").to_pylist(), strict=True):
            if not reason[row]:
                reason[row], fields[row] = _CODE[rule], name


def _alike(chunk: Chunk, plan: Plan) -> tuple[Ints, Ints] | None:
    """Return one event of each sort that the plan can tell apart, and the sort of each event; None where there are too many sorts."""
    if not (chunk.count and is_coded(chunk.rows.column("event"))):
        return None
    sort, sorts = np.zeros(chunk.count, np.int64), 1
    for name in looked_at(plan, codes_of(chunk.rows.column("event"))[1].to_pylist()):
        column = chunk.rows.column(name)
        if column.null_count == chunk.count:
            continue
        if not is_coded(column):
            return None
        codes, values = codes_of(column)
        sort, sorts = sort * (len(values) + 1) + codes, sorts * (len(values) + 1)
        if sorts > _SORTS_MOST:
            return None
    found, sort = places(sort)
    if len(found) * 2 > chunk.count:
        return None
    one = np.zeros(len(found), np.int64)
    one[sort] = np.arange(chunk.count)
    return one, sort


def _of_all(found: pa.Table, sort: Ints) -> pa.Table:
    """Return for all events what was found of one of each sort."""
    order = np.argsort(sort, kind="stable")
    count = np.bincount(sort)
    start = np.cumsum(count) - count
    which = found.column("rn").to_numpy()
    times = count[which]
    at = np.repeat(np.arange(len(which)), times)
    inside = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    return found.take(pa.array(at)).set_column(0, "rn", pa.array(order[start[which][at] + inside]))


def _doubts(step: Step, chunk: Chunk, times: Times) -> dict[str, Flags]:
    """Return what is to be said of each event's time and size."""
    doubts = {"future": times.future}
    if step.trust != "import":
        behind = chunk.received - times.ts_ms
        doubts |= {"late": behind > LATE_MS, "backdated": behind > BACKDATED_MS}
    if chunk.rows.column("size").null_count < chunk.count:
        doubts["large_event"] = numbers(chunk.rows.column("size")) > EVENT_LARGE
    return doubts


def _fresh(step: Step, candidate: Flags, days: Ints, keys: dict[str, Ints]) -> Flags:
    """Say which events are new: the first with their key in the chunk, and not among those stored."""
    fresh = candidate.copy()
    low = np.sort(keys["key_lo"] if candidate.all() else keys["key_lo"][candidate])
    if not len(low):
        return fresh
    if (low[1:] == low[:-1]).any():
        at = np.flatnonzero(candidate)
        parts = [values[at] for values in (keys["key_lo"], keys["key_hi"], days)]
        order = np.lexsort((at, *parts))
        same = np.ones(len(at) - 1, np.bool_)
        for part in parts:
            same &= part[order][1:] == part[order][:-1]
        fresh[at[order[1:][same]]] = False
    at = np.flatnonzero(fresh)
    fresh[at[keys_stored(step.tx, days[at], keys["key_hi"][at], keys["key_lo"][at])]] = False
    return fresh


def _said_otherwise(step: Step, fresh: Flags, days: Ints, keys: dict[str, Ints]) -> Flags:
    """Say which new events bear a message id that another content bore before, on the same day of their clock."""
    found = np.zeros(len(fresh), np.bool_)
    at = np.flatnonzero(fresh & (keys["message"] != 0))
    if not len(at):
        return found
    order = np.lexsort((at, keys["message"][at], days[at]))
    message, day = keys["message"][at][order], days[at][order]
    found[at[order[1:][(message[1:] == message[:-1]) & (day[1:] == day[:-1])]]] = True
    found[at[said_otherwise(step.tx, days[at], *(keys[name][at] for name in ("key_hi", "key_lo", "message")))]] = True
    return found
