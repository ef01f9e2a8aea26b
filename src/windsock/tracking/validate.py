"""Hold a chunk of events against the tracking plan, in one set-based pass.

The agreed properties of all kinds are taken out of their JSON by one expression (a branch per kind with constant paths, so that the
engine reads each text once), unnested, and joined with the rules. A branch costs even where no event takes it: a large chunk gets a
statement of the kinds that are in it, kept for the next chunk with the same kinds; a small one that of all kinds that ever came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp

from windsock.tracking.model.plan import RULES
from windsock.warehouse import Statement, schema, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from windsock.tracking.model import Trust
    from windsock.tracking.model.plan import Plan, PropertyRule
    from windsock.warehouse import Transaction

SHAPE = pa.schema([("rn", pa.int64()), ("rule", pa.string()), ("field", pa.string()), ("apart", pa.bool_())])
ALWAYS = "needed"
"""Stands for what the catalogue needs: without it an event is kept apart, whatever the mode."""
_COLUMNS = frozenset(schema.EVENT.names)
_RULES = pa.schema(
    [
        ("event", pa.string()), ("field", pa.string()), ("type", pa.string()), ("required", pa.bool_()), ("needed", pa.bool_()),
        ("enum", pa.list_(pa.string())), ("pattern", pa.string()), ("least", pa.float64()), ("most", pa.float64()),
    ]
)  # fmt: skip
_KEPT_MOST, _STATEMENTS_MOST = 16, 256
_LARGE, _KINDS_FEW = 2_000, 60
"""From so many events on, or for plans with more kinds, a statement is made of the kinds that are there."""


@dataclass(frozen=True)
class _Compiled:
    """A plan as statements and tables; ``plan`` is held so that its identity stays its own."""

    plan: Plan
    rules: pa.Table
    known: pa.Table
    names: pa.Table
    inside: Mapping[str, list[str]]
    columns: Mapping[str, list[str]]
    signs: Mapping[tuple[str, str], str]
    statements: dict[frozenset[str], Statement]
    seen: set[str]

    def broken(self, present: frozenset[str]) -> Statement | None:
        """Return the statement that says what breaks the rules among some kinds; None where none of them has any."""
        inside, columns = ({name: fields for name, fields in its.items() if name in present} for its in (self.inside, self.columns))
        kinds = frozenset((*inside, *columns))
        if not kinds:
            return None
        if kinds not in self.statements:
            if len(self.statements) >= _STATEMENTS_MOST:
                self.statements.clear()
            self.statements[kinds] = Statement(_BROKEN.format(found=_found(inside, columns, self.signs)))
        return self.statements[kinds]


_compiled: dict[int, _Compiled] = {}


def violations(tx: Transaction, plan: Plan, *, source: str = "", trust: Trust = "server") -> pa.Table:
    """Return what breaks the plan in ``stage_events``.

    Args:
        tx: the transaction in which ``stage_events`` (columns of events, and ``rn``) is staged.
        plan: the plan in force.
        source: for the modes that differ by source.
        trust: how the events came in; decides on unknown events where the plan doesn't.

    Returns:
        ``rn`` BIGINT, ``rule`` (one of ``model.plan.RULES``), ``field``, ``apart`` (True: the event belongs into quarantine; False: it is
        stored with the rule among its flags). Nothing for rules in mode ``allow``; an event may have several rows.
    """
    compiled = _compile(plan)
    modes = {rule: plan.mode(rule, source, trust) for rule in RULES}
    said = [rule for rule in RULES if modes[rule] != "allow"]
    apart = {"rule": [*said, ALWAYS], "apart": [*(modes[rule] == "quarantine" for rule in said), True]}
    tx.stage("stage_plan_modes", pa.table(apart, schema=pa.schema([("rule", pa.string()), ("apart", pa.bool_())])))
    parts: list[pa.Table] = []
    kinds = {row["event"]: int(row["events"]) for row in tx.query(_KINDS).to_pylist() if row["event"]}
    broken = compiled.broken(_worth(kinds, compiled))
    if broken is not None:
        tx.stage("stage_plan_rules", compiled.rules)
        parts.append(tx.query(broken))
    if "unknown_event" in said and any(name not in plan.events for name in kinds):
        tx.stage("stage_plan_names", compiled.names)
        parts.append(tx.query(_UNKNOWN_EVENTS))
    if "unknown_property" in said:
        tx.stage("stage_plan_known", compiled.known)
        parts.append(tx.query(_UNKNOWN_PROPERTIES))
    return pa.concat_tables([part.cast(SHAPE) for part in parts]) if parts else SHAPE.empty_table()


def looked_at(plan: Plan, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the columns by which the plan tells events of some kinds apart: two that are alike in them break it alike."""
    columns = _compile(plan).columns
    return tuple(dict.fromkeys(("event", "properties", *(name for kind in kinds for name in columns.get(kind, ())))))


