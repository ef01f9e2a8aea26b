"""See what is kept apart: in groups, and event by event with people's ids masked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from windsock.governance import mask
from windsock.kernel.errors import NotFound
from windsock.kernel.written import read_yaml
from windsock.records import Page, decode, take
from windsock.tracking.model.fix import NOT_FIXABLE
from windsock.tracking.quarantine import queries

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Warehouse
    from windsock.workspace import Workspace

GROUPS_MOST = 500
_PARSED = ("properties", "traits", "context", "other_ids")
_IDS = ("anonymous_id", "user_id", "device_id", "previous_id")
_PERSONAL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|(?<!\d)(?:\+?86[ -]?)?1[3-9]\d{9}(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Group:
    """Events of one source that are kept apart for one reason; ``total`` counts those of all groups that were asked for."""

    id: str
    source: str
    reason: str
    field: str | None
    event: str | None
    count: int
    first_ms: int
    last_ms: int
    total: int

    @property
    def fixable(self) -> bool:
        """Whether a rule could mend them."""
        return self.reason not in NOT_FIXABLE


@dataclass(frozen=True)
class Row:
    """One event as it came."""

    qid: int
    received_ms: int
    trust: str | None
    event: str | None
    raw: dict[str, Any]


def groups(warehouse: Warehouse, source: str = "") -> list[Group]:
    """Return the groups, the largest first; 500 at most."""
    return [Group(**row) for row in warehouse.query(queries.GROUPS, {"source": source, "group": "", "most": GROUPS_MOST}).to_pylist()]


def find_group(warehouse: Warehouse, group: str) -> Group:
    """Return a group.

    Raises:
        NotFound: nothing is open in it, or there is none.
    """
    found = warehouse.query(queries.GROUPS, {"source": "", "group": group, "most": 1}).to_pylist()
    if not found:
        raise NotFound("Nothing is kept apart under this group any more.", where=group, fix="Look at the list of groups again.")
    return Group(**found[0])


def rows(workspace: Workspace, group: str, actor: Actor, plan: Plan, *, limit: int = 50, cursor: str | None = None) -> Page[Row]:
    """Return a page of a group's events, the newest first; masked where the actor may not see people in full."""
    scope = f"quarantine {group}"
    before = int(cast("int", decode(cursor, length=1, scope=scope)[0])) if cursor is not None else (1 << 62)
    number(workspace)
    found = workspace.warehouse.query(queries.ROWS, {"group": group, "before": before, "most": limit + 1}).to_pylist()
    shown = [Row(row["qid"], row["received_ms"], row["trust"], row["event"], shown_raw(row["raw"], actor, plan)) for row in found]
    return take(shown, limit, lambda row: (row.qid,), scope=scope)


def number(workspace: Workspace) -> None:
    """Give numbers to events that were kept apart by an older version."""
    if workspace.warehouse.query(queries.UNNUMBERED).to_pylist()[0]["n"]:
        with workspace.warehouse.transaction() as tx:
            tx.execute(queries.NUMBER)


def shown_raw(text: str, actor: Actor, plan: Plan) -> dict[str, Any]:
    """Return an event as it came for reading: inner JSON opened, empty columns left out, ids and personal values masked."""
    raw = {key: value for key, value in cast("dict[str, Any]", json.loads(text)).items() if value is not None}
    for name in _PARSED:
        if isinstance(raw.get(name), str):
            raw[name] = _opened(raw[name])
    if actor.may("people.unmask"):
        return raw
    for name in _IDS:
        if name in raw:
            raw[name] = mask("login", str(raw[name]))
    event = plan.events.get(str(raw.get("event")))
    personal = {name for name, rule in event.properties.items() if rule.pii} if event is not None else set[str]()
    masked: dict[str, Any] = {
        name: _masked(value, personal if name == "properties" else set(), whole=name in ("traits", "other_ids")) for name, value in raw.items()
    }
    return masked


def _opened(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _masked(value: Any, personal: set[str], *, whole: bool, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Mask what is personal: all of traits and ids, properties that the plan says so of, e-mails and phones anywhere."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {key: _masked(one, set(), whole=whole or key in personal, depth=depth + 1) for key, one in entries.items()}
    if isinstance(value, list):
        return [_masked(one, set(), whole=whole, depth=depth + 1) for one in cast("list[Any]", value)]
    if not isinstance(value, str):
        return "***" if whole and not isinstance(value, bool) and value is not None else value
    return mask("name" if len(value) < 6 else "login", value) if whole and not _PERSONAL.fullmatch(value) else _PERSONAL.sub(_one_masked, value)


def _one_masked(found: re.Match[str]) -> str:
    return mask("email" if "@" in found[0] else "phone", found[0])


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return reason -> language -> words."""
    return read_yaml(files("windsock.tracking").joinpath("words.yaml").read_text("utf-8"))["reasons"]
