"""How people are told of an incident: a port that ``rooms.py`` may fill with ways out. Until then the timeline and the facts are all there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from windsock.itsm.model.record import Record
    from windsock.records import Session
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Call:
    """Somebody is to be told.

    Attributes:
        why: ``opened``, ``reopened`` or ``escalated``.
        record: the incident as it is.
        to: who is on duty, by name; empty when nobody is.
        level: 1 to 3.
    """

    why: str
    record: Record
    to: str
    level: int


class Tell(Protocol):
    """Called inside the transaction of what happened: it enqueues a job with the session, and sends nothing itself."""

    def __call__(self, workspace: Workspace, session: Session, call: Call) -> None:
        """Ask for a message."""
        ...


_plugged: list[Tell] = []


def plug_tell(tell: Tell) -> None:
    """Fill the port; a second call replaces the first."""
    _plugged[:] = [tell]


def tell(workspace: Workspace, session: Session, call: Call) -> None:
    """Have somebody told, when the port is filled."""
    for one in _plugged:
        one(workspace, session, call)