def _worth(kinds: Mapping[str, int], compiled: _Compiled) -> frozenset[str]:
    """Return the kinds that a statement should be made of."""
    every = frozenset((*compiled.inside, *compiled.columns))
    if sum(kinds.values()) >= _LARGE or len(every) > _KINDS_FEW:
        return frozenset(kinds)
    compiled.seen.update(every.intersection(kinds))
    return frozenset(compiled.seen)


_KINDS = statement("SELECT event, COUNT(*) AS events FROM stage_events GROUP BY 1")
_UNKNOWN_EVENTS = statement(
    """
    SELECT s.rn, m.rule, 'event' AS field, m.apart
    FROM stage_events AS s ANTI JOIN stage_plan_names AS n ON n.event = s.event JOIN stage_plan_modes AS m ON m.rule = 'unknown_event'
    WHERE s.event <> ''
    """
)
_UNKNOWN_PROPERTIES = statement(
    """
    WITH keys AS (
        SELECT s.rn, s.event, UNNEST(TRY(json_keys(s.properties))) AS field
        FROM stage_events AS s SEMI JOIN (SELECT DISTINCT event FROM stage_plan_known) AS p ON p.event = s.event
    )
    SELECT k.rn, m.rule, k.field, m.apart FROM keys AS k ANTI JOIN stage_plan_known AS p ON p.event = k.event AND p.field = k.field
        JOIN stage_plan_modes AS m ON m.rule = 'unknown_property'
    """
)

# v is the JSON text of a value: a text begins with a quotation mark, a number is as it was written.
_BROKEN = """
WITH found AS ({found}),
judged AS (
    SELECT f.rn, f.field, CASE
        WHEN f.v IS NULL OR f.v = 'null' THEN CASE WHEN r.needed THEN 'needed' WHEN r.required THEN 'missing_property' END
        WHEN NOT CASE r.type
            WHEN 'text' THEN starts_with(f.v, '"')
            WHEN 'integer' THEN COALESCE(TRY_CAST(f.v AS DOUBLE) = TRUNC(TRY_CAST(f.v AS DOUBLE)), FALSE)
            WHEN 'decimal' THEN TRY_CAST(f.v AS DOUBLE) IS NOT NULL
            WHEN 'date' THEN starts_with(f.v, '"') AND TRY_CAST(SUBSTR(f.v, 2, 10) AS DATE) IS NOT NULL
            ELSE f.v IN ('true', 'false') END THEN 'wrong_type'
        WHEN r.enum IS NOT NULL AND NOT list_contains(r.enum, json_extract_string(f.v, '$')) THEN 'out_of_range'
        WHEN r.least IS NOT NULL AND TRY_CAST(f.v AS DOUBLE) < r.least THEN 'out_of_range'
        WHEN r.most IS NOT NULL AND TRY_CAST(f.v AS DOUBLE) > r.most THEN 'out_of_range'
        WHEN r.pattern IS NOT NULL AND NOT regexp_full_match(json_extract_string(f.v, '$'), r.pattern) THEN 'out_of_range'
    END AS rule
    FROM found AS f JOIN stage_plan_rules AS r ON r.event = f.event AND r.field = f.field
)
SELECT j.rn, CASE WHEN j.rule = 'needed' THEN 'missing_property' ELSE j.rule END AS rule, j.field, m.apart
FROM judged AS j JOIN stage_plan_modes AS m ON m.rule = j.rule
WHERE j.rule IS NOT NULL
"""


def _compile(plan: Plan) -> _Compiled:
    """Return the plan's statements; made once per plan object, as ``read_plan`` gives the same one while it is in force."""
    kept = _compiled.get(id(plan))
    if kept is None:
        if len(_compiled) >= _KEPT_MOST:
            _compiled.clear()
        kept = _compiled[id(plan)] = _made(plan)
    return kept


def _made(plan: Plan) -> _Compiled:
    inside: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    rows: list[dict[str, object]] = []
    known: list[tuple[str, str]] = []
    for event in plan.events.values():
        known += [(event.name, name) for name in event.properties]
        for name in sorted({*event.properties, *event.needs}):
            rule = event.properties.get(name)
            needed = name in event.needs
            if name in _COLUMNS and not needed and (rule is None or not _narrows(rule)):
                continue  # a column has its type by being one
            (columns if name in _COLUMNS else inside).setdefault(event.name, []).append(name)
            rows.append(_row(event.name, name, rule, needed=needed))
    signs = {(str(row["event"]), str(row["field"])): _sign(row) for row in rows}
    known_table = pa.table({field: pa.array([one[place] for one in known], pa.string()) for place, field in enumerate(("event", "field"))})
    return _Compiled(plan, pa.Table.from_pylist(rows, _RULES), known_table, pa.table({"event": list(plan.events)}), inside, columns, signs, {}, set())


