"""Turn a mapping into one SELECT over a file's rows: values read by their locale, expressions, and the first thing that is wrong with each row.

Layers, each a subquery of the next: the file's cells -> cleaned texts -> typed columns -> one for each ``let`` -> targets -> the fields of a row with
a number that says which check failed. The names of the file's columns never reach the statement: its columns are called c0, c1 ...
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from windsock.kernel.errors import InvalidInput
from windsock.sources.mapping.expression_parts import Check, Params, Typed, call, cast_to, parse
from windsock.sources.mapping.expressions import Compiler
from windsock.sources.mapping.language import Column, Locale, RowMapping
from windsock.sources.mapping.targets import Target
from windsock.sources.mapping.values import formats_of, read_value, trim
from windsock.sources.model import LINE_COLUMN, RAW_COLUMN

_LIKE = {
    "auto": "2026-01-05 or 2026年1月5日",
    "excel": "45292, the number of a day",
    "iso": "2026-01-05T15:04:05+08:00",
    "unix": "1767225600, seconds since 1970",
    "unix_ms": "1767225600000, milliseconds since 1970",
}
_FITS = {
    "text": "VARCHAR",
    "integer": "INTEGER",
    "long": "BIGINT",
    "money": "DECIMAL(18, 4)",
    "rate": "DECIMAL(9, 6)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
_TAKES: dict[str, tuple[str, ...]] = {
    "integer": ("integer",),
    "long": ("integer",),
    "money": ("integer", "decimal"),
    "rate": ("integer", "decimal"),
    "date": ("date", "datetime"),
    "instant": ("date", "datetime", "instant"),
    "boolean": ("boolean",),
}


@dataclass(frozen=True)
class Plan:
    """A compiled mapping for files with certain columns.

    Attributes:
        columns: the file's columns in order; the i-th is read as ``c<i>``.
        statement: SELECT over a table ``rows`` with ``__line`` and the columns.
        values: SELECT that gives the value which the first failed check saw, by line.
        failures: SELECT that gives, by line, the number of every check that failed and the value that it saw, as two lists with NULLs.
        params: values of the placeholders of both.
        checks: (column, reason) of each check; the statement's column ``bad`` is the number of the first that failed.
        sees: the columns of the file that each field is made from.
        selects: whether rows are left out; the statement's column ``kept`` says which stay.
    """

    columns: tuple[str, ...]
    statement: exp.Select
    values: exp.Select
    failures: exp.Select
    params: dict[str, Any]
    checks: tuple[tuple[str, str], ...]
    sees: Mapping[str, frozenset[str]]
    selects: bool = False


def compile_mapping(mapping: RowMapping, columns: Sequence[str], zone: str) -> Plan:
    """Compile a mapping for a file.

    Args:
        mapping: what to do.
        columns: the file's columns, without ``__line``.
        zone: the workspace's zone.

    Raises:
        InvalidInput: the mapping names a column that the file lacks, or an expression is wrong.
    """
    return _Building(mapping, tuple(columns), zone).plan()


class _Building:
    def __init__(self, mapping: RowMapping, columns: tuple[str, ...], zone: str) -> None:
        self.mapping, self.columns, self.zone = mapping, columns, zone
        self.params = Params()
        self.checks: list[Check] = []
        self.known = {column.name: column for column in mapping.columns}
        self.places = {name: place for place, name in enumerate(columns)}

    def plan(self) -> Plan:
        self._check_columns()
        used = self._used()
        query = self._clean(used)
        scope, query = self._typed(used, query)
        compiler = Compiler(scope, self.params, self.mapping.locale.months, hints=[name for name in self.columns if name != RAW_COLUMN])
        for number, (name, text) in enumerate(self.mapping.let):
            made = compiler.compile(text, f"let.{name}", name)
            query = _over(query).select(exp.alias_(made.tree, f"l{number}"), append=True, copy=False)
            scope[name] = Typed(exp.column(f"l{number}"), made.type)
        targets: dict[str, Typed] = {}
        chosen: list[exp.Expr] = []
        section = self.mapping.form.section
        for name, text in self.mapping.fields:
            made = compiler.compile(text, f"{section}.{name}", name)
            self._check_type(name, made.type)
            chosen.append(exp.alias_(made.tree, f"t_{name}"))
            targets[name] = Typed(exp.column(f"t_{name}"), made.type)
        chosen.append(exp.alias_(self._attributes(compiler), "t_attributes"))
        if self.mapping.only:
            chosen.append(exp.alias_(self._condition(compiler), "t_kept"))
        self.checks += compiler.checks
        statements = self._finish(_over(query).select(*chosen, append=True, copy=False), targets)
        checks = tuple((check.column, check.reason) for check in self.checks)
        return Plan(self.columns, *statements, self.params.values, checks, self._sees(), selects=bool(self.mapping.only))

    def _condition(self, compiler: Compiler) -> exp.Expr:
        made = compiler.compile(self.mapping.only, "only", "only")
        if made.type != "boolean":
            raise InvalidInput("This is no condition.", where="only", fix="Write a comparison, for example: status = 'Paid'.")
        return call("coalesce", made.tree, exp.false())

    def _sees(self) -> dict[str, frozenset[str]]:
        """Return the columns that stand behind each field, through the expressions with a name."""
        behind = {column.alias: frozenset({column.name}) for column in self.mapping.columns if column.alias}
        behind |= {name: frozenset({name}) for name in self.columns}
        for name, text in (*self.mapping.let, *self.mapping.fields):
            names = [node.name for node in parse(text, name).find_all(exp.Column)]
            found = frozenset[str]().union(*(behind.get(one, frozenset[str]()) for one in names))
            behind |= {name: found} if name not in self.places else {}
            behind[f"={name}"] = found
        return {name: behind[f"={name}"] for name, _ in self.mapping.fields}

    def _check_columns(self) -> None:
        for column in self.mapping.columns:
            if column.name not in self.places:
                raise no_column(column.name, self.columns, f"columns.{column.name}")
        taken = [*self.columns, *(column.alias for column in self.mapping.columns if column.alias), *(name for name, _ in self.mapping.let)]
        twice = sorted({name for name in taken if taken.count(name) > 1})
        if twice:
            raise InvalidInput(f"'{twice[0][:80]}' is the name of two things.", where="columns, let", fix="Give one of them another name.")

    def _used(self) -> list[Column]:
        """Return the columns that any expression reads."""
        names: set[str] = set()
        for section, entries in self._sections():
            for name, text in entries:
                names.update(node.name for node in parse(text, f"{section}.{name}").find_all(exp.Column))
        columns = [self.known.get(name, Column(name)) for name in self.columns]
        return [column for column in columns if column.name in names or column.alias in names]

    def _sections(self) -> tuple[tuple[str, Sequence[tuple[str, str]]], ...]:
        only = (("only", self.mapping.only),) if self.mapping.only else ()
        mapping = self.mapping
        return (("let", mapping.let), (mapping.form.section, mapping.fields), ("attributes", mapping.attributes), ("", only))

    def _clean(self, used: Sequence[Column]) -> exp.Select:
        nulls = [self.params.bind(word) for word in dict.fromkeys(("", *self.mapping.locale.nulls))]
        chosen: list[exp.Expr] = [exp.column(LINE_COLUMN), exp.alias_(self._row_id(), "row_id")]
        for column in used:
            place = self.places[column.name]
            trimmed = trim(exp.column(f"c{place}"), self.mapping.locale.strip)
            empty = exp.In(this=trimmed.copy(), expressions=[word.copy() for word in nulls])
            chosen.append(exp.alias_(exp.Case(ifs=[exp.If(this=empty, true=exp.Null())], default=trimmed), f"r{place}"))
        return exp.select(*chosen).from_("rows")

    def _row_id(self) -> exp.Expr:
        """Return 128 bit of the hash of the row as it stands; the order of columns does not count."""
        if RAW_COLUMN in self.places:
            text: exp.Expr = exp.column(f"c{self.places[RAW_COLUMN]}")
        else:
            cells = [call("coalesce", exp.column(f"c{self.places[name]}"), exp.Literal.string("")) for name in sorted(self.columns)]
            text = call("concat_ws", call("chr", exp.Literal.number(31)), *cells)
        return call("substr", call("sha256", text), exp.Literal.number(1), exp.Literal.number(32))

    def _typed(self, used: Sequence[Column], query: exp.Select) -> tuple[dict[str, Typed], exp.Select]:
        scope: dict[str, Typed] = {}
        chosen: list[exp.Expr] = []
        for column in used:
            place = self.places[column.name]
            raw, name = exp.column(f"r{place}"), f"v{place}"
            kind = "decimal" if column.type == "money" else column.type
            if kind != "text":
                chosen.append(exp.alias_(read_value(raw, column, self.mapping.locale), name))
                self.checks.append(Check(column.name, f"this is no {_words(column, self.mapping.locale)}", _lost(raw, exp.column(name)), raw.copy()))
            found = Typed(raw if kind == "text" else exp.column(name), kind)
            scope[column.name] = found
            if column.alias:
                scope[column.alias] = found
        return scope, _over(query).select(*chosen, append=True, copy=False) if chosen else query

    def _check_type(self, name: str, kind: str) -> None:
        takes = _TAKES.get(self.mapping.form.targets[name].type)
        if takes is not None and kind not in (*takes, "null"):
            fix = f"Give its columns the type {takes[-1]} under columns, or calculate it."
            raise InvalidInput(f"'{name}' needs {' or '.join(takes)}, this is {kind}.", where=f"{self.mapping.form.section}.{name}", fix=fix)

    def _attributes(self, compiler: Compiler) -> exp.Expr:
        if not self.mapping.attributes:
            return cast_to(exp.Null(), "VARCHAR")
        parts: list[exp.Expr] = []
        for name, text in self.mapping.attributes:
            made = compiler.compile(text, f"attributes.{name}", name)
            value = made.tree if made.type in ("integer", "boolean", "text") else cast_to(made.tree, "VARCHAR")
            parts += [self.params.bind(name), value]
        return cast_to(call("json_object", *parts), "VARCHAR")

    # --- the fields of a line ---

    def _finish(self, query: exp.Select, targets: dict[str, Typed]) -> tuple[exp.Select, exp.Select, exp.Select]:
        fields: list[exp.Expr] = [exp.alias_(exp.column(LINE_COLUMN), "source_line"), exp.column("row_id")]
        for name, found in targets.items():
            target = self.mapping.form.targets[name]
            fields += self._instant(name, target, found) if target.type == "instant" else [exp.alias_(self._fit(name, target, found), name)]
            if target.required or target.filled:
                self.checks.append(Check(name, "this must not be empty", _missing(found.tree), exp.Literal.string("")))
        fields.append(exp.alias_(exp.column("t_attributes"), "attributes"))
        content = [
            call("coalesce", cast_to(exp.column(f"t_{name}"), "VARCHAR"), exp.Literal.string("~")) for name in (*sorted(targets), "attributes")
        ]
        fields.append(exp.alias_(call("md5", call("concat_ws", exp.Literal.string("|"), *content)), "row_hash"))
        first = [exp.If(this=check.failed, true=exp.Literal.number(number)) for number, check in enumerate(self.checks)]
        values = [exp.If(this=check.failed.copy(), true=cast_to(check.value, "VARCHAR")) for check in self.checks]
        fields.append(exp.alias_(cast_to(exp.Case(ifs=first), "INTEGER"), "bad"))
        if self.mapping.only:
            fields.append(exp.alias_(exp.column("t_kept"), "kept"))
        below = query.subquery("targets", copy=False)
        line = exp.alias_(exp.column(LINE_COLUMN), "source_line")
        asked = exp.select(line, exp.alias_(exp.Case(ifs=values), "value")).from_(below.copy())
        numbers = exp.Array(expressions=[exp.Case(ifs=[exp.If(this=one.this.copy(), true=one.args["true"].copy())]) for one in first])
        texts = exp.Array(expressions=[exp.Case(ifs=[exp.If(this=one.this.copy(), true=one.args["true"].copy())]) for one in values])
        failures = exp.select(line.copy(), exp.alias_(numbers, "failed"), exp.alias_(texts, "seen")).from_(below.copy())
        return exp.select(*fields).from_(below, copy=False), asked, failures

    def _fit(self, name: str, target: Target, found: Typed) -> exp.Expr:
        tree = cast_to(found.tree.copy(), _FITS[target.type], careful=True)
        value = cast_to(found.tree.copy(), "VARCHAR")
        wrong, reason = _lost(found.tree, tree), "this does not fit"
        if target.type == "text":
            wrong, reason = (
                exp.GT(this=call("length", tree.copy()), expression=exp.Literal.number(target.longest)),
                f"this is longer than {target.longest} characters",
            )
        if target.type == "integer":
            outside = exp.Not(this=exp.Between(this=found.tree.copy(), low=exp.Literal.number(target.least), high=exp.Literal.number(target.most)))
            wrong, reason = exp.Paren(this=outside), f"this is not between {target.least} and {target.most:,}"
        self.checks.append(Check(name, reason, wrong, value))
        if target.words:
            words = [exp.Literal.string(word) for word in target.words]
            self.checks.append(
                Check(name, f"this is none of: {', '.join(target.words)}", exp.Not(this=exp.In(this=tree.copy(), expressions=words)), value.copy())
            )
        if target.pattern:
            shape = call("regexp_full_match", tree.copy(), exp.Literal.string(target.pattern))
            self.checks.append(Check(name, f"this is {target.pattern_means}", exp.Not(this=shape), value.copy()))
        if target.positive:
            below = exp.LTE(this=tree.copy(), expression=exp.Literal.number(0))
            self.checks.append(Check(name, "this is not above 0", exp.Paren(this=below), value.copy()))
        return tree

    def _instant(self, name: str, target: Target, found: Typed) -> list[exp.Expr]:
        """Return ms UTC (and the civil date): a date begins in the workspace's zone, a time of day is one of the file's zone, an instant is UTC."""
        ours, theirs = self.params.bind(self.zone), self.params.bind(self.mapping.locale.zone or self.zone)
        moment = cast_to(found.tree.copy(), "TIMESTAMP")
        at = exp.AtTimeZone(this=moment, zone={"date": ours, "instant": exp.Literal.string("UTC")}.get(found.type, theirs))
        stem = name.removesuffix("_at")
        fields = [exp.alias_(call("epoch_ms", at), f"{stem}_ms")]
        if target.dated:
            day = found.tree.copy() if found.type == "date" else cast_to(exp.AtTimeZone(this=exp.Paren(this=at.copy()), zone=ours.copy()), "DATE")
            fields.append(exp.alias_(cast_to(day, "DATE"), f"{stem}_date"))
        return fields


def no_column(name: str, columns: Iterable[str], where: str) -> InvalidInput:
    """Return the error for a column that the file lacks."""
    shown = [column for column in columns if column != RAW_COLUMN]
    close = difflib.get_close_matches(name, shown, n=3) or [column for column in shown if column.lower() == name.lower()]
    fix = f"Did you mean: {', '.join(close)}?" if close else f"The file has: {', '.join(shown[:12])}{' ...' if len(shown) > 12 else ''}"
    return InvalidInput(f"The file has no column '{name[:80]}'.", where=where, fix=fix)


def _words(column: Column, locale: Locale) -> str:
    dated = column.type in ("date", "datetime", "instant")
    first = formats_of(column, locale)[0] if dated else ""
    shape = f" like {_LIKE.get(first, first)}" if dated else ""
    sign = f" with the decimal sign '{locale.decimal}'" if column.type in ("decimal", "money") else ""
    return f"{column.type}{shape}{sign}"


def _missing(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=exp.Paren(this=tree.copy()), expression=exp.Null())


def _lost(before: exp.Expr, after: exp.Expr) -> exp.Expr:
    """Return the condition that a value was there and is not any more."""
    return exp.and_(exp.Not(this=_missing(before)), _missing(after))


def _over(query: exp.Select) -> exp.Select:
    # Each layer is used once, by the next: copying it would copy all layers below again and again.
    return exp.select("*").from_(query.subquery("below", copy=False), copy=False)
