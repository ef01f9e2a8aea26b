"""Read values from the texts of cells: numbers with signs and Chinese units, dates and times in many ways of writing; NULL where it is none."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from sqlglot import exp

from windsock.kernel.written import read_yaml
from windsock.sources.mapping.expression_parts import NUMBER, call, cast_to
from windsock.sources.mapping.language import Column, Locale

_WIDE = "０１２３４５６７８９，．－＋：／％　"  # noqa: RUF001 - full-width digits and signs are what is replaced
_NARROW = "0123456789,.-+:/% "
_WRITTEN: dict[str, Any] = read_yaml((files("windsock.sources.mapping") / "written.yaml").read_text(encoding="utf-8"))
_CURRENCY: str = _WRITTEN["currency"]
_UNITS: tuple[tuple[str, int], ...] = tuple(_WRITTEN["units"].items())
_BLANKS = " \t\r\n\u00a0\u3000"
_DAY, _MORNING, _LATER = (str(_WRITTEN[name]) for name in ("day", "morning", "later"))
_CLOCKS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S")
_OFFSET = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*([Zz]|[+-]\d{2}(:?\d{2})?)"


def trim(cell: exp.Expr, strip: str = "") -> exp.Expr:
    """Return a cell without blanks of any kind (and the signs of ``strip``) around it; the few cells that have some pay for the search."""
    blanks = _text(_BLANKS + strip)
    signs = "[\\s\u00a0\u3000" + re.escape(strip) + "]"
    has = call("regexp_matches", cell.copy(), _text(f"^{signs}|{signs}$"))
    return exp.Case(ifs=[exp.If(this=has, true=call("trim", cell.copy(), blanks))], default=cell.copy())


def narrow(cell: exp.Expr) -> exp.Expr:
    """Return a text with full-width digits and signs replaced; plain ASCII is left alone."""
    plain = call("regexp_full_match", cell.copy(), _text("[\\x20-\\x7e]*"))
    wide = call("translate", cell.copy(), _text(_WIDE), _text(_NARROW))
    return exp.Case(ifs=[exp.If(this=plain, true=cell.copy())], default=wide)


def read_value(raw: exp.Expr, column: Column, locale: Locale) -> exp.Expr:
    """Return the value of a cleaned text; NULL where it is none of its type."""
    text = narrow(raw)
    if column.type == "boolean":
        return _boolean(text, locale)
    if column.type in ("date", "datetime", "instant"):
        return _moment(text, column, locale)
    return _number(raw, text, column, locale)


def formats_of(column: Column, locale: Locale) -> tuple[str, ...]:
    """Return the ways in which a column's dates may be written."""
    return column.formats or {"date": locale.dates, "datetime": locale.datetimes, "instant": ("iso",)}[column.type]


def _boolean(text: exp.Expr, locale: Locale) -> exp.Expr:
    lower = call("lower", text)
    yes, no = ([_text(word) for word in words] for words in (locale.yes, locale.no))
    return exp.Case(
        ifs=[
            exp.If(this=exp.In(this=lower, expressions=yes), true=exp.true()),
            exp.If(this=exp.In(this=lower.copy(), expressions=no), true=exp.false()),
        ]
    )


# --- dates and times ---


def _moment(text: exp.Expr, column: Column, locale: Locale) -> exp.Expr:
    read = call("coalesce", *[_one_way(text, pattern, column.type) for pattern in formats_of(column, locale)])
    sane = exp.Between(this=read.copy(), low=_day("1900-01-01"), high=_day("2200-01-01"))
    return cast_to(exp.Case(ifs=[exp.If(this=sane, true=read)]), "DATE" if column.type == "date" else "TIMESTAMP")


def _one_way(text: exp.Expr, pattern: str, kind: str) -> exp.Expr:
    if pattern == "auto":
        return _any_date(text) if kind == "date" else _any_time(text)
    if pattern == "excel":
        return _counted(text, r"\d{1,6}(\.\d+)?", 86_400_000_000, -25_569)
    if pattern == "unix":
        return _counted(text, r"\d{9,10}(\.\d+)?", 1_000_000, 0)
    if pattern == "unix_ms":
        return _counted(text, r"\d{12,13}", 1_000, 0)
    if pattern == "iso":
        whole = call("regexp_replace", text.copy(), _text(r"([+-]\d{2}):?(\d{2})$"), _text(r"\1:\2"))
        at = exp.AtTimeZone(this=cast_to(whole, "TIMESTAMPTZ", careful=True), zone=_text("UTC"))
        return exp.Case(ifs=[exp.If(this=call("regexp_full_match", text.copy(), _text(_OFFSET)), true=at)])
    return call("try_strptime", text.copy(), _text(pattern))


def _any_date(text: exp.Expr) -> exp.Expr:
    """Read 2026-1-5, 2026/01/05, 2026.1.5, 2026年1月5日 and 20260105, also with a midnight behind."""
    day = call("regexp_replace", text.copy(), _text(_DAY + r"(?:[T\s]+0{1,2}:00(?::00(?:\.0+)?)?)?$"), _text(r"\1-\2-\3"))
    return call("coalesce", call("try_strptime", day, _text("%Y-%m-%d")), call("try_strptime", text.copy(), _text("%Y%m%d")))


