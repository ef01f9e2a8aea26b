"""Cards of many people at once, as they may be shown: person, name, a few ids and traits; a few queries for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one

from windsock.governance import mask
from windsock.identity.model import ERASED, IDENTIFIED, Said, Trait, fold_traits
from windsock.kernel.errors import TooLarge

if TYPE_CHECKING:
    from windsock.warehouse import Value, Warehouse

DIDS_MOST = 1_000
IDS_SHOWN = 6
STATEMENTS_MOST = 5_000
ALWAYS = 2**62
"""As of this moment everything is known."""
_HELD = "known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)"
_ALIASES = f"SELECT did, pid FROM alias WHERE {_HELD}"  # noqa: S608 - a constant of this file
_IDS = "SELECT did, namespace, id, first_ms FROM identity"
_SAID = "SELECT did, name, value, source, trust, at_ms, COALESCE(op, 'set') AS op FROM trait WHERE known_from_ms <= $at"
_MASKS = (("mail", "email"), ("phone", "phone"), ("mobile", "phone"))
_OPAQUE = ("birth", "address", "street", "postcode", "document", "passport", "id_card", "idcard", "openid", "unionid", "wechat")
_NAMES = ("name", "full_name", "$name", "display_name", "nickname")
_NAME_PARTS = frozenset({*_NAMES, "first_name", "last_name", "surname", "given_name", "family_name"})


@dataclass(frozen=True)
class Member:
    """An id of a person, in full: to be masked before it is shown."""

    did: int
    pid: int
    namespace: str
    id: str
    first_ms: int

    def shown(self, *, unmasked: bool) -> str:
        """Return the id as it may be shown."""
        return self.id if unmasked else mask(self.namespace, self.id)

    @property
    def erased(self) -> bool:
        """Whether the id was forgotten: its text is a number of ours and names nobody."""
        return self.id.startswith(ERASED)


@dataclass(frozen=True)
class Card:
    """A person on a row; everything is masked already."""

    did: int
    pid: int
    name: str | None
    ids: tuple[str, ...]
    traits: dict[str, str]


@lru_cache(maxsize=256)
def parsed(select: str) -> exp.Select:
    """Return the tree of a SELECT of ours, parsed once; whoever adds to it gets a copy from SQLGlot."""
    return parse_one(select, read="duckdb", into=exp.Select)


def among(column: str, numbers: Iterable[int]) -> tuple[exp.In, dict[str, Value]]:
    """Return a condition that a column is one of up to 1,000 numbers, with its parameters.

    Raises:
        TooLarge: more numbers.
    """
    params: dict[str, Value] = {f"p{index}": int(number) for index, number in enumerate(numbers)}
    if len(params) > DIDS_MOST:
        raise TooLarge(f"More than {DIDS_MOST} ids at once.", where=column)
    places: list[exp.Expr] = [exp.Placeholder(this=name) for name in params] or [exp.null()]
    return exp.In(this=exp.column(column), expressions=places), params


def rows_of(warehouse: Warehouse, select: str, column: str, numbers: Sequence[int], at_ms: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of a SELECT whose column is one of some numbers, asked in parts of 1,000."""
    rows: list[dict[str, Any]] = []
    numbers = list(dict.fromkeys(numbers))
    for start in range(0, len(numbers), DIDS_MOST):
        condition, params = among(column, numbers[start : start + DIDS_MOST])
        statement = parsed(select).where(condition)
        rows.extend(warehouse.query(statement, params if at_ms is None else {**params, "at": at_ms}).to_pylist())
    return rows


def persons_of(warehouse: Warehouse, dids: Sequence[int], *, at_ms: int = ALWAYS) -> dict[int, int]:
    """Return the person of each id."""
    joined = {int(row["did"]): int(row["pid"]) for row in rows_of(warehouse, _ALIASES, "did", dids, at_ms)}
    return {did: joined.get(did, did) for did in dids}


