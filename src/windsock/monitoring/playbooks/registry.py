"""The ways to act: what a kind is, and the list of them that rooms fill; and the port to the incidents, which stand above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from windsock.kernel.errors import Broken, InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics import Words
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.playbooks.model import Caps, Diff, Param, Value
    from windsock.records import Session
    from windsock.workspace import Workspace

BY_HAND = frozenset({"propose_price"})
"""Actions that a step may name and that no machine does yet: they are shown as to be done by hand."""


@dataclass(frozen=True)
class Act:
    """What a kind is given to plan, run or undo with.

    Attributes:
        workspace: where.
        session: of the run; a write session for ``run`` and ``undo``: all that is changed commits with the outcome, or not at all.
        actor: who.
        run: the run's id; a plan has none.
        alert: what it is about.
        incident: the alert's incident, or None.
        told: what explains the alert, by language.
        title: what the step is called.
        inputs: the parameters, checked.
    """

    workspace: Workspace
    session: Session
    actor: Actor
    run: str
    alert: Alert
    incident: str | None
    told: Mapping[str, str]
    title: Words
    inputs: Mapping[str, Value]


@dataclass(frozen=True)
class ActionKind:
    """A way to act.

    Attributes:
        name: as steps name it.
        title: for people.
        params: what it takes.
        caps: how often and for how much, until somebody sets others.
        plan: the dry run: says what would change, and changes nothing; raises InvalidInput where it can't.
        run: does it with the session, and returns what an undo needs, as JSON.
        undo: takes it back; None where that can't be.
        approval: whether another member has to approve it: money, price, stock. It never runs by itself.
        heals: whether the metric is to come back by it: then that is looked for.
        repeatable: whether all that it does commits with its outcome, so that a run that was cut off may be taken up.
    """

    name: str
    title: Words
    params: tuple[Param, ...]
    caps: Caps
    plan: Callable[[Act], Diff]
    run: Callable[[Act], dict[str, Any]]
    undo: Callable[[Act, Mapping[str, Any]], None] | None = None
    approval: bool = False
    heals: bool = False
    repeatable: bool = True


class Incidents(Protocol):
    """What runs need of the incidents above."""

    def of_alert(self, session: Session, alert: str) -> str | None:
        """Return the incident of an alert that is not over, or None."""
        ...

    def note(self, workspace: Workspace, session: Session, act: tuple[str, str], what: str) -> None:
        """Note an automatic action (incident, run): the incident can't close before it is settled."""
        ...

    def settle(self, workspace: Workspace, session: Session, run: str, outcome: str) -> None:
        """Say what came of it: verified or undone."""
        ...

    def tell(self, session: Session, actor: Actor, incident: str, text: str, now_ms: int) -> None:
        """Write a line into the incident's timeline."""
        ...


_loaders: list[Callable[[], Iterable[ActionKind]]] = []
_loaded: dict[str, ActionKind] = {}
_incidents: list[Incidents] = []


def plug_kinds(load: Callable[[], Iterable[ActionKind]]) -> None:
    """Say where the kinds come from; asked once, when somebody first needs one. A second call replaces the first."""
    _loaders[:] = [load]
    _loaded.clear()


def plug_incidents(port: Incidents) -> None:
    """Fill the port to the incidents; a second call replaces the first."""
    _incidents[:] = [port]


def incidents() -> Incidents | None:
    """Return the port to the incidents, where one was plugged."""
    return _incidents[0] if _incidents else None


def kinds() -> dict[str, ActionKind]:
    """Return every kind by name.

    Raises:
        Broken: two rooms give one of the same name.
    """
    if not _loaded:
        for load in _loaders:
            for kind in load():
                if kind.name in _loaded or kind.name in BY_HAND:
                    raise Broken(f"There are two action kinds '{kind.name}'.", fix="Name one of them otherwise.")
                _loaded[kind.name] = kind
    return _loaded


def kind_of(name: str) -> ActionKind:
    """Return a kind.

    Raises:
        InvalidInput: there is none such, or it is done by hand.
    """
    found = kinds().get(name)
    if found is None:
        what = "is done by hand" if name in BY_HAND else "is no action kind"
        raise InvalidInput(f"'{name[:60]}' {what}.", where="step", fix=f"Runnable are: {', '.join(sorted(kinds()))}.")
    return found
