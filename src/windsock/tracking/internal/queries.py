"""Rules of internal traffic as SQL over stored events: which a rule knows, how many, and marking them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp, parse_one

from windsock.identity import normalise
from windsock.tracking.model.internal import ON_ARRIVAL
from windsock.warehouse import Params

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from windsock.tracking.model.internal import InternalRule
    from windsock.warehouse import Transaction, Warehouse

_PEOPLE = """
SELECT al.did AS did FROM alias AS al WHERE al.known_to_ms IS NULL AND al.pid IN (
    SELECT COALESCE(b.pid, i.did) FROM identity AS i LEFT JOIN alias AS b ON b.did = i.did AND b.known_to_ms IS NULL WHERE matched)
UNION SELECT COALESCE(b.pid, i.did) AS did FROM identity AS i LEFT JOIN alias AS b ON b.did = i.did AND b.known_to_ms IS NULL WHERE matched
UNION SELECT i.did AS did FROM identity AS i WHERE matched
"""
_TYPES = ("VARCHAR", "BOOLEAN", "BIGINT", "UBIGINT")


@functools.lru_cache(maxsize=64)
def _parsed(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


def _fresh(text: str) -> exp.Expr:
    return _parsed(text).copy()


def _matched(rule: InternalRule, params: Params) -> exp.Expr:
    """Return the condition that an id of ``identity AS i`` meets when a rule knows it."""
    space = exp.EQ(this=exp.column("namespace", "i"), expression=params.bind("login" if rule.by == "user" else "email"))
    if rule.by == "user":
        wanted = [normalise("login", value) or value for value in rule.values]
        return exp.and_(space, exp.In(this=exp.column("id", "i"), expressions=[params.bind(value) for value in wanted]))
    domains = [f"{before}{value}" for value in rule.values for before in "@."]
    ends = [exp.func("ENDS_WITH", exp.func("LOWER", exp.column("id", "i")), params.bind(domain)) for domain in domains]
    return exp.and_(space, exp.paren(exp.or_(*ends)))


def _people(rule: InternalRule, params: Params) -> exp.Expr:
    tree = _fresh(_PEOPLE)
    for column in [one for one in tree.find_all(exp.Column) if one.name == "matched"]:
        column.replace(exp.paren(_matched(rule, params)))
    return tree


def dids_of(tx: Transaction | Warehouse, rule: InternalRule) -> pa.Array:
    """Return the ids of the people whom a rule by user or e-mail domain knows, all ids of each."""
    params = Params()
    return tx.query(_people(rule, params), params.values).column("did").combine_chunks()


def condition(rule: InternalRule, params: Params) -> exp.Expr:
    """Return the condition that a row of ``event`` meets when a rule knows it; never for what is known on arrival only."""
    if rule.by in ON_ARRIVAL:
        return exp.false()
    found: exp.Expr
    if rule.by in ("channel", "source"):
        column: exp.Expr = exp.column(rule.by)
        fold = rule.by == "channel"
        values = [params.bind(value.lower() if fold else value) for value in rule.values]
        found = exp.In(this=exp.func("LOWER", column) if fold else column, expressions=values)
    elif rule.by == "property":
        path = params.bind(f'$."{rule.key}"')
        kinds = exp.In(this=_call("json_type", path), expressions=[exp.Literal.string(kind) for kind in _TYPES])
        value = exp.In(this=_call("json_extract_string", path.copy()), expressions=[params.bind(one) for one in rule.values])
        found = exp.and_(kinds, value)
    else:
        found = exp.In(this=exp.column("did"), query=exp.Subquery(this=_people(rule, params)))
    if rule.sources:
        found = exp.and_(exp.In(this=exp.column("source"), expressions=[params.bind(one) for one in rule.sources]), found)
    return exp.paren(found)


def _call(name: str, path: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[exp.column("properties"), path])


@dataclass(frozen=True)
class Judge:
    """Statements about the events of some dates by rules; ``rules`` empty takes back what rules marked."""

    rules: Sequence[InternalRule]
    first: dt.date
    last: dt.date
    params: Params = field(default_factory=Params)

    def _within(self) -> exp.Expr:
        return exp.Between(this=exp.column("dt"), low=self.params.bind(self.first), high=self.params.bind(self.last))

    def _wanted(self) -> exp.Expr:
        """Return what ``internal_by`` should be: what was known on arrival stays while its rule does."""
        case = exp.Case()
        kept = [rule.name for rule in self.rules if rule.by in ON_ARRIVAL]
        if kept:
            marked = exp.column("internal_by")
            case = case.when(exp.In(this=marked, expressions=[self.params.bind(name) for name in kept]), marked.copy())
        for rule in self.rules:
            case = case.when(condition(rule, self.params), self.params.bind(rule.name))
        return case if case.args.get("ifs") else exp.cast(exp.Null(), "VARCHAR")

    def _changing(self) -> exp.Expr:
        ours = _fresh("(NOT internal_by IS NULL OR NOT COALESCE(internal, FALSE))")
        return exp.and_(self._within(), ours, exp.NullSafeNEQ(this=self._wanted(), expression=exp.column("internal_by")))

    def touched(self, now_ms: int) -> exp.Expr:
        """Return the statement that notes the hours whose figures will change."""
        tree = _fresh(
            "INSERT INTO dirty_hour (dt, hour_ms, source, events, late, known_from_ms) "
            "SELECT dt, ts_ms // 3600000 * 3600000, source, COUNT(*), 0, now FROM event WHERE chosen GROUP BY ALL ORDER BY ALL"
        )
        return self._filled(tree, exp.cast(self.params.bind(now_ms), "BIGINT"))

    def mark(self) -> exp.Expr:
        """Return the statement that brings marks in line with the rules."""
        tree = _fresh("UPDATE event SET internal = NOT wanted IS NULL, internal_by = wanted WHERE chosen")
        for column in [one for one in tree.find_all(exp.Column) if one.name == "wanted"]:
            column.replace(exp.paren(self._wanted()))
        return self._filled(tree, None)

    def _filled(self, tree: exp.Expr, now: exp.Expr | None) -> exp.Expr:
        for column in [one for one in tree.find_all(exp.Column) if one.name in ("chosen", "now")]:
            column.replace(exp.paren(self._changing()) if column.name == "chosen" or now is None else now)
        return tree

    def counts(self) -> exp.Expr:
        """Return the statement that counts.

        Its columns: ``events``, ``said`` (internal by the sender's word), ``ruled`` (by rules that held), ``would`` (by these rules, without what
        the sender said), and ``rule_<n>`` for each rule by itself.
        """
        parts = [
            "COUNT(*) AS events",
            "COUNT(*) FILTER (WHERE COALESCE(internal, FALSE) AND internal_by IS NULL) AS said",
            "COUNT(*) FILTER (WHERE NOT internal_by IS NULL) AS ruled",
        ]
        ours = _fresh("(NOT internal_by IS NULL OR NOT COALESCE(internal, FALSE))")
        would = exp.and_(ours, exp.not_(exp.Is(this=exp.paren(self._wanted()), expression=exp.Null())))
        columns = [_fresh(f"SELECT {part}").expressions[0] for part in parts]
        columns.append(exp.alias_(_count_if(would), "would"))
        columns += [exp.alias_(_count_if(condition(rule, self.params)), f"rule_{place}") for place, rule in enumerate(self.rules)]
        return exp.select(*columns).from_("event").where(self._within())


def _count_if(test: exp.Expr) -> exp.Expr:
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=test))
