"""Which of the things said about a person's ids counts: for each trait one value, with who said it and when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

TRAIT_OPS = ("set", "set_once", "increment", "append", "unset", "delete")
IDENTIFIED = frozenset({"login", "member", "customer", "email", "phone", "unionid", "document"})
"""Namespaces whose ids are somebody's; what was said of the others before they were joined gives way."""
OTHERS_MOST = 10


@dataclass(frozen=True)
class Said:
    """A statement about an id.

    Attributes:
        name: which trait; anything for ``delete``, which takes back all that was said until then.
        value: as text; numbers, lists and objects as JSON.
        source: who said it.
        at_ms: when.
        op: one of ``TRAIT_OPS``.
        trust: the kind of key it came with.
        own: said of somebody who was known by then; False: of a browser or device before it was joined to somebody.
    """

    name: str
    value: str | None
    source: str
    at_ms: int
    op: str = "set"
    trust: str | None = None
    own: bool = True


@dataclass(frozen=True)
class Trait:
    """The value that counts, who said it and when, and what else was said, the newest first."""

    name: str
    value: str | None
    source: str
    at_ms: int
    trust: str | None
    others: tuple[Said, ...]


def fold_traits(said: Iterable[Said]) -> list[Trait]:
    """Return the traits of a person by name; the order in which statements came does not matter.

    The last ``set`` counts, but what was said of an anonymous id before it was joined gives way to what was said of the person;
    ``set_once`` counts only where nothing was set, and the first one; ``increment`` and ``append`` add to what was set before them.

    >>> said = [Said("tier", "silver", "crm", 1), Said("tier", "gold", "crm", 2), Said("seats", "2", "app", 3)]
    >>> [(trait.name, trait.value) for trait in fold_traits(said)]
    [('seats', '2'), ('tier', 'gold')]
    """
    known = list(said)
    wiped = max((one.at_ms for one in known if one.op == "delete"), default=None)
    by_name: dict[str, list[Said]] = {}
    for one in known:
        if one.op != "delete" and (wiped is None or one.at_ms > wiped):
            by_name.setdefault(one.name, []).append(one)
    found = (_fold(name, ones) for name, ones in sorted(by_name.items()))
    return [trait for trait in found if trait is not None]


def _fold(name: str, said: Sequence[Said]) -> Trait | None:
    cleared = max((one.at_ms for one in said if one.op == "unset"), default=None)
    live = [one for one in said if one.op != "unset" and (cleared is None or one.at_ms > cleared)]
    if not live:
        return None
    base = max((one for one in live if one.op == "set"), key=lambda one: (one.own, *_place(one)), default=None)
    base = base or min((one for one in live if one.op == "set_once"), key=_place, default=None)
    added = sorted((one for one in live if one.op in ("increment", "append") and (base is None or one.at_ms > base.at_ms)), key=_place)
    value = _added(base.value if base else None, added)
    last = added[-1] if added else base
    if last is None:
        return None
    others = sorted((one for one in live if one.op in ("set", "set_once") and one is not base and one.value != value), key=_place, reverse=True)
    return Trait(name, value, last.source, last.at_ms, last.trust, tuple(_distinct(others)[:OTHERS_MOST]))


def _place(one: Said) -> tuple[int, str, str]:
    return one.at_ms, one.source, one.value or ""


def _distinct(said: Sequence[Said]) -> list[Said]:
    return list({(one.source, one.value): one for one in reversed(said)}.values())[::-1]


def _added(value: str | None, added: Sequence[Said]) -> str | None:
    """Return a value with its increments and appended items; a list that something was appended to is no number, and nothing raises it."""
    items: list[Any] | None = None
    for one in added:
        if one.op == "increment":
            if items is not None:
                continue
            total = _decimal(value) + _decimal(one.value)
            value = f"{total.normalize():f}"
        else:
            items = _list(value) if items is None else items
            items.extend(item for item in _list(one.value) if item not in items)
            value = json.dumps(items, ensure_ascii=False)
    return value


def _decimal(value: str | None) -> Decimal:
    try:
        number = Decimal(value or "0")
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _list(value: str | None) -> list[Any]:
    if value is None:
        return []
    try:
        read = json.loads(value)
    except ValueError:
        return [value]
    return cast("list[Any]", read) if isinstance(read, list) else [value]
