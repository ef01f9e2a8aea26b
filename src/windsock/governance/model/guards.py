"""What may be shown and what may be run: masks of people's ids, cells safe from formulas, users' patterns in linear time."""

from __future__ import annotations

import re
from typing import Any, Protocol, cast

import re2  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.kernel.errors import InvalidInput

_SHOWN_OF_PHONE = 7
_LONG_ID = 8


def mask(namespace: str, value: str) -> str:
    """Return a person's id as somebody without ``people.unmask`` may see it.

    Args:
        namespace: email, phone, name; anything else is an opaque id.
        value: the id in full.

    >>> mask("email", "anna@example.com"), mask("phone", "13812341234"), mask("login", "GA10023455"), mask("name", "Anna")
    ('a***@e***.com', '138****1234', 'GA***55', 'A***')
    """
    if not value:
        return ""
    if namespace == "email" or (namespace != "phone" and "@" in value):
        return _mask_email(value)
    if namespace == "phone":
        digits = [c for c in value if c.isdigit()]
        return "".join(digits[:3]) + "****" + "".join(digits[-4:]) if len(digits) > _SHOWN_OF_PHONE else "****"
    if namespace == "name":
        return f"{value[0]}***"
    return f"{value[:2]}***{value[-2:]}" if len(value) >= _LONG_ID else "***"


def _mask_email(value: str) -> str:
    local, at, domain = value.partition("@")
    if not at or not local or not domain:
        return "***"
    host, dot, ending = domain.rpartition(".")
    return f"{local[0]}***@{host[0]}***.{ending}" if dot and host else f"{local[0]}***@***"


_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?%?", re.ASCII)
_TRIGGERS = frozenset("=+-@\t\r\n|＝＋－＠﹢﹣﹦﹫−")  # noqa: RUF001 - the look-alikes are what this rule is about
_SKIPPED = " \u00a0\u3000\ufeff\u200b\u200c\u200d\u2060\0"


def safe_cell(value: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before it when it could be one.

    Spreadsheets evaluate cells that start with = + - @ (also in full width, and after a tab, a line break or blanks);
    a plain number such as ``-12.50`` stays a number.

    >>> safe_cell("=1+1"), safe_cell("-12.50"), safe_cell("-cmd"), safe_cell("Rome")
    ("'=1+1", '-12.50', "'-cmd", 'Rome')
    """
    if not value or _NUMBER.fullmatch(value):
        return value
    start = value.lstrip(_SKIPPED)
    return f"'{value}" if value[0] in _TRIGGERS or (start and start[0] in _TRIGGERS) else value


PATTERN_MAX = 500
_PATTERN_MEMORY = 1 << 20
_ENGINE: Any = re2


class UserRegex(Protocol):
    """A compiled pattern of a user, matched in linear time."""

    def search(self, text: str) -> object | None:
        """Return something true when the pattern occurs in the text."""
        ...

    def fullmatch(self, text: str) -> object | None:
        """Return something true when the whole text matches."""
        ...


def compile_user_regex(pattern: str, where: str = "pattern") -> UserRegex:
    """Compile a pattern that a user wrote, on an engine whose time is linear in the text.

    Args:
        pattern: RE2 syntax; at most 500 characters.
        where: the field's name, for the error.

    Raises:
        InvalidInput: too long, wrong, or it uses what RE2 doesn't have (look-around, back references).
    """
    if len(pattern) > PATTERN_MAX:
        raise InvalidInput(f"The pattern has {len(pattern)} characters.", where=where, fix=f"Use at most {PATTERN_MAX}.")
    options: Any = _ENGINE.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    try:
        return cast("UserRegex", _ENGINE.compile(pattern, options))
    except _ENGINE.error as error:
        found: object = error.args[0] if error.args else ""
        reason = found.decode(errors="replace") if isinstance(found, bytes) else str(found)
        advice = "Write it in RE2 syntax: no look-around, no back references."
        raise InvalidInput(f"The pattern can't be used: {reason}.", where=where, fix=advice) from None
    except UnicodeError:
        raise InvalidInput("The pattern holds a character that is no text.", where=where, fix="Remove it.") from None
