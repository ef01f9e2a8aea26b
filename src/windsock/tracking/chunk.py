"""A chunk of events on its way in, and what the whole load knows beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.bots import marked
from windsock.tracking.clean import cleaned
from windsock.tracking.coded import codes_of, is_coded, plain
from windsock.tracking.model import SANE_MS
from windsock.tracking.privacy import IDS, OBJECTS, redacted
from windsock.tracking.told import Told, read_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from windsock.identity import Ids
    from windsock.kernel.seal import Seal
    from windsock.tracking.model import Trust
    from windsock.tracking.model.cleaning import Cleaning
    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Transaction


@dataclass(frozen=True)
class Step:
    """A load: where to, from whom, and by which rules."""

    tx: Transaction
    source: str
    batch_id: str
    now_ms: int
    trust: Trust
    plan: Plan | None = None
    seal: Seal | None = None
    cleaning: Cleaning | None = None
    replay: bool = False
    suppressed: frozenset[str] = frozenset()
    bulk: bool = False


@dataclass(frozen=True)
class Chunk:
    """Events of a load.

    Attributes:
        rows: columns of events in clean form, every one with a time of receipt.
        raw: the same as they came, but for card and document numbers: what keys and quarantine are made of.
        received: when each was received.
        silent: no clock spoke, neither the device's nor the collector's.
        bot: a robot did it.
        uncleaned: per event JSON of what cleaning changed, or None.
        found: personal data that was found: (row, rule).
        latest: the latest time of receipt that the collector spoke of, believed or not; None without any.
        made: its keys, where they were made beside the load.
        laid: its main ids as identity needs them, where they were laid out beside the load.
    """

    rows: pa.Table
    raw: pa.Table
    received: NDArray[np.int64]
    silent: NDArray[np.bool_]
    bot: NDArray[np.bool_]
    uncleaned: pa.Array | None = None
    found: list[tuple[NDArray[np.int64], str]] = field(default_factory=list[tuple["NDArray[np.int64]", str]])
    latest: int | None = None
    made: pa.Table | None = None
    laid: Mapping[str, Ids] = field(default_factory=dict[str, "Ids"])

    @property
    def count(self) -> int:
        """How many events there are."""
        return self.rows.num_rows

    @cached_property
    def told(self) -> Told:
        """What the events tell of people beside their main ids."""
        return read_told(self.rows)


def take_in(step: Step, given: pa.Table) -> Chunk:
    """Bring events into the form in which they are judged: numbers of cards and documents out, values clean, received at a sane time."""
    found: list[tuple[NDArray[np.int64], str]] = []
    if step.seal is not None:
        given, found = _without_numbers(given, step.seal)
    received = given.column("received_ms")
    silent = (
        pc.and_(pc.is_null(received), pc.is_null(given.column("client_ms"))).to_numpy() if received.null_count else np.zeros(given.num_rows, np.bool_)
    )
    first, last = (pa.scalar(bound, pa.int64()) for bound in SANE_MS)
    sane = pc.fill_null(pc.and_(pc.greater_equal(received, first), pc.less_equal(received, last)), fill_value=False)
    at = given.column_names.index("received_ms")
    raw = given.set_column(at, "received_ms", pc.if_else(sane, received, pa.scalar(step.now_ms, pa.int64())))
    rows, uncleaned = raw, None
    if step.cleaning is not None and step.cleaning.rules:
        rows, uncleaned = cleaned(pa.table({name: plain(raw.column(name)) for name in raw.column_names}), step.cleaning)
        rows = rows.set_column(at, "received_ms", raw.column("received_ms"))
    latest = pc.max(received).as_py()
    return Chunk(rows, raw, raw.column("received_ms").to_numpy(), silent, _robots(step, rows), uncleaned, found, latest)


def _without_numbers(given: pa.Table, seal: Seal) -> tuple[pa.Table, list[tuple[NDArray[np.int64], str]]]:
    """Take numbers of cards and documents out; of a column of codes each distinct text is looked through once."""
    searched = [name for name in (*OBJECTS, *IDS) if given.column(name).null_count < given.num_rows]
    texts = [name for name in searched if not is_coded(given.column(name))]
    clean, findings = redacted(given.select(texts), seal)
    found = _by_rule(findings)
    changed = {name: clean.column(name) for name in texts if clean.column(name) is not given.column(name)} if findings.num_rows else {}
    for name in (name for name in searched if name not in texts):
        codes, values = codes_of(given.column(name))
        once, seen = redacted(pa.table({name: values}), seal)
        for rows, rule in _by_rule(seen):
            bears = np.zeros(len(values) + 1, np.bool_)
            bears[rows] = True
            found.append((np.flatnonzero(bears[codes]), rule))
        if seen.num_rows:
            none = codes == len(values)
            changed[name] = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=none), once.column(name).combine_chunks())
    for name, column in changed.items():
        given = given.set_column(given.column_names.index(name), name, column)
    return given, found


def _by_rule(findings: pa.Table) -> list[tuple[NDArray[np.int64], str]]:
    rules: list[str] = pc.unique(findings.column("rule")).to_pylist() if findings.num_rows else []
    return [(findings.filter(pc.equal(findings.column("rule"), rule)).column("rn").to_numpy(), rule) for rule in rules]


def _robots(step: Step, rows: pa.Table) -> NDArray[np.bool_]:
    """Say which events robots did; a file without user agents is believed in what it says itself."""
    if step.trust == "import" and rows.column("user_agent").null_count == rows.num_rows:
        said = rows.column("bot")
        return np.zeros(rows.num_rows, np.bool_) if said.null_count == rows.num_rows else pc.fill_null(said, fill_value=False).to_numpy()
    return marked(rows).to_numpy(zero_copy_only=False)
