"""What rooms above say of people under a name: a segment's members, a tag's values. They plug in; this room only asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast

from windsock.conditions.model.nodes import Kind, Named
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.conditions.plan import Plan
    from windsock.workspace import Workspace


class AddRows(Protocol):
    """Adds the part of a name."""

    def __call__(self, plan: Plan, name: str) -> str:
        """Add the part with the columns ``person``, ``value`` (text or NULL) and ``weight`` (DOUBLE or NULL); returns its name.

        A person may have several rows, one for each value. It says what held at ``plan.frame.as_of_ms`` where that is set, and of
        ``plan.frame.person`` alone where there is one.
        """
        ...


class Check(Protocol):
    """Refuses a name that nobody defined."""

    def __call__(self, workspace: Workspace, name: str, place: str) -> None:
        """Return nothing where the name is known.

        Raises:
            InvalidInput: there is none of the name; says what is close to it.
        """
        ...


class Told(Protocol):
    """Says what a name is called."""

    def __call__(self, name: str, language: Literal["zh", "en"]) -> str:
        """Return the title of a name, or the name where it has none that ships."""
        ...


@dataclass(frozen=True)
class NamedPort:
    """What a room gives for its kind of names."""

    add: AddRows
    check: Check
    told: Told


_plugged: dict[Kind, NamedPort] = {}


def plug_named(kind: Kind, port: NamedPort) -> None:
    """Take who knows the names of a kind; a second one of the same kind replaces the first."""
    _plugged[kind] = port


def named_port(kind: Kind, place: str) -> NamedPort:
    """Return who knows the names of a kind.

    Raises:
        InvalidInput: nobody does here.
    """
    if kind not in _plugged:
        raise InvalidInput(f"Nobody here knows a {kind}.", where=place)
    return _plugged[kind]


def told_name(leaf: Named, language: Literal["zh", "en"]) -> str:
    """Return what the name of a leaf is called."""
    return _plugged[leaf.kind].told(leaf.name, language) if leaf.kind in _plugged else leaf.name


def named_in(value: object) -> Iterator[Named]:
    """Yield the names that anything made of frozen dataclasses and tuples asks for, such as the definition of an analysis."""
    if isinstance(value, Named):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from named_in(getattr(value, one.name))
    elif isinstance(value, (tuple, list)):
        for one in cast("tuple[object, ...]", value):
            yield from named_in(one)


def check_names(workspace: Workspace, asked: object, place: str = "condition") -> None:
    """Refuse a condition, or the definition of an analysis, that names a segment or a tag that there is not; call it where a condition is taken in.

    Raises:
        InvalidInput: says which, and what is close to it.
    """
    for leaf in named_in(asked):
        named_port(leaf.kind, place).check(workspace, leaf.name, place)