def members_of(warehouse: Warehouse, pids: Sequence[int], *, at_ms: int = ALWAYS) -> dict[int, list[Member]]:
    """Return the ids of some persons: those that name somebody first, then the oldest."""
    pid_of = {pid: pid for pid in pids} | {int(row["did"]): int(row["pid"]) for row in rows_of(warehouse, _ALIASES, "pid", pids, at_ms)}
    found: dict[int, list[Member]] = {pid: [] for pid in pids}
    for row in rows_of(warehouse, _IDS, "did", sorted(pid_of)):
        found[pid_of[row["did"]]].append(Member(row["did"], pid_of[row["did"]], row["namespace"], row["id"], row["first_ms"]))
    for members in found.values():
        members.sort(key=lambda one: (one.namespace not in IDENTIFIED, one.first_ms, one.did))
    return found


def traits_of(warehouse: Warehouse, members: Sequence[Member], joined_ms: Mapping[int, int], *, at_ms: int = ALWAYS) -> list[Trait]:
    """Return the traits of a person.

    Args:
        warehouse: where to ask.
        members: the person's ids.
        joined_ms: when each id that names nobody was first seen together with one that does.
        at_ms: as it was known then.
    """
    names_somebody = {member.did for member in members if member.namespace in IDENTIFIED}
    rows = rows_of(warehouse, _SAID, "did", [member.did for member in members][:DIDS_MOST], at_ms)
    return fold_traits(_said(row, own=row["did"] in names_somebody or row["at_ms"] > joined_ms.get(row["did"], ALWAYS)) for row in rows)


def cards(warehouse: Warehouse, dids: Sequence[int], *, unmasked: bool) -> dict[int, Card]:
    """Return a card for each of up to 200 ids: its person, name, up to six ids, traits."""
    pid_of = persons_of(warehouse, dids)
    members = members_of(warehouse, sorted(set(pid_of.values())))
    said: dict[int, list[Said]] = {pid: [] for pid in members}
    owner = {member.did: member for ones in members.values() for member in ones[:DIDS_MOST]}
    for row in rows_of(warehouse, _SAID, "did", sorted(owner), ALWAYS):
        member = owner[row["did"]]
        said[member.pid].append(_said(row, own=member.namespace in IDENTIFIED))
    traits = {pid: fold_traits(ones) for pid, ones in said.items()}
    return {did: _card(did, pid, members[pid], traits[pid], unmasked=unmasked) for did, pid in pid_of.items()}


def name_of(traits: Sequence[Trait], *, unmasked: bool) -> str | None:
    """Return the person's name as it may be shown, or None."""
    values = {trait.name: trait.value for trait in traits if trait.value}
    for wanted in _NAMES:
        if wanted in values:
            return shown_trait(wanted, values[wanted], unmasked=unmasked)
    parts = [values[part] for part in ("last_name", "first_name") if part in values]
    return shown_trait("name", " ".join(parts), unmasked=unmasked) if parts else None


def shown_trait(name: str, value: str | None, *, unmasked: bool) -> str | None:
    """Return a trait's value as it may be shown: what could name somebody is masked without ``people.unmask``.

    >>> shown_trait("email", "anna@example.com", unmasked=False), shown_trait("tier", "gold", unmasked=False)
    ('a***@e***.com', 'gold')
    """
    if value is None or unmasked:
        return value
    lower = name.lower().replace("-", "_")
    for part, namespace in _MASKS:
        if part in lower:
            return mask(namespace, value)
    if lower in _NAME_PARTS:
        return mask("name", value)
    if "@" in value:
        return mask("email", value)
    digits = sum(sign.isdigit() for sign in value)
    return mask("id", value) if any(part in lower for part in _OPAQUE) or digits >= len("13812345678") else value


def _said(row: Mapping[str, Any], *, own: bool) -> Said:
    return Said(row["name"], row["value"], row["source"] or "", row["at_ms"], row["op"], row["trust"], own)


def _card(did: int, pid: int, members: Sequence[Member], traits: Sequence[Trait], *, unmasked: bool) -> Card:
    ids = tuple(f"{member.namespace} {member.shown(unmasked=unmasked)}" for member in members[:IDS_SHOWN])
    values = {trait.name: shown_trait(trait.name, trait.value, unmasked=unmasked) for trait in traits}
    return Card(did, pid, name_of(traits, unmasked=unmasked), ids, {name: value for name, value in values.items() if value is not None})
