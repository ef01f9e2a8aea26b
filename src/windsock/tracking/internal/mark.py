"""Mark internal events while they are loaded: each distinct value is judged once, people are known by their ids."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.coded import codes_of
from windsock.tracking.internal.queries import dids_of
from windsock.tracking.model.internal import text_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from windsock.tracking.model.internal import InternalRule
    from windsock.tracking.told import Told
    from windsock.warehouse import Transaction

_COLUMNS = {"channel": "channel", "user": "user_id", "email_domain": "user_id", "user_agent": "user_agent", "property": "properties"}


def internal_by(tx: Transaction, source: str, rules: Sequence[InternalRule], stored: pa.Table, dids: pa.Array, told: Told) -> pa.Array | None:
    """Return for each event the name of the first rule that knows it as internal, NULL where none does; None where none does anywhere.

    Args:
        tx: the transaction of the load, in which the ids of the events are known already.
        source: where the events come from.
        rules: in order; those of other sources are passed over.
        stored: the new events, columns of ``load.COLUMNS``.
        dids: the id number of each.
        told: other ids that the events name.
    """
    names = np.zeros(stored.num_rows, np.int64)
    for place, rule in enumerate(rules, start=1):
        if rule.reads(source):
            names[(names == 0) & _known(tx, source, rule, stored, dids, told)] = place
    if not names.any():
        return None
    return pa.array([None, *(rule.name for rule in rules)], pa.string()).take(pa.array(names))


def _known(tx: Transaction, source: str, rule: InternalRule, stored: pa.Table, dids: pa.Array, told: Told) -> NDArray[np.bool_]:
    if rule.by == "network":  # where it was, the door or the decoder said; addresses don't come as far as this
        return pc.fill_null(pc.equal(stored.column("network"), rule.name), fill_value=False).to_numpy()
    test = text_test(rule)
    if rule.by == "source":
        return np.full(stored.num_rows, test(source))
    column = stored.column(_COLUMNS[rule.by])
    found = np.zeros(stored.num_rows, np.bool_)
    if column.null_count < len(column):
        codes, texts = codes_of(column)
        near = np.ones(len(texts), np.bool_)
        if rule.by == "property":  # only texts that name the key are worth reading as JSON
            near = np.asarray(pc.match_substring(texts, json.dumps(rule.key, ensure_ascii=False)[1:-1]))
        holds = np.zeros(len(texts) + 1, np.bool_)
        places = np.flatnonzero(near)
        holds[places] = [test(text) for text in texts.take(pa.array(places)).to_pylist()]
        found = holds[codes]
    if rule.by in ("user", "email_domain"):
        namespace = "login" if rule.by == "user" else "email"
        rows = [row for row, space, value in zip(told.rows, told.namespaces, told.ids, strict=True) if space == namespace and test(value)]
        found[rows] = True
        known = dids_of(tx, rule)
        if len(known):
            found |= np.asarray(pc.fill_null(pc.is_in(dids, value_set=known), fill_value=False))
    return found
