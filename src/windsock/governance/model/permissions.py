"""Who may do what: permissions, roles and actors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from windsock.kernel.errors import Broken, InvalidInput

PUBLIC = "public"
OWN = "session.own"
PERMISSIONS: dict[str, str] = {
    PUBLIC: "No sign-in needed",
    OWN: "Any signed-in user, for their own session",
    "metrics.read": "See metrics and dashboards",
    "targets.write": "Set, import and remove targets",
    "promises.write": "Make and close promises of the stand-up",
    "alerts.read": "See monitors and alerts, and replay monitors",
    "alerts.handle": "Acknowledge, close, label and silence alerts",
    "incidents.read": "See incidents, problems, changes, tasks and who is on duty",
    "incidents.work": "Open and work on incidents, problems, changes and tasks",
    "incidents.manage": "Approve changes, close problems, set who is on duty",
    "playbooks.run": "Propose, run and undo steps of playbooks, and switch flags",
    "playbooks.approve": "Approve and refuse runs that cost money or touch price or stock",
    "playbooks.caps": "Set how often and for how much playbooks may act",
    "audiences.read": "See tags, segments and models, and how many people they hold",
    "audiences.write": "Draft and change tags, segments and models, and upload lists",
    "people.tag": "Tag single people by hand",
    "orders.read": "Open single orders",
    "people.see": "See rows about people, masked",
    "people.unmask": "See e-mails, phones and ids of people in full",
    "people.merge": "Join and part people, and judge suggestions",
    "people.erase": "Hand over all that is held of a person, and erase it",
    "sources.read": "See sources, tracking plan, quality and the balance of intake",
    "sources.manage": "Create sources and their keys",
    "events.see": "See single events as they came, ids masked",
    "quarantine.manage": "Mend, replay and discard refused events",
    "sql.run": "Write SQL over views without personal columns",
    "dashboards.write": "Make, change and share own dashboards, save analyses, and note dates",
    "reports.manage": "Schedule reports that are sent out",
    "destinations.manage": "Set up where reports and messages can be sent",
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
    "lead": _ALL - {"members.manage", "tokens.manage", "system.manage", "people.unmask", "people.erase"},
    "analyst": frozenset(
        {
            OWN,
            "metrics.read",
            "promises.write",
            "alerts.read",
            "alerts.handle",
            "incidents.read",
            "incidents.work",
            "playbooks.run",
            "audiences.read",
            "audiences.write",
            "people.tag",
            "orders.read",
            "people.see",
            "sources.read",
            "events.see",
            "quarantine.manage",
            "sql.run",
            "dashboards.write",
            "reports.manage",
            "export",
            "import.write",
            "jobs.read",
            "jobs.cancel",
            "definitions.read",
            "definitions.write",
        },
    ),
    "viewer": frozenset({OWN, "metrics.read", "alerts.read", "incidents.read", "audiences.read", "sources.read", "jobs.read", "definitions.read"}),
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
    return text


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
