"""Which fields of events name or describe somebody: asking by them shows or guesses at people, so it needs the right to see them in full."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from windsock.identity import shown_trait
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.tracking import read_plan

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

PREFIX = "properties."
_PLAIN = "plain"
_WHEREABOUTS = frozenset({"ip", "ips", "ipv4", "ipv6", "lat", "lng", "lon", "latitude", "longitude", "gps", "mac"})
"""Words in names of properties whose values tell where somebody is, besides those that identity knows."""
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def personal_names(workspace: Workspace) -> frozenset[str]:
    """Return the properties that the tracking plan says are personal."""
    events = read_plan(workspace).events.values()
    return frozenset(name for event in events for name, rule in event.properties.items() if rule.pii)


def is_personal(name: str, planned: frozenset[str]) -> bool:
    """Say whether a property is personal: by the plan, or by what it is called."""
    return name in planned or shown_trait(name, _PLAIN, unmasked=False) != _PLAIN or not _WHEREABOUTS.isdisjoint(words_of(name))


def words_of(name: str) -> frozenset[str]:
    """Return the words of a property's name.

    >>> sorted(words_of("clientIPAddress")), sorted(words_of("ship_mode"))
    (['address', 'client', 'ip'], ['mode', 'ship'])
    """
    return frozenset(word.lower() for word in _WORDS.findall(name))


def check_fields(workspace: Workspace, actor: Actor, definition: object) -> None:
    """Refuse a definition that asks by a personal field, from who may not see people in full.

    Raises:
        NotAllowed: it does.
    """
    name = None if actor.may("people.unmask") else _personal(workspace, definition)
    if name is not None:
        raise NotAllowed(f"'{name}' is personal: asking by it needs the permission people.unmask.", where=name, fix="Ask by another field.")


def check_saved(workspace: Workspace, definition: object) -> None:
    """Refuse to save a definition that asks by a personal field: everybody who sees metrics would see what it asks for.

    Raises:
        InvalidInput: it does.
    """
    name = _personal(workspace, definition)
    if name is not None:
        raise InvalidInput(f"'{name}' is personal, and everybody who sees metrics sees what is saved.", where=name, fix="Save it without.")


def _personal(workspace: Workspace, definition: object) -> str | None:
    planned = personal_names(workspace)
    return next((name[:80] for name in _asked(definition) if is_personal(name, planned)), None)


def _asked(definition: object) -> Iterator[str]:
    """Yield the properties and traits that a definition names, wherever it does."""
    waiting: list[Any] = [definition]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one.startswith(PREFIX):
            yield one.removeprefix(PREFIX)
        elif isinstance(one, Mapping):
            found = cast("Mapping[str, Any]", one)
            if isinstance(found.get("trait"), str):
                yield found["trait"]
            if isinstance(found.get("traits"), list):
                yield from (name for name in cast("list[Any]", found["traits"]) if isinstance(name, str))
            waiting.extend(found.values())
        elif isinstance(one, list):
            waiting.extend(cast("list[Any]", one))