def _any_time(text: exp.Expr) -> exp.Expr:
    """Read a date of any of those with a time of day: 15:04, 15:04:05, 15时04分, 下午3:04, 3:04 PM; nothing is midnight."""
    steps = (
        (_DAY + r"[T\s]*", r"\1-\2-\3 "),
        (r"(\d{1,2})[时時点](\d{1,2})分(\d{1,2})秒", r"\1:\2:\3"),
        (r"(\d{1,2})[时時点](\d{1,2})分?", r"\1:\2"),
        (rf"\s*(?:{_MORNING})\s*", " AM "),
        (rf"\s*(?:{_LATER})\s*", " PM "),
        (r"^(\S+)\s+(AM|PM)\s+(\S+)\s*$", r"\1 \3 \2"),
        (r"^(\S+\s+(?:1[3-9]|2[0-3]):.*?)\s+PM\s*$", r"\1"),
    )
    canonical = text.copy()
    for pattern, written in steps:
        canonical = call("regexp_replace", canonical, _text(pattern), _text(written))
    return call("try_strptime", call("trim", canonical), exp.Array(expressions=[_text(clock) for clock in _CLOCKS]))


def _counted(text: exp.Expr, shape: str, micros: int, shift: int) -> exp.Expr:
    """Read a number of days, seconds or milliseconds."""
    number = exp.Paren(this=exp.Add(this=cast_to(text.copy(), "DECIMAL(24, 9)", careful=True), expression=exp.Literal.number(shift)))
    scaled = exp.Mul(this=cast_to(number, "DOUBLE"), expression=exp.Literal.number(micros))
    made = call("try", call("make_timestamp", cast_to(call("round", exp.Div(this=scaled, expression=exp.Literal.number(1000))), "BIGINT") * 1000))
    return exp.Case(ifs=[exp.If(this=call("regexp_full_match", text.copy(), _text(shape)), true=made)])


def _day(text: str) -> exp.Expr:
    return cast_to(_text(text), "TIMESTAMP")


# --- numbers ---


def _number(raw: exp.Expr, text: exp.Expr, column: Column, locale: Locale) -> exp.Expr:
    if column.type == "money":
        text = call("regexp_replace", text, _text(_CURRENCY), _text(""), _text("g"))
    sign, group = re.escape(locale.decimal or "."), re.escape(locale.thousands)
    whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if group else r"\d+"
    ends = rf"({sign}0*)?" if column.type == "integer" else rf"({sign}\d*)?([eE][+-]?\d{{1,2}})?"
    pattern = rf"[+-]?({whole}{ends}|{sign}\d+)" if column.type != "integer" else rf"[+-]?{whole}{ends}"
    kind = "BIGINT" if column.type == "integer" else NUMBER
    number = cast_to(cast_to(_plain(text, locale), NUMBER, careful=True), kind, careful=True)
    fits = call("regexp_full_match", text, _text(pattern))
    quick = call("regexp_full_match", raw.copy(), _text("-?[0-9]{1,18}"))
    large = call("regexp_full_match", text.copy(), _text(rf"[+-]?{whole}({sign}\d+)?\s*(万亿|亿|万|千)"))
    return exp.Case(
        ifs=[
            exp.If(this=quick, true=cast_to(raw.copy(), kind, careful=True)),
            exp.If(this=fits, true=number),
            exp.If(this=large, true=_with_unit(text, kind, locale)),
        ]
    )


def _plain(text: exp.Expr, locale: Locale) -> exp.Expr:
    plain = call("replace", text.copy(), _text(locale.thousands), _text("")) if locale.thousands else text.copy()
    return call("replace", plain, _text(locale.decimal or "."), _text("."))


def _with_unit(text: exp.Expr, kind: str, locale: Locale) -> exp.Expr:
    """Read 1.2万 as 12,000; a count that is no whole number then is none."""
    # Twenty digits for the unit: products of two narrow decimals stay narrow in the engine, and run over.
    bare = call("rtrim", text.copy(), _text("万亿千 "))
    units = [
        exp.If(this=call("ends_with", text.copy(), _text(word)), true=cast_to(exp.Literal.number(size), "DECIMAL(20, 0)")) for word, size in _UNITS
    ]
    times = exp.Mul(this=cast_to(_plain(bare, locale), "DECIMAL(18, 8)", careful=True), expression=exp.Paren(this=exp.Case(ifs=units)))
    value = cast_to(call("try", times), NUMBER, careful=True)
    if kind != "BIGINT":
        return value
    whole = exp.EQ(this=call("round", value.copy(), exp.Literal.number(0)), expression=value.copy())
    return exp.Case(ifs=[exp.If(this=whole, true=cast_to(value, kind, careful=True))])


def _text(text: str) -> exp.Expr:
    return exp.Literal.string(text)
