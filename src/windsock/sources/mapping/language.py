"""Mapping files: how the columns of a file become the fields of a kind of rows, read from YAML with errors that say what, where and what to do."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml

from windsock.kernel.errors import InvalidInput
from windsock.sources.mapping.targets import MONTHS, Form

FILE_MAX = 256_000
ENTRIES_MAX = 1_000
TYPES: tuple[str, ...] = ("text", "integer", "decimal", "money", "date", "datetime", "instant", "boolean")
WAYS_OF_WRITING: dict[str, tuple[str, ...]] = {
    "date": ("auto", "excel"),
    "datetime": ("auto", "excel"),
    "instant": ("iso", "unix", "unix_ms"),
}
_DIRECTIVES = set("dmYyHMSbBfpIj")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.ASCII)
_SECTIONS = ("mapping", "kind", "title", "note", "source", "file", "read", "columns", "let", "only", "constants", "attributes")


@dataclass(frozen=True)
class Column:
    """A column of the file: its type, how its dates are written, and the name that expressions use."""

    name: str
    type: str = "text"
    formats: tuple[str, ...] = ()
    alias: str = ""


@dataclass(frozen=True)
class Locale:
    """How the file writes values.

    Attributes:
        nulls: texts that mean that nothing is there.
        strip: signs that are taken off both ends of every cell, such as the backtick of a payment provider.
        dates: formats of dates, in the letters of strftime.
        datetimes: formats of instants.
        months: names of months in lower case, with their number.
        decimal: the decimal sign.
        thousands: the sign between thousands, "" for none.
        yes: texts that mean true, in lower case.
        no: texts that mean false, in lower case.
        zone: the zone of the file's times of day; "" is the workspace's.
    """

    nulls: tuple[str, ...] = ("",)
    strip: str = ""
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    datetimes: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    months: Mapping[str, int] = field(default_factory=lambda: MONTHS["en"])
    decimal: str = "."
    thousands: str = ""
    yes: tuple[str, ...] = ("true", "1", "yes", "y", "t", "是")
    no: tuple[str, ...] = ("false", "0", "no", "n", "f", "否")
    zone: str = ""


@dataclass(frozen=True)
class FileShape:
    """What kind of file it is; "" where the file's name tells.

    ``header`` is a text that marks the header's line where lines of talk stand before it; a line that begins with ``until`` ends the table.
    """

    format: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header_line: int = 1
    header: str = ""
    until: str = ""


@dataclass(frozen=True)
class RowMapping:
    """A mapping, checked as far as it can be without a file.

    Attributes:
        form: the kind of rows.
        name: its name.
        title: what people call it, by language.
        source: name of the source that rows are known by, when the command does not say another.
        source_title: what people call the source.
        shape: what kind of file it is.
        locale: how the file writes values.
        columns: the columns that have a type, a format or another name.
        let: expressions with a name, each can use those above it.
        only: a condition; rows for which it is not true are left out, "" for none.
        fields: expression of each field.
        attributes: expressions of further facts, kept as JSON.
        payment_known: whether the source tells of payments; None where the kind does not ask.
        sha256: hash of the file.
        text: the file as it stands.
    """

    form: Form
    name: str
    title: Mapping[str, str]
    source: str
    source_title: str
    shape: FileShape
    locale: Locale
    columns: tuple[Column, ...]
    let: tuple[tuple[str, str], ...]
    only: str
    fields: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]
    payment_known: bool | None
    sha256: str
    text: str


class _Loader(yaml.SafeLoader):
    """YAML in which only null, true, false and whole numbers are not text: NO is Norway, and 1.10 stays 1.10."""


_PLAIN = (
    ("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), "tf"),
    ("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), "n~"),
    ("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]{0,17})$"), "-0123456789"),
)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern)] for tag, pattern, firsts in _PLAIN for first in (*firsts, *([""] if "~" in firsts else []))
}


def kind_of(text: str, where: str) -> str:
    """Return the kind that a mapping says it is of; orders where it says nothing.

    Raises:
        InvalidInput: it is no YAML of names and values.
    """
    found = _yaml(text, where)
    kind = cast("dict[Any, Any]", found).get("kind") if isinstance(found, dict) else None
    return _text(kind or "orders", f"{where}: kind")


def read_mapping(text: str, where: str, form: Form) -> RowMapping:
    """Read a mapping of a kind of rows.

    Raises:
        InvalidInput: it is no YAML, is of another kind, has an unknown or a wrong entry, or lacks a field that a row must have.
    """
    sections = (*_SECTIONS, form.section, *(("payment_known",) if form.tells_payments else ()))
    top = _section(_yaml(text, where), where, sections)
    name = _text(top.get("mapping"), f"{where}: mapping")
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "The mapping needs a name.",
            where=f"{where}: mapping",
            fix="Write a word of lower case letters, digits, _ . and -, such as hotel-bookings.",
        )
    kind = _text(top.get("kind") or "orders", f"{where}: kind")
    if kind != form.kind:
        raise InvalidInput(f"The mapping is one of {kind}, not of {form.kind}.", where=f"{where}: kind", fix=f"Write kind: {form.kind}.")
    source = _section(top.get("source") or {"name": name}, f"{where}: source", ("name", "title"))
    constants = {key: _constant(form, key, value, f"{where}: constants.{key}") for key, value in _pairs(top, "constants", where)}
    fields = {key: _expression(value, f"{where}: {form.section}.{key}") for key, value in _pairs(top, form.section, where)}
    _check_targets(form, constants, fields, where)
    return RowMapping(
        form=form,
        name=name,
        title=_title(top.get("title"), name, f"{where}: title"),
        source=_text(source.get("name") or name, f"{where}: source.name"),
        source_title=_text(source.get("title") or source.get("name") or name, f"{where}: source.title"),
        shape=_shape(top.get("file") or {}, f"{where}: file"),
        locale=_locale(top.get("read") or {}, f"{where}: read"),
        columns=tuple(_column(key, value, f"{where}: columns.{key}") for key, value in _pairs(top, "columns", where)),
        let=tuple((key, _expression(value, f"{where}: let.{key}")) for key, value in _pairs(top, "let", where)),
        only=_text(top.get("only") or "", f"{where}: only"),
        fields=tuple((constants | fields).items()),
        attributes=tuple((key, _expression(value, f"{where}: attributes.{key}")) for key, value in _pairs(top, "attributes", where)),
        payment_known=_payments(form, top, where),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def _payments(form: Form, top: Mapping[str, Any], where: str) -> bool | None:
    known = top.get("payment_known")
    if form.tells_payments and not isinstance(known, bool):
        raise InvalidInput("The mapping does not say whether payments are known.", where=f"{where}: payment_known", fix="Write true or false.")
    return known if isinstance(known, bool) else None


def _title(given: Any, name: str, where: str) -> dict[str, str]:  # noqa: ANN401 - as read from YAML
    if isinstance(given, dict):
        section = _section(cast("dict[Any, Any]", given), where, ("zh", "en"))
        return {language: _text(section.get(language) or name, where) for language in ("zh", "en")}
    text = _text(given or name, where)
    return {"zh": text, "en": text}


def _constant(form: Form, key: str, value: Any, where: str) -> str:  # noqa: ANN401 - as read from YAML
    text = _text(value, where)
    return text if key in form.targets and form.targets[key].type != "text" else "'" + text.replace("'", "''") + "'"


def _check_targets(form: Form, constants: Mapping[str, str], fields: Mapping[str, str], where: str) -> None:
    for key in (*constants, *fields):
        if key not in form.targets:
            raise InvalidInput(f"{form.row} has no field '{key[:80]}'.", where=f"{where}: {form.section}.{key}", fix=_close(key, form.targets))
    both = sorted(set(constants) & set(fields))
    if both:
        raise InvalidInput(f"'{both[0]}' is given twice.", where=f"{where}: constants.{both[0]}", fix=f"Keep it under constants or {form.section}.")
    for key in constants:
        if form.targets[key].type not in ("text", "integer", "long", "boolean"):
            raise InvalidInput(f"'{key}' cannot be a constant.", where=f"{where}: constants.{key}", fix=f"Write an expression under {form.section}.")
    missing = [key for key in form.required if key not in constants and key not in fields]
    if missing:
        raise InvalidInput(
            f"The mapping lacks '{missing[0]}'.", where=f"{where}: {form.section}", fix=f"{form.row} needs: {', '.join(form.required)}."
        )


def _yaml(text: str, where: str) -> Any:  # noqa: ANN401 - whatever the file holds, checked by the caller
    if len(text) > FILE_MAX:
        raise InvalidInput("The mapping is too large.", where=where, fix=f"Use at most {FILE_MAX:,} characters.")
    if re.search(r"(^|[\s\[{,:-])[&*][A-Za-z0-9_]", text):
        raise InvalidInput("YAML anchors are not used in mappings.", where=where, fix='Put a text that starts with & or * in quotes: "*".')
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader with fewer types
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark is not None else where
        problem = str(getattr(error, "problem", "") or error)[:120]
        raise InvalidInput(f"The mapping is no YAML: {problem}.", where=place, fix="Check indentation, colons and quotes there.") from None


def _section(given: Any, where: str, allowed: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401 - as read from YAML
    if not isinstance(given, dict):
        raise InvalidInput("A section of names and values is needed here.", where=where, fix=f"It may have: {', '.join(allowed)}.")
    section = {str(key): value for key, value in cast("dict[Any, Any]", given).items()}
    for key in section:
        if key not in allowed:
            raise InvalidInput(f"There is no entry '{key[:80]}' here.", where=where, fix=_close(key, allowed))
    return section


def _pairs(top: Mapping[str, Any], name: str, where: str) -> list[tuple[str, Any]]:
    given: Any = top.get(name) or {}
    if not isinstance(given, dict):
        raise InvalidInput(f"'{name}' must be a list of names with values.", where=f"{where}: {name}", fix="Write name: value, one a line.")
    pairs = [(str(key), value) for key, value in cast("dict[Any, Any]", given).items()]
    if len(pairs) > ENTRIES_MAX:
        raise InvalidInput(f"'{name}' has {len(pairs):,} entries.", where=f"{where}: {name}", fix=f"Use at most {ENTRIES_MAX:,}.")
    return pairs


def _text(value: Any, where: str) -> str:  # noqa: ANN401 - as read from YAML
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float) and len(str(value)) <= 2_000:
        return str(value)
    raise InvalidInput("A short text is needed here.", where=where, fix="Put it in quotes.")


def _expression(value: Any, where: str) -> str:  # noqa: ANN401 - as read from YAML
    if value is None:
        return "null"
    return _text(value, where)


def _texts(value: Any, where: str) -> tuple[str, ...]:  # noqa: ANN401 - as read from YAML
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    if len(items) > 100:
        raise InvalidInput("That is too long a list.", where=where, fix="Use at most 100 values.")
    return tuple("" if item is None else _text(item, where) for item in items)


def _shape(given: Any, where: str) -> FileShape:  # noqa: ANN401 - as read from YAML
    section = _section(given, where, ("format", "encoding", "delimiter", "sheet", "header_line", "header", "until"))
    line = section.get("header_line", 1)
    if not isinstance(line, int) or isinstance(line, bool):
        raise InvalidInput("The number of the header's line is needed.", where=f"{where}.header_line", fix="Write a whole number.")
    texts = {key: _text(section[key], f"{where}.{key}") for key in ("format", "encoding", "delimiter", "sheet", "header", "until") if key in section}
    return FileShape(**texts, header_line=line)


def _locale(given: Any, where: str) -> Locale:  # noqa: ANN401 - as read from YAML
    keys = ("nulls", "strip", "dates", "datetimes", "months", "decimal", "thousands", "yes", "no", "zone")
    section = _section(given, where, keys)
    changes: dict[str, Any] = {key: _texts(section[key], f"{where}.{key}") for key in ("nulls", "dates", "datetimes", "yes", "no") if key in section}
    for key in ("dates", "datetimes"):
        changes.update({key: _formats(changes[key], f"{where}.{key}", key.removesuffix("s"))} if key in changes else {})
    for key in ("yes", "no"):
        changes.update({key: tuple(word.lower() for word in changes[key])} if key in changes else {})
    for key in ("decimal", "thousands"):
        if key in section:
            changes[key] = _sign(section[key], f"{where}.{key}")
    if changes.get("decimal", ".") == changes.get("thousands", ""):
        raise InvalidInput("The decimal sign and the sign between thousands are the same.", where=where, fix="They must differ.")
    if "strip" in section:
        changes["strip"] = _text(section["strip"], f"{where}.strip")
    if "months" in section:
        changes["months"] = _months(section["months"], f"{where}.months")
    if "zone" in section:
        changes["zone"] = _zone(_text(section["zone"], f"{where}.zone"), f"{where}.zone")
    return Locale(**changes)


def _sign(value: Any, where: str) -> str:  # noqa: ANN401 - as read from YAML
    sign = "" if value is None else _text(value, where)
    if sign not in ("", ".", ",", "'", " ", "\u00a0", "\u202f"):
        raise InvalidInput(f"'{sign[:10]}' is no sign of numbers.", where=where, fix="Use . or , or ' or a blank.")
    return sign


def _formats(formats: tuple[str, ...], where: str, kind: str) -> tuple[str, ...]:
    for text in formats:
        if text in WAYS_OF_WRITING[kind]:
            continue
        found = re.findall(r"%(-?.)", text)
        wrong = [letter for letter in found if letter.lstrip("-") not in _DIRECTIVES]
        if wrong or not found or len(text) > 60 or text.endswith("%"):
            raise InvalidInput(
                f"'{text[:60]}' is no format of dates.", where=where, fix="Use %d %m %Y %y %b %B %H %I %M %S %f %p, for example %d/%m/%Y."
            )
    return formats


def _months(value: Any, where: str) -> dict[str, int]:  # noqa: ANN401 - as read from YAML
    if isinstance(value, str) and value in MONTHS:
        return dict(MONTHS[value])
    if isinstance(value, dict):
        months = {str(key).strip().lower(): number for key, number in cast("dict[Any, Any]", value).items()}
        if 0 < len(months) <= 100 and all(isinstance(number, int) and 1 <= number <= 12 for number in months.values()):
            return months
    raise InvalidInput("These are no names of months.", where=where, fix=f"Use one of {', '.join(MONTHS)}, or names with numbers from 1 to 12.")


def _zone(name: str, where: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise InvalidInput(f"There is no zone '{name[:60]}'.", where=where, fix="Use a name such as Europe/Rome.") from None


def _column(name: str, given: Any, where: str) -> Column:  # noqa: ANN401 - as read from YAML
    section = _section({"type": given} if isinstance(given, str) else given, where, ("type", "format", "as"))
    kind = _text(section.get("type") or "text", where)
    if kind not in TYPES:
        raise InvalidInput(f"There is no type '{kind[:40]}'.", where=where, fix=_close(kind, TYPES))
    if "format" in section and kind not in WAYS_OF_WRITING:
        raise InvalidInput("Only dates have a format.", where=where, fix="Give the column the type date, datetime or instant.")
    formats = _formats(_texts(section["format"], where), where, kind) if "format" in section else ()
    return Column(name, kind, formats, _text(section.get("as") or "", where))


def _close(given: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(given, names, n=2)
    return f"Did you mean: {', '.join(close)}?" if close else f"Use one of: {', '.join(names)}."
