"""Read the plan and the cleaning rules in force; kept by the version of their definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock import definitions
from windsock.tracking.model import cleaning as rules
from windsock.tracking.model import internal as internals
from windsock.tracking.model import plan as plans

if TYPE_CHECKING:
    from windsock.tracking.model.cleaning import Cleaning
    from windsock.tracking.model.internal import InternalRule
    from windsock.tracking.model.plan import Plan
    from windsock.workspace import Workspace

_KEPT_MOST = 16
_plans: dict[str, Plan] = {}
_cleanings: dict[str, Cleaning] = {}
_internals: dict[str, tuple[InternalRule, ...]] = {}


def read_plan(workspace: Workspace) -> Plan:
    """Return the plan in force: the catalogue, with the team's frozen plan over it."""
    with workspace.records.read() as session:
        found = definitions.current(session, plans.KIND, plans.NAME)
    if found is None:
        return plans.builtin_plan()
    key = f"{found.version} {found.sha256}"
    if key not in _plans:
        _bound(_plans)
        _plans[key] = plans.parse_plan(found.body, found.version)
    return _plans[key]


def read_cleaning(workspace: Workspace) -> Cleaning:
    """Return the cleaning rules in force, with those of internal traffic; none where nobody activated any."""
    with workspace.records.read() as session:
        found = definitions.current(session, rules.KIND, rules.NAME)
    internal, _ = read_internal(workspace)
    if found is None:
        return rules.Cleaning(internal=internal)
    key = f"{found.version} {found.sha256}"
    if key not in _cleanings:
        _bound(_cleanings)
        _cleanings[key] = rules.parse_cleaning(found.body, found.version)
    return replace(_cleanings[key], internal=internal) if internal else _cleanings[key]


def read_internal(workspace: Workspace) -> tuple[tuple[InternalRule, ...], int]:
    """Return the rules of internal traffic in force and their version; none and 0 where nobody activated any."""
    with workspace.records.read() as session:
        found = definitions.current(session, internals.KIND, internals.NAME)
    if found is None:
        return (), 0
    key = f"{found.version} {found.sha256}"
    if key not in _internals:
        _bound(_internals)
        _internals[key] = internals.parse_internal(found.body)
    return _internals[key], found.version


def _bound(kept: dict[str, Plan] | dict[str, Cleaning] | dict[str, tuple[InternalRule, ...]]) -> None:
    """Forget all when there are many: versions change rarely, and a body is read again in milliseconds."""
    if len(kept) >= _KEPT_MOST:
        kept.clear()
