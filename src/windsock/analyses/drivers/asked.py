"""Ask a driver tree for somebody: what they may see of bins and people, and what they take home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.drivers.ask import DriversAnswer, LeafFigure, NodeFigure, ask_drivers, leaf_behind, unseen_in
from windsock.analyses.drivers.explain import explain_drivers
from windsock.analyses.drivers.model import Drivers
from windsock.analyses.drivers.terminal import drivers_csv, leaf_csv, leaf_json

Asked = Asking[Drivers]


def leaves(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels; a bin that could name somebody is masked.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``ask_drivers``.
    """
    return asked.answered(_answer(asked).json(), unseen_in(asked.workspace.warehouse, asked.definition))


def people(asked: Asked, leaf: int | None, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people of a leaf (from 1); names are masked without ``people.unmask``.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``leaf_behind``.
    """
    place = None if leaf is None else leaf - 1
    behind = leaf_behind(asked.workspace.warehouse, asked.definition, asked.frame, place, page=page, cancel=asked.cancel)
    return leaf_json(behind, asked.names(int(row["person"]) for row in behind.rows), asked.workspace.zone)


def people_page(asked: Asked, leaf: int | None, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, leaf, page))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``explain_drivers``.
    """
    return explain_drivers(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel).json()


def taken(asked: Asked, leaf: int | None, what: str) -> str:
    """Return the leaves, or the people of one (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    asked.may_take(what)
    body = drivers_csv(_answer(asked)) if what == "counts" else leaf_csv(people(asked, leaf, (0, TAKEN_MOST)))
    return asked.taken("drivers", asked.definition.asked.name, what, body)


def _answer(asked: Asked) -> DriversAnswer:
    answer = ask_drivers(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)

    def shown(leaf: LeafFigure) -> LeafFigure:
        return replace(leaf, way=tuple((driver, tuple(_shown(asked, driver, label) for label in labels)) for driver, labels in leaf.way))

    def below(node: NodeFigure) -> NodeFigure:
        return replace(node, labels=tuple(_shown(asked, node.driver or "", label) for label in node.labels))

    return replace(answer, leaves=tuple(map(shown, answer.leaves)), nodes=tuple(map(below, answer.nodes)))


def _shown(asked: Asked, driver: str, label: str) -> str:
    return asked.shown(label, driver.removeprefix("trait ").removeprefix("properties.")) or ""
