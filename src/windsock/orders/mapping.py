"""Mapping files: how the columns of a file become orders, read from YAML with errors that say what, where and what to do."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml

from windsock.kernel.errors import InvalidInput, NotFound
from windsock.orders.targets import MONTHS, REQUIRED, TARGETS

FILE_MAX = 256_000
ENTRIES_MAX = 1_000
TYPES: tuple[str, ...] = ("text", "integer", "decimal", "money", "date", "datetime", "boolean")
_DIRECTIVES = set("dmYyHMSbBfpIj")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.ASCII)
_SECTIONS = ("mapping", "title", "note", "source", "file", "read", "columns", "let", "constants", "order", "attributes", "payment_known")


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
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    datetimes: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    months: Mapping[str, int] = field(default_factory=lambda: MONTHS["en"])
    decimal: str = "."
    thousands: str = ""
    yes: tuple[str, ...] = ("true", "1", "yes", "y")
    no: tuple[str, ...] = ("false", "0", "no", "n")
    zone: str = ""


@dataclass(frozen=True)
class FileShape:
    """What kind of file it is; "" where the file's name tells."""

    format: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header_line: int = 1


@dataclass(frozen=True)
class OrderMapping:
    """A mapping, checked as far as it can be without a file.

    Attributes:
        name: its name.
        source: name of the source that orders are known by, when the command does not say another.
        source_title: what people call the source.
        shape: what kind of file it is.
        locale: how the file writes values.
        columns: the columns that have a type, a format or another name.
        let: expressions with a name, each can use those above it.
        order: expression of each target.
        attributes: expressions of further facts, kept as JSON.
        payment_known: whether the source tells of payments.
        sha256: hash of the file.
        text: the file as it stands.
    """

    name: str
    source: str
    source_title: str
    shape: FileShape
    locale: Locale
    columns: tuple[Column, ...]
    let: tuple[tuple[str, str], ...]
    order: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]
    payment_known: bool
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


def load_mapping(given: str) -> OrderMapping:
    """Return a built-in mapping by its name, or one in a file.

    Raises:
        NotFound: neither.
        InvalidInput: the file is no mapping.
    """
    path = Path(given)
    if path.is_file():
        if path.stat().st_size > FILE_MAX:
            raise InvalidInput("The mapping file is too large.", where=path.name, fix=f"Use at most {FILE_MAX:,} bytes.")
        try:
            return read_mapping(path.read_text(encoding="utf-8"), path.name)
        except UnicodeDecodeError:
            raise InvalidInput("The mapping file is no UTF-8 text.", where=path.name, fix="Save it as UTF-8.") from None
    known = built_in()
    if given not in known:
        close = difflib.get_close_matches(given, known, n=1)
        raise NotFound(
            f"There is no mapping '{given[:80]}'.",
            where="--mapping",
            fix=f"{'Did you mean' if close else 'Name a YAML file, or one of'}: {', '.join(close or known)}",
        )
    return read_mapping((resources.files("windsock.orders") / "mappings" / f"{given}.yaml").read_text(encoding="utf-8"), f"{given}.yaml")


