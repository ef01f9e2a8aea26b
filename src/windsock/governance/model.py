"""Who may do what, and what may be shown: permissions, roles, actors, masks, and the two guards on users' text.

Everything here is a pure rule; the tables and the verbs of the room live beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast, get_args

import re2

from windsock.kernel.errors import Broken, InvalidInput

PUBLIC = "public"
OWN = "session.own"
PERMISSIONS: dict[str, str] = {
    PUBLIC: "No sign-in needed",
    OWN: "Any signed-in user, for their own session",
    "metrics.read": "See metrics and dashboards",
    "orders.read": "Open single orders",
    "people.see": "See rows about people, masked",
    "people.unmask": "See e-mails, phones and ids of people in full",
    "export": "Download rows as a file",
    "import.write": "Import, replace and undo batches",
    "jobs.read": "See background work",
    "jobs.cancel": "Cancel background work",
    "definitions.read": "See definitions and their versions",
    "definitions.write": "Draft definitions",
    "definitions.approve": "Approve definitions",
    "members.manage": "Create, disable and change members",
    "tokens.manage": "Create and revoke API tokens",
    "audit.read": "Read the audit trail",
    "system.read": "See the state of the system",
    "system.manage": "Change the system",
}

Role = Literal["admin", "lead", "analyst", "viewer"]
ROLE_NAMES: tuple[Role, ...] = get_args(Role)
_ALL = frozenset(PERMISSIONS) - {PUBLIC}
ROLES: dict[Role, frozenset[str]] = {
    "admin": _ALL,
    "lead": _ALL - {"members.manage", "tokens.manage", "system.manage", "people.unmask"},
    "analyst": frozenset(
        {
            OWN,
            "metrics.read",
            "orders.read",
            "people.see",
            "export",
            "import.write",
            "jobs.read",
            "jobs.cancel",
            "definitions.read",
            "definitions.write",
        },
    ),
    "viewer": frozenset({OWN, "metrics.read", "jobs.read", "definitions.read"}),
}

Via = Literal["session", "token", "cli", "system"]


@dataclass(frozen=True)
class Actor:
    """Who does something: a signed-in member, an API token, somebody at the command line, or Windsock itself."""

    id: str
    name: str
    role: Role
    permissions: frozenset[str]
    via: Via

    def may(self, permission: str) -> bool:
        """Say whether the actor holds a permission (``public`` is everybody's)."""
        return permission == PUBLIC or permission in self.permissions


SYSTEM = Actor("system", "Windsock", "admin", _ALL, "system")


def cli_actor(name: str = "") -> Actor:
    """Return the actor behind the command line: whoever may read the workspace's folder is its owner."""
    return Actor(f"cli:{name}" if name else "cli", name or "command line", "admin", _ALL, "cli")


def needs(permission: str) -> dict[str, Any]:
    """Return the ``openapi_extra`` that names the permission of a route.

    Raises:
        Broken: there is no such permission; raised at import, so that the programme doesn't start.
    """
    if permission not in PERMISSIONS:
        raise Broken(f"There is no permission '{permission}'.", where="needs()", fix="Use a name of governance.model.PERMISSIONS.")
    return {"x-permission": permission}


def as_role(text: str, where: str = "role") -> Role:
    """Read the name of a role.

    Raises:
        InvalidInput: there is no such role.
    """
    if text not in ROLE_NAMES:
        raise InvalidInput(f"There is no role '{text[:40]}'.", where=where, fix=f"Use one of: {', '.join(ROLE_NAMES)}.")
    return cast("Role", text)


@dataclass(frozen=True)
class Eraser:
    """How a room exports and removes a person.

    Attributes:
        room: name of the room.
        tables: the room's tables that name a person.
        export: (workspace, dids) -> rows by table, as plain JSON values.
        erase: (workspace, dids) -> number of rows removed or emptied of the person.
    """

    room: str
    tables: tuple[str, ...]
    export: Callable[[Any, Sequence[int]], dict[str, list[dict[str, Any]]]]
    erase: Callable[[Any, Sequence[int]], int]


# --- masks ---------------------------------------------------------------------------------------------------------

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


# --- spreadsheets --------------------------------------------------------------------------------------------------

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


# --- users' patterns -----------------------------------------------------------------------------------------------

PATTERN_MAX = 500
_PATTERN_MEMORY = 1 << 20


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
    options: Any = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    try:
        return cast("UserRegex", re2.compile(pattern, options))
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        advice = "Write it in RE2 syntax: no look-around, no back references."
        raise InvalidInput(f"The pattern can't be used: {reason}.", where=where, fix=advice) from None
    except UnicodeError:
        raise InvalidInput("The pattern holds a character that is no text.", where=where, fix="Remove it.") from None
