"""Suggest which people are probably one, from what is known of them; somebody reviews each suggestion."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pyarrow as pa

from windsock.identity import store
from windsock.identity.matching.comparisons import LEVELS
from windsock.identity.matching.link import RECORDS_LEAST, match_records
from windsock.identity.matching.model import FIELDS, NAMING, Pair
from windsock.identity.matching.records import prepared
from windsock.identity.model import Suggestion, SuggestionReason
from windsock.kernel.counted import counted
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

LEAST = 0.8
MOST = 20_000
MODEL = "records-1"
"""Name of the model; with another one a pair that was decided may be suggested again."""

_KNOWN = statement(
    """
    WITH said AS (
        SELECT COALESCE(a.pid, t.did) AS pid, f.field, t.value, t.at_ms, t.source
        FROM trait AS t JOIN stage_fields AS f ON f.name = LOWER(REPLACE(REPLACE(REPLACE(t.name, '_', ''), ' ', ''), '-', ''))
            LEFT JOIN alias AS a ON a.did = t.did AND a.known_to_ms IS NULL
        UNION ALL
        SELECT COALESCE(a.pid, i.did), i.namespace, i.id, i.first_ms, ''
        FROM identity AS i LEFT JOIN alias AS a ON a.did = i.did AND a.known_to_ms IS NULL WHERE i.namespace IN ('email', 'phone', 'document')
    )
    SELECT pid, field, ARG_MAX(value, (at_ms, source, value)) AS value FROM said WHERE value IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    """
)
"""The latest that anybody said of a person, by field."""


def suggest(workspace: Workspace, context: JobContext) -> None:
    """Compare all people of whom something is known and keep the probable pairs for review; a pair once suggested is left alone."""
    if find_spec("splink") is None:
        context.progress(0, 0, "the extra 'match' is not installed")
        return
    people = known_people(workspace)
    context.progress(0, people.num_rows, f"{people.num_rows:,} people")
    fields = {name: name for name in people.column_names if name != "pid"}
    if people.num_rows < RECORDS_LEAST or len(NAMING & set(fields)) < 2:
        context.progress(0, 0, "too little is known of people to compare them")
        return
    context.check_cancelled()
    found = match_records([prepared(people, "pid", fields)], least=LEAST)
    context.check_cancelled()
    likeliest = sorted(found.pairs, key=lambda pair: (-pair.probability, pair.a, pair.b))[:MOST]
    with workspace.records.write() as session:
        new = store.add_suggestions(session, [_suggestion(pair) for pair in likeliest], workspace.ids, workspace.clock.now_ms())
    context.progress(people.num_rows, people.num_rows, counted(new, "new suggestion"))


def known_people(workspace: Workspace) -> pa.Table:
    """Return one row per person of whom a field is known: pid and fields, all text."""
    names = [(synonym, field) for field, synonyms in FIELDS.items() for synonym in {*synonyms, field}]
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_fields", pa.table({"name": [name for name, _ in names], "field": [field for _, field in names]}))
        long = tx.query(_KNOWN)
    codes = long.column("pid").combine_chunks().dictionary_encode()
    columns: dict[str, pa.Array] = {"pid": codes.dictionary.cast(pa.string())}
    for name in FIELDS:
        mine = long.column("field").combine_chunks().to_numpy(zero_copy_only=False) == name
        if mine.any():
            places = codes.indices.to_numpy(zero_copy_only=False)[mine]
            values = long.column("value").combine_chunks().filter(pa.array(mine))
            slots: list[str | None] = [None] * len(codes.dictionary)
            for place, value in zip(places.tolist(), values.to_pylist(), strict=True):
                slots[place] = value
            columns[name] = pa.array(slots, pa.string())
    return pa.table(columns)


def _suggestion(pair: Pair) -> Suggestion:
    a, b = sorted((int(pair.a), int(pair.b)))
    reasons = [SuggestionReason(reason.field, LEVELS[reason.level][1], LEVELS[reason.level][0], reason.weight) for reason in pair.reasons]
    if pair.by:
        reasons.append(SuggestionReason("through", f"与用户 {pair.by} 都相符", f"both agree with person {pair.by}", 0.0))
    heaviest = tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))
    return Suggestion(did_a=a, did_b=b, probability=round(pair.probability, 6), model=MODEL, reasons=heaviest)