def built_in() -> list[str]:
    """Return the names of the mappings that come with Windsock."""
    folder = resources.files("windsock.orders") / "mappings"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def read_mapping(text: str, where: str) -> OrderMapping:
    """Read a mapping.

    Raises:
        InvalidInput: it is no YAML, has an unknown or a wrong entry, or lacks a target that an order must have.
    """
    top = _section(_yaml(text, where), where, _SECTIONS)
    name = _text(top.get("mapping"), f"{where}: mapping")
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "The mapping needs a name.",
            where=f"{where}: mapping",
            fix="Write a word of lower case letters, digits, _ . and -, such as hotel-bookings.",
        )
    source = _section(top.get("source") or {"name": name}, f"{where}: source", ("name", "title"))
    constants = {key: _constant(key, value, f"{where}: constants.{key}") for key, value in _pairs(top, "constants", where)}
    order = {key: _expression(value, f"{where}: order.{key}") for key, value in _pairs(top, "order", where)}
    _check_targets(constants, order, where)
    known = top.get("payment_known")
    if not isinstance(known, bool):
        raise InvalidInput("The mapping does not say whether payments are known.", where=f"{where}: payment_known", fix="Write true or false.")
    return OrderMapping(
        name=name,
        source=_text(source.get("name") or name, f"{where}: source.name"),
        source_title=_text(source.get("title") or source.get("name") or name, f"{where}: source.title"),
        shape=_shape(top.get("file") or {}, f"{where}: file"),
        locale=_locale(top.get("read") or {}, f"{where}: read"),
        columns=tuple(_column(key, value, f"{where}: columns.{key}") for key, value in _pairs(top, "columns", where)),
        let=tuple((key, _expression(value, f"{where}: let.{key}")) for key, value in _pairs(top, "let", where)),
        order=tuple((constants | order).items()),
        attributes=tuple((key, _expression(value, f"{where}: attributes.{key}")) for key, value in _pairs(top, "attributes", where)),
        payment_known=known,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def _constant(key: str, value: Any, where: str) -> str:  # noqa: ANN401 - as read from YAML
    text = _text(value, where)
    return text if key in TARGETS and TARGETS[key].type != "text" else "'" + text.replace("'", "''") + "'"


def _check_targets(constants: Mapping[str, str], order: Mapping[str, str], where: str) -> None:
    for key in (*constants, *order):
        if key not in TARGETS:
            raise InvalidInput(f"An order has no field '{key[:80]}'.", where=f"{where}: order.{key}", fix=_close(key, TARGETS))
    both = sorted(set(constants) & set(order))
    if both:
        raise InvalidInput(f"'{both[0]}' is given twice.", where=f"{where}: constants.{both[0]}", fix="Keep it under constants or under order.")
    for key in constants:
        if TARGETS[key].type not in ("text", "integer", "boolean"):
            raise InvalidInput(f"'{key}' cannot be a constant.", where=f"{where}: constants.{key}", fix="Write an expression under order.")
    missing = [key for key in REQUIRED if key not in constants and key not in order]
    if missing:
        raise InvalidInput(f"The mapping lacks '{missing[0]}'.", where=f"{where}: order", fix=f"An order needs: {', '.join(REQUIRED)}.")


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
    section = _section(given, where, ("format", "encoding", "delimiter", "sheet", "header_line"))
    line = section.get("header_line", 1)
    if not isinstance(line, int) or isinstance(line, bool):
        raise InvalidInput("The number of the header's line is needed.", where=f"{where}.header_line", fix="Write a whole number.")
    texts = {key: _text(section[key], f"{where}.{key}") for key in ("format", "encoding", "delimiter", "sheet") if key in section}
    return FileShape(**texts, header_line=line)


def _locale(given: Any, where: str) -> Locale:  # noqa: ANN401 - as read from YAML
    keys = ("nulls", "dates", "datetimes", "months", "decimal", "thousands", "yes", "no", "zone")
    section = _section(given, where, keys)
    changes: dict[str, Any] = {key: _texts(section[key], f"{where}.{key}") for key in ("nulls", "dates", "datetimes", "yes", "no") if key in section}
    for key in ("dates", "datetimes"):
        changes.update({key: _formats(changes[key], f"{where}.{key}")} if key in changes else {})
    for key in ("yes", "no"):
        changes.update({key: tuple(word.lower() for word in changes[key])} if key in changes else {})
    for key in ("decimal", "thousands"):
        if key in section:
            changes[key] = _sign(section[key], f"{where}.{key}")
    if changes.get("decimal", ".") == changes.get("thousands", ""):
        raise InvalidInput("The decimal sign and the sign between thousands are the same.", where=where, fix="They must differ.")
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


def _formats(formats: tuple[str, ...], where: str) -> tuple[str, ...]:
    for text in formats:
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
    formats = _formats(_texts(section["format"], where), where) if "format" in section else ()
    if formats and kind not in ("date", "datetime"):
        raise InvalidInput("Only dates have a format.", where=where, fix="Give the column the type date or datetime.")
    return Column(name, kind, formats, _text(section.get("as") or "", where))


def _close(given: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(given, names, n=2)
    return f"Did you mean: {', '.join(close)}?" if close else f"Use one of: {', '.join(names)}."
