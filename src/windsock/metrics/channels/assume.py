"""Read and set the assumptions of the channels page: checked, versioned, audited."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from windsock import governance
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.kernel.money import text
from windsock.metrics.channels import store
from windsock.metrics.channels.model import REACHES, Assumptions
from windsock.metrics.channels.store import Kept

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

CHANNELS_MAX = 200
LARGEST = Decimal(10) ** 9


def assumptions(workspace: Workspace) -> tuple[Assumptions, Kept | None]:
    """Return the assumptions in force and how they are kept; the built-in ones while nobody has set any."""
    with workspace.records.read() as session:
        kept = store.read(session)
    return (Assumptions(), None) if kept is None else (from_json(kept.body), kept)


def assume(workspace: Workspace, actor: Actor, body: Mapping[str, Any], seen: int) -> Kept:
    """Set the assumptions.

    Args:
        workspace: where.
        actor: who.
        body: as ``to_json`` gives them.
        seen: the version that they saw, 0 for the built-in ones.

    Raises:
        InvalidInput: a figure is out of its bounds; says which.
        Conflict: somebody has set them since.
    """
    checked = to_json(from_json(body))
    kept = Kept(seen + 1, checked, actor.name[:120], workspace.clock.now_ms())
    with workspace.records.write() as session:
        old = store.read(session)
        if (0 if old is None else old.version) != seen or not store.write(session, kept):
            raise Conflict("Somebody has changed the assumptions since.", where="version", fix="Look at theirs and set yours again.")
        detail = {"version": kept.version, "before": None if old is None else old.body, "after": checked}
        governance.audit(session, actor, "channels.assumed", "channels/assumptions", detail, kept.changed_ms)
    return kept


def to_json(given: Assumptions) -> dict[str, Any]:
    """Return assumptions as exact text."""
    return {
        "service_cost": {channel: text(value) for channel, value in sorted(given.service_cost.items())},
        "move_rate": {reach: f"{given.move_rate.get(reach, Decimal(0)):f}" for reach in REACHES if reach != "unknown"},
        "incentive": text(given.incentive),
        "repeat_value": text(given.repeat_value),
        "direct_take_rate": f"{given.direct_take_rate:f}",
        "direct_cost_rate": None if given.direct_cost_rate is None else f"{given.direct_cost_rate:f}",
    }


def from_json(given: Mapping[str, Any]) -> Assumptions:
    """Read assumptions; what is left out is the built-in one.

    Raises:
        InvalidInput: no number, out of bounds, or a reach that there is not.
    """
    plain = Assumptions()
    costs, moves = _mapping(given.get("service_cost"), "service_cost"), _mapping(given.get("move_rate"), "move_rate")
    if len(costs) > CHANNELS_MAX:
        raise InvalidInput(f"At most {CHANNELS_MAX} channels.", where="service_cost")
    for reach in moves:
        if reach not in REACHES or reach == "unknown":
            raise InvalidInput(f"There is no reach '{reach[:40]}'.", where="move_rate", fix=f"Use: {', '.join(REACHES)}.")
    direct = given.get("direct_cost_rate")
    return Assumptions(
        {channel[:80]: _number(value, f"service_cost.{channel[:80]}", LARGEST) for channel, value in costs.items()},
        {**plain.move_rate, **{reach: _number(value, f"move_rate.{reach}", Decimal(1)) for reach, value in moves.items()}},
        _number(given.get("incentive", plain.incentive), "incentive", LARGEST),
        _number(given.get("repeat_value", plain.repeat_value), "repeat_value", LARGEST),
        _number(given.get("direct_take_rate", plain.direct_take_rate), "direct_take_rate", Decimal(1)),
        None if direct is None else _number(direct, "direct_cost_rate", Decimal(1)),
    )


def _mapping(given: Any, where: str) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput("Numbers by name are expected.", where=where)
    return cast("Mapping[str, Any]", given)


def _number(given: Any, where: str, most: Decimal) -> Decimal:  # noqa: ANN401 - JSON
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        raise InvalidInput(f"'{str(given)[:40]}' is no number.", where=where, fix="Write a plain decimal such as 0.05.") from None
    if not value.is_finite() or not 0 <= value <= most or len(value.as_tuple().digits) > 20:
        raise InvalidInput(f"'{str(given)[:40]}' is out of bounds.", where=where, fix=f"Write a number from 0 to {most:f}.")
    return value
