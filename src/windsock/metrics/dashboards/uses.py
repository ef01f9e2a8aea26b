"""Which dashboards stand on metrics: those that ship, and those that people made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from windsock.metrics.dashboards import store
from windsock.metrics.dashboards.library import shipped
from windsock.metrics.dashboards.model import metrics_in
from windsock.metrics.model.definition import Words
from windsock.metrics.uses import Use

if TYPE_CHECKING:
    from windsock.records import Session

PRIVATE = Words("One that is not shared", "未共享的看板")


def board_uses(session: Session, metrics: frozenset[str]) -> Iterable[Use]:
    """Return each dashboard once a metric; what somebody keeps to themselves stands there without its name."""
    for name, (title, named) in boards(session).items():
        yield from (Use(metric, "dashboard", name, title) for metric in named if metric in metrics)


def boards(session: Session) -> dict[str, tuple[Words, tuple[str, ...]]]:
    """Return by id what each dashboard is called and which metrics it shows; at most 1,000 besides the shipped ones."""
    found = {name: (board.title, board.metrics()) for name, board in shipped().items()}
    for one in store.listed(session):
        found[one.id] = (Words(**one.body["title"]) if one.shared else PRIVATE, metrics_in(one.body))
    return found
