"""Ask who meets a condition: how many, and a page of them, from one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.conditions.compile import add_condition
from windsock.conditions.plan import Frame, Plan, ours
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.conditions.model import Condition
    from windsock.warehouse import Warehouse

PAGE_MOST = 10_000


@dataclass(frozen=True)
class Asked:
    """Who meets a condition: their number, and a page of persons by number, with the person after whom the next page begins."""

    total: int
    persons: tuple[int, ...]
    next_after: int | None


def people_of(warehouse: Warehouse, condition: Condition, frame: Frame, *, after: int = -1, limit: int = 1_000) -> Asked:
    """Return who meets a condition.

    Args:
        warehouse: where to ask.
        condition: read by ``read_condition``.
        frame: the moment of asking, its zone, and what counts.
        after: persons with a larger number only; they come in order.
        limit: how many on a page.

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a page too large.
    """
    if not 0 < limit <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} people.", where="limit")
    plan = Plan(frame)
    who = add_condition(plan, condition)
    page = f"SELECT w.person FROM {who} AS w WHERE w.person > {int(after)} ORDER BY w.person LIMIT {limit + 1}"  # noqa: S608 - names and numbers of ours
    counted = f"SELECT (SELECT COUNT(*) FROM {who}) AS total, (SELECT LIST(p.person ORDER BY p.person) FROM ({page}) AS p) AS persons"  # noqa: S608 - as above
    row = warehouse.query(plan.statement(ours(counted)), plan.params.values).to_pylist()[0]
    persons: list[int] = row["persons"] or []
    return Asked(int(row["total"]), tuple(persons[:limit]), persons[limit - 1] if len(persons) > limit else None)
