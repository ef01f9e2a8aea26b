"""Make the keys of a chunk of events from their content, and look at its JSON on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.coded import codes_of, is_coded, places
from windsock.tracking.queries import load as queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from windsock.tracking.chunk import Step
    from windsock.warehouse import Statement

    Ints = NDArray[np.int64]

FEW = 100_000
"""Events below which looking for what a chunk has and for what is alike in it costs more than it saves."""
_JOINED_MOST = 20_000
_BITS_MOST = 12


class Asked(Protocol):
    """Where keys are made: the transaction of the load, or an engine beside it."""

    def stage(self, name: str, rows: pa.Table) -> None:
        """Make rows readable under a name."""
        ...

    def query(self, statement: Statement, params: dict[str, Any] | None = None) -> pa.Table:
        """Run a SELECT over them."""
        ...


def keys_of(engine: Asked, step: Step, raw: pa.Table) -> pa.Table:
    """Return the parts of each event's key, and whether its JSON is any, in order."""
    few = raw.num_rows < FEW
    present = queries.CONTENT if few else tuple(name for name in queries.CONTENT if raw.column(name).null_count < raw.num_rows)
    messages = step.trust != "import" and "message_id" in present
    once = tuple(name for name in queries.OBJECTS if name in present and is_coded(raw.column(name)))
    if few:
        staged = raw.select(list(present)).append_column("mask", pa.array(_mask(raw)))
        statement = queries.keys(present, messages=messages, unread=once) if once else queries.KEYS_OF_FEW[messages]
    else:
        staged = _laid_together(step, raw, present)
        statement = queries.keys(tuple(staged.column_names[1:]), messages=messages, unread=once, begun=True)
    engine.stage("stage_raw", numbered(staged))
    made = _in_order(engine.query(statement, {"source": step.source} if few else None))
    for name in once:
        codes, values = codes_of(raw.column(name))
        engine.stage("stage_raw", numbered(pa.table({name: values})))
        good = _in_order(engine.query(queries.readable(name))).column("good").to_numpy()
        made = made.append_column(f"good_{name}", pa.array(np.append(good, np.True_)[codes]))
    return made


def numbered(rows: pa.Table) -> pa.Table:
    """Return rows with their number from 0 as ``rn``."""
    return rows.append_column("rn", pa.array(np.arange(rows.num_rows)))


def _in_order(made: pa.Table) -> pa.Table:
    order = made.column("rn").to_numpy()
    return made if (order == np.arange(len(order))).all() else made.take(pa.array(np.argsort(order)))


def _mask(raw: pa.Table) -> Ints:
    """Return which columns have a value, by event: a bit for each of ``CONTENT``."""
    mask = np.zeros(raw.num_rows, np.int64)
    for place, name in enumerate(queries.CONTENT):
        column = raw.column(name)
        if column.null_count < raw.num_rows:
            mask |= (pc.is_valid(column).to_numpy().astype(np.int64) if column.null_count else 1) << place
    return mask


def _begun(step: Step, raw: pa.Table) -> pa.DictionaryArray:
    """Return how the text of each key begins, with its source and mask; masks are counted by the few columns that are not all or nothing."""
    sure, partly = 0, list[tuple[int, pa.ChunkedArray]]()
    for place, name in enumerate(queries.CONTENT):
        column = raw.column(name)
        if not column.null_count:
            sure |= 1 << place
        elif column.null_count < raw.num_rows:
            partly.append((place, column))
    if len(partly) > _BITS_MOST:
        masks, codes = places(_mask(raw))
    else:
        codes = np.zeros(raw.num_rows, np.int64)
        for bit, (_, column) in enumerate(partly):
            codes |= pc.is_valid(column).to_numpy().astype(np.int64) << bit
        masks = [sure | sum(1 << place for bit, (place, _) in enumerate(partly) if code >> bit & 1) for code in range(1 << len(partly))]
    return _coded(codes, pa.array([f"{step.source}{queries.BETWEEN}{mask}" for mask in masks], pa.string()))


def _coded(codes: Ints, values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), values)


def _laid_together(step: Step, raw: pa.Table, present: Sequence[str]) -> pa.Table:
    """Return what keys are made of, with neighbours that come as codes and have no gaps laid together: their text is put together once."""
    columns: dict[str, pa.ChunkedArray | pa.DictionaryArray] = {"mask": _begun(step, raw)}
    last = "mask"
    for name in present:
        column = raw.column(name)
        if is_coded(column) and not column.null_count and is_coded(columns[last]) and not columns[last].null_count:
            codes, values = codes_of(columns[last])
            more_codes, more = codes_of(column)
            if len(values) * len(more) <= _JOINED_MOST:
                one, other = np.repeat(np.arange(len(values)), len(more)), np.tile(np.arange(len(more)), len(values))
                texts = pc.binary_join_element_wise(values.take(pa.array(one)), more.take(pa.array(other)), queries.BETWEEN)
                columns[last] = _coded(codes * len(more) + more_codes, texts)
                continue
        columns[name] = column
        last = name
    return pa.table(columns)