def _sign(row: Mapping[str, object]) -> str:
    """Return how a value is looked at first: by its type alone, with its bounds, or also where it is missing."""
    if row["required"] or row["needed"]:
        return "asked"
    bounded = any(row.get(name) is not None for name in ("enum", "pattern", "least", "most"))
    return "bounded" if bounded else _SIGNS[str(row["type"])]


def _narrows(rule: PropertyRule) -> bool:
    return rule.required or any(bound is not None for bound in (rule.enum, rule.pattern, rule.least, rule.most))


def _row(event: str, name: str, rule: PropertyRule | None, *, needed: bool) -> dict[str, object]:
    plain: dict[str, object] = {"event": event, "field": name, "type": rule.type if rule else "text", "required": False, "needed": needed}
    if rule is None:
        return plain
    least, most = (None if bound is None else float(bound) for bound in (rule.least, rule.most))
    limits = {"enum": list(rule.enum) if rule.enum is not None else None, "pattern": rule.pattern, "least": least, "most": most}
    return {**plain, "required": rule.required, **limits}


# What is certainly right by its type alone goes no further; what has bounds (its sign is none of these) is looked at in any case.
_DOUBTFUL = """CASE sign
    WHEN 't' THEN NOT starts_with(v, '"')
    WHEN 'i' THEN TRY_CAST(v AS BIGINT) IS NULL OR contains(v, '.') OR contains(v, 'e') OR contains(v, 'E') OR starts_with(v, '"')
    WHEN 'n' THEN TRY_CAST(v AS DOUBLE) IS NULL
    WHEN 'd' THEN NOT starts_with(v, '"') OR TRY_CAST(SUBSTR(v, 2, 10) AS DATE) IS NULL
    WHEN 'b' THEN v NOT IN ('true', 'false')
    ELSE TRUE END"""
_SIGNS = {"text": "t", "integer": "i", "decimal": "n", "date": "d", "boolean": "b"}


def _found(inside: Mapping[str, list[str]], columns: Mapping[str, list[str]], signs: Mapping[tuple[str, str], str]) -> str:
    """Return the SELECT of (rn, event, field, v) for what may break the plan; names stand as quoted literals.

    What an event lacks is only looked at where it is asked for: most events have few of the properties that they may have.
    """
    parts: list[str] = []
    if inside:
        names = _by_event(inside, lambda _, fields: _list(fields))
        told = _by_event(inside, lambda event, fields: _list(signs[event, one] for one in fields))
        values = _by_event(inside, lambda _, fields: f"TRY(json_extract(COALESCE(properties, '{{}}'), {_list(_pointer(one) for one in fields)}))")
        each = f"SELECT rn, event, UNNEST({names}) AS field, UNNEST({told}) AS sign, CAST(UNNEST({values}) AS VARCHAR) AS v FROM stage_events"  # noqa: S608
        parts.append(f"SELECT rn, event, field, v FROM ({each}) WHERE CASE WHEN v IS NULL THEN sign = 'asked' ELSE {_DOUBTFUL} END")  # noqa: S608
    for name in sorted({name for names in columns.values() for name in names}):
        events = ", ".join(_literal(event) for event, names in columns.items() if name in names)
        value = f"COALESCE(CAST(to_json({name}) AS VARCHAR), CAST(TRY(json_extract(properties, {_literal(_pointer(name))})) AS VARCHAR))"
        parts.append(f"SELECT rn, event, {_literal(name)} AS field, {value} AS v FROM stage_events WHERE event IN ({events})")  # noqa: S608
    return " UNION ALL ".join(parts)


def _by_event(fields: Mapping[str, list[str]], told: Callable[[str, Sequence[str]], str]) -> str:
    branches = " ".join(f"WHEN {_literal(event)} THEN {told(event, names)}" for event, names in fields.items())
    return f"CASE event {branches} END"


def _literal(text: str) -> str:
    return exp.Literal.string(text).sql("duckdb")


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_literal(text) for text in texts)}]"


def _pointer(name: str) -> str:
    """Return a JSON pointer (RFC 6901): it reads any key as it is, where a path would read signs in it."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
