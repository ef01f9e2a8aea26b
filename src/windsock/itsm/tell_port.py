"""How people are told of an incident: by a message where the settings name a destination, and by whoever fills the port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from windsock.itsm.call import Call
from windsock.itsm.message import send_call

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace


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
    """Have somebody told, where there is a way."""
    send_call(workspace, session, call)
    for one in _plugged:
        one(workspace, session, call)
