"""What a segment is, as people define it: its kind, its condition, what it is called, and which segments it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, cast, get_args

from windsock.conditions import named_in
from windsock.conditions.model import Condition, read_condition
from windsock.kernel.errors import InvalidInput

Kind = Literal["live", "snapshot", "list"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,59}", re.ASCII)
TITLE_MOST, NOTE_MOST, OWNER_MOST = 120, 1_000, 100
MOST = 200
"""So many segments a workspace has."""
_KEYS = ("segment", "kind", "title", "condition", "note", "owner")


@dataclass(frozen=True)
class Segment:
    """A definition that was read.

    Attributes:
        name: a slug, by which conditions name it.
        kind: ``live`` follows what happens, ``snapshot`` is who met the condition when it was put in force, ``list`` is uploaded.
        title: by language.
        given: the condition as it was written; None for a list.
        condition: the same, read.
        note: plain text.
        owner: who answers for it.
    """

    name: str
    kind: Kind
    title: Mapping[str, str]
    given: Mapping[str, Any] | None = None
    condition: Condition | None = None
    note: str = ""
    owner: str = ""

    @property
    def uses(self) -> tuple[str, ...]:
        """The segments that its condition names."""
        return () if self.condition is None else tuple(dict.fromkeys(leaf.name for leaf in named_in(self.condition) if leaf.kind == "segment"))

    def json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        body: dict[str, Any] = {"segment": self.name, "kind": self.kind, "title": dict(self.title)}
        if self.given is not None:
            body["condition"] = dict(self.given)
        return body | {"note": self.note, "owner": self.owner}


def read_segment(given: object) -> Segment:
    """Read a definition.

    Raises:
        InvalidInput: says what, where, and what to write instead.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput("A segment is a mapping.", where="segment", fix="Write segment:, kind: and condition:.")
    found = cast("Mapping[str, Any]", given)
    unknown = [str(key)[:40] for key in found if key not in _KEYS]
    if unknown:
        raise InvalidInput(f"'{unknown[0]}' is not known here.", where="segment", fix=f"Known: {', '.join(_KEYS)}.")
    name = found.get("segment")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InvalidInput("A segment needs a name of small letters, digits, - and _.", where="segment", fix="Write segment: looks-again.")
    kind = found.get("kind", "live")
    if kind not in KINDS:
        raise InvalidInput(f"'{str(kind)[:40]}' is no kind of segment.", where="kind", fix=f"Write one of: {', '.join(KINDS)}.")
    condition = found.get("condition")
    if (condition is None) != (kind == "list"):
        what = "A list has no condition; ids are uploaded to it." if kind == "list" else f"A {kind} segment needs a condition."
        raise InvalidInput(what, where="condition", fix="See docs/concepts/conditions.")
    read = None if condition is None else read_condition(condition)
    note, owner = _text(found, "note", NOTE_MOST), _text(found, "owner", OWNER_MOST)
    return Segment(name, kind, _title(found.get("title"), name), condition, read, note, owner)


def _title(given: object, name: str) -> dict[str, str]:
    if given is None:
        return {"en": name, "zh": name}
    both = {"en": given, "zh": given} if isinstance(given, str) else given
    if not isinstance(both, Mapping):
        raise InvalidInput("A title is a text, or one for each language.", where="title", fix="Write title: {en: ..., zh: ...}.")
    told = {key: value for key, value in cast("Mapping[str, Any]", both).items() if isinstance(value, str) and value.strip()}
    if not told or not set(told) <= {"en", "zh"} or any(len(value) > TITLE_MOST for value in told.values()):
        raise InvalidInput(f"A title has 1 to {TITLE_MOST} signs, in en, zh or both.", where="title", fix="Write title: {en: ..., zh: ...}.")
    any_one = next(iter(told.values()))
    return {"en": told.get("en", any_one), "zh": told.get("zh", any_one)}


def _text(found: Mapping[str, Any], key: str, most: int) -> str:
    value = found.get(key) or ""
    if not isinstance(value, str) or len(value) > most:
        raise InvalidInput(f"'{key}' is a text of at most {most} signs.", where=key, fix="Shorten it.")
    return value


def in_order(segments: Iterable[Segment]) -> list[Segment]:
    """Return segments so that each comes after those that it stands on.

    Raises:
        InvalidInput: one contains itself; names the way round.
    """
    by_name = {one.name: one for one in segments}
    sorter = TopologicalSorter({name: [used for used in one.uses if used in by_name] for name, one in sorted(by_name.items())})
    try:
        return [by_name[name] for name in sorter.static_order()]
    except CycleError as error:
        way = " -> ".join(reversed([str(name) for name in error.args[1]]))
        raise InvalidInput(f"A segment would contain itself: {way}.", where="condition", fix="Leave one of them out.") from error


def users_of(name: str, segments: Iterable[Segment]) -> tuple[str, ...]:
    """Return the segments whose condition names one."""
    return tuple(sorted(one.name for one in segments if name in one.uses))
