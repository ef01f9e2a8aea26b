"""What can be seen of a segment: who is in it and since when, why one person is or is not, what each condition costs, and how segments overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.audiences.segments import queries as q
from windsock.audiences.segments.keep import segments_in_force
from windsock.audiences.segments.logic import check_logic
from windsock.conditions import Judged, Plan, add_condition, check_names, frame_of, judged, ours, sentence
from windsock.conditions.model import AllOf, Condition
from windsock.identity import cards, persons_of, shown_trait
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

PAGE_MOST = 500
OVERLAP_MOST = 6
DESTINATIONS = ("email", "phone", "unionid", "openid", "login", "member", "customer", "device")


@dataclass(frozen=True)
class Kill:
    """A part of an ``all``: how many meet it alone, and how many met the rest without it."""

    en: str
    zh: str
    alone: int
    without: int


@dataclass(frozen=True)
class Preview:
    """How many meet a condition now, what it says in words, what each part of its ``all`` costs, and what is odd about it."""

    people: int
    en: str
    zh: str
    kills: tuple[Kill, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """A person in a segment, as they may be shown."""

    person: int
    name: str | None
    ids: tuple[str, ...]
    entered_ms: int


@dataclass(frozen=True)
class Members:
    """A page of members by number, and the number after which the next page begins."""

    total: int
    people: tuple[Member, ...]
    next_after: int | None


def preview(workspace: Workspace, condition: Condition, *, kills: bool = True, cancel: Cancel | None = None) -> Preview:
    """Count who meets a condition now, from its rows and not from any evaluation.

    Raises:
        InvalidInput: it names what there is not, or nobody can meet it.
    """
    check_names(workspace, condition)
    warnings = check_logic(condition)
    parts = condition.of if kills and isinstance(condition, AllOf) and len(condition.of) > 1 else ()
    asked: list[Condition] = [condition, *parts]
    asked += [AllOf(parts[:index] + parts[index + 1 :]) for index in range(len(parts))]
    counts = count_each(workspace, asked, cancel)
    killed = tuple(
        Kill(sentence(part, "en"), sentence(part, "zh"), counts[1 + index], counts[1 + len(parts) + index]) for index, part in enumerate(parts)
    )
    return Preview(counts[0], sentence(condition, "en"), sentence(condition, "zh"), killed, warnings)


def count_each(workspace: Workspace, conditions: Sequence[Condition], cancel: Cancel | None = None) -> list[int]:
    """Count who meets each of some conditions, at one moment."""
    plan = Plan(frame_of(workspace))
    whos = [add_condition(plan, one) for one in conditions]
    columns = ", ".join(f"(SELECT COUNT(DISTINCT w.person) FROM {who} AS w) AS c{index}" for index, who in enumerate(whos))  # noqa: S608 - names of ours
    row = workspace.warehouse.query(plan.statement(ours(f"SELECT {columns}")), plan.params.values, cancel=cancel).to_pylist()[0]
    return [int(row[f"c{index}"]) for index in range(len(whos))]


def size(workspace: Workspace, name: str) -> int:
    """Return how many persons are in a segment, as they are merged now."""
    return int(workspace.warehouse.query(q.SIZE, {"segment": name}).to_pylist()[0]["members"])


def members(workspace: Workspace, name: str, *, after: int = -1, limit: int = 50, unmasked: bool = False) -> Members:
    """Return a page of who is in a segment, masked unless it may be seen in full.

    Raises:
        InvalidInput: a page too large.
    """
    if not 0 < limit <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} people.", where="limit", fix="Ask for less.")
    rows = workspace.warehouse.query(q.PAGE, {"segment": name, "after": after, "limit": limit + 1}).to_pylist()
    persons = [int(row["person"]) for row in rows][:limit]
    if not persons:
        return Members(size(workspace, name), (), None)
    given = {"segment": name, "first": persons[0], "last": persons[-1]}
    since = {int(row["person"]): int(row["entered_ms"]) for row in workspace.warehouse.query(q.SINCE, given).to_pylist()}
    known = cards(workspace.warehouse, persons, unmasked=unmasked)
    shown = [known.get(person) for person in persons]
    people = tuple(
        Member(person, None if card is None else card.name, () if card is None else card.ids, since[person])
        for person, card in zip(persons, shown, strict=True)
    )
    return Members(size(workspace, name), people, persons[-1] if len(rows) > limit else None)


def why(workspace: Workspace, condition: Condition, person: int, *, unmasked: bool = False) -> dict[str, Any]:
    """Say for one person of each leaf whether it is met and with which figure, and of the whole."""
    person = persons_of(workspace.warehouse, [person]).get(person, person)
    met, leaves = judged(workspace.warehouse, condition, frame_of(workspace), person)
    return {"person": person, "met": met, "leaves": [_leaf(one, unmasked=unmasked) for one in leaves]}


def _leaf(one: Judged, *, unmasked: bool) -> dict[str, Any]:
    figure = one.figure
    test = getattr(one.leaf, "test", None)
    if isinstance(figure, str) and test is not None:
        figure = shown_trait(test.field, figure, unmasked=unmasked)
    bound = getattr(one.leaf, "bound", None)
    return {
        "en": sentence(one.leaf, "en"),
        "zh": sentence(one.leaf, "zh"),
        "met": one.met,
        "figure": None if figure is None else str(figure),
        "bound": None if bound is None else f"{bound.op} {bound.value}",
        "last_ms": one.last_ms,
    }


def stays(workspace: Workspace, person: int) -> list[dict[str, Any]]:
    """Return in which segments a person was, from when until when."""
    return workspace.warehouse.query(q.STAYS, {"person": person}).to_pylist()


def trend(workspace: Workspace, name: str, *, before: int = 2**62, limit: int = 200) -> list[dict[str, Any]]:
    """Return the evaluations that changed a segment, or judged everybody, the newest first."""
    return workspace.warehouse.query(q.RUNS, {"segment": name, "before": before, "limit": limit}).to_pylist()


def sizes(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Return of each segment the sizes after its last thirty evaluations, the oldest first."""
    return {row["segment"]: row["sizes"] for row in workspace.warehouse.query(q.LAST_SIZES).to_pylist()}


def reachable(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    """Return how many of a segment have an id of each kind by which they could be reached."""
    rows = workspace.warehouse.query(q.REACHABLE, {"segment": name}).to_pylist()
    return [row for row in rows if row["namespace"] in DESTINATIONS]


def overlap(workspace: Workspace, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return how many are in exactly these of some segments, for each choice that somebody is in.

    Raises:
        InvalidInput: fewer than two or more than six, one twice, or one that is not in force.
    """
    known = {one.segment.name for one in segments_in_force(workspace)}
    if not 2 <= len(names) <= OVERLAP_MOST or len(set(names)) != len(names):
        raise InvalidInput(f"2 to {OVERLAP_MOST} different segments are laid over each other.", where="segments", fix="Choose others.")
    missing = [name for name in names if name not in known]
    if missing:
        raise InvalidInput(f"There is no segment '{missing[0][:60]}' in force.", where="segments", fix="See windsock segment list.")
    with workspace.warehouse.transaction() as tx:
        bits = pa.table({"segment": pa.array(list(names), pa.string()), "bit": pa.array([1 << index for index in range(len(names))], pa.int64())})
        tx.stage("stage_named", bits)
        rows = tx.query(q.OVERLAP).to_pylist()
    return [{"segments": [name for index, name in enumerate(names) if int(row["bits"]) >> index & 1], "people": int(row["people"])} for row in rows]
