"""What stands below a node of the tree: its channels, markets, products and customers, each with its money; children sum to the node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import text
from windsock.metrics.decompose import Asked, divide
from windsock.metrics.model.definition import Words
from windsock.metrics.model.nested import worth_of
from windsock.metrics.model.predicate import Predicate, predicate_from_json
from windsock.metrics.parts import Part, bounded, label
from windsock.metrics.tree import figure
from windsock.metrics.value_names import Namer, namer

if TYPE_CHECKING:
    from windsock.metrics.parts import Decomposition
    from windsock.metrics.tree import Tree
    from windsock.workspace import Workspace

BELOW_MAX = 6
CHILDREN_MAX = 6
_MIX = Words("its share of the whole (mix)", "占比变化（结构）")


@dataclass(frozen=True)
class Below:
    """Which node to open, and by which dimension."""

    node: str
    by: str


def open_below(workspace: Workspace, tree: Tree, told: dict[str, Any], below: Sequence[Below], where: Sequence[Predicate]) -> dict[str, Any]:
    """Add what stands below nodes to a tree that is ready to travel.

    Args:
        workspace: where to ask.
        tree: the tree.
        told: its JSON.
        below: which nodes to open, in order, so that a child can be opened after its parent.
        where: the tree's filters.

    Returns:
        The JSON with more nodes (``id`` is ``<node>/<dimension>=<value>``), and the notes of those questions.

    Raises:
        InvalidInput: too many, an unknown node, one that no metric stands for, or a dimension that its metric lacks.
    """
    if len(below) > BELOW_MAX:
        raise InvalidInput(f"At most {BELOW_MAX} nodes can be open at once.", where="below", fix="Close one.")
    nodes: dict[str, dict[str, Any]] = {node["id"]: node for node in told["nodes"]}
    own: dict[str, Decimal | None] = {}
    notes, named = list(told["notes"]), namer(workspace)
    for one in below:
        node = nodes.get(one.node)
        if node is None or not node["metric"] or node["to"] is None:
            raise InvalidInput(f"'{one.node[:120]}' can't be opened.", where="below", fix="Open a node of the tree that has a metric and a value.")
        cut = (*where, *(predicate_from_json(entry, "below") for entry in node["where"]))
        worth = own.get(one.node, None if node["contribution"] is None else Decimal(node["contribution"]))
        found = divide(workspace, Asked(node["metric"], (tree.before, tree.after), (one.by,), cut, tree.clock, worth=worth))
        for child, rate_money in _children(node, one, found, worth, named):
            nodes[child["id"]] = child
            own[child["id"]] = rate_money
        notes += [note.json() for note in found.notes]
    unique = {note["code"]: note for note in notes}
    return {**told, "nodes": list(nodes.values()), "notes": list(unique.values())}


def _children(
    node: dict[str, Any], below: Below, found: Decomposition, worth: Decimal | None, named: Namer
) -> list[tuple[dict[str, Any], Decimal | None]]:
    """Return the largest children and the rest as one, each with the money of its own movement (for what is opened below it)."""
    parts = sorted((part for part in found.parts if part.before or part.after or part.change), key=lambda part: -abs(part.money or part.change or 0))
    kept = [replace(part, inside=()) for part in bounded(parts, 1, CHILDREN_MAX)]
    children = [(_child(node, below, part, found, named), _own(part)) for part in kept]
    given = None if node["contribution"] is None else Decimal(node["contribution"])
    if found.worth is not None and worth is not None and given is not None and given != worth:
        # What the node's own movement does not explain of its money is the change of its weight.
        children.append((_made(node, below, f"{node['id']}/mix", _MIX.json(), text(given - worth)), None))
    return children


def _own(part: Part) -> Decimal | None:
    if part.money is None or part.rate is None or part.mix is None or not part.change:
        return part.money
    split = worth_of([part.rate, part.mix], part.change, part.money)
    return split[0] if split else None


def _child(node: dict[str, Any], below: Below, part: Part, found: Decomposition, named: Namer) -> dict[str, Any]:
    value = part.key[0]
    name = f"{node['id']}/{below.by}={('null' if value is None else value) if part.kind == 'value' else part.kind}"
    child = _made(node, below, name, label(part, (below.by,), named).json(), None if part.money is None else text(part.money))
    change = None if part.before is None or part.after is None else part.after - part.before
    rate = change / abs(part.before) if change is not None and part.before else None
    filters = [*node["where"], Predicate(below.by, "is null" if value is None else "=", value).json()] if part.kind == "value" else node["where"]
    return {
        **child,
        "metric": node["metric"] if part.kind == "value" else "",
        "unit": found.unit,
        "from": figure(part.before, found.unit),
        "to": figure(part.after, found.unit),
        "change": figure(change, found.unit),
        "change_rate": figure(rate, "ratio"),
        "where": filters,
        "value": value if part.kind == "value" else None,
    }


def _made(node: dict[str, Any], below: Below, name: str, title: dict[str, str], contribution: str | None) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("from", "to", "change", "change_rate", "missing", "alone", "target", "value"))
    return {
        **empty,
        "id": name,
        "parent": node["id"],
        "metric": "",
        "title": title,
        "operator": "leaf",
        "unit": node["unit"],
        "direction": node["direction"],
        "contribution": contribution,
        "spark": [],
        "collapsed": False,
        "factors": [],
        "where": node["where"],
        "by": below.by,
    }
