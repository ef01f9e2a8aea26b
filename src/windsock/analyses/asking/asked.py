"""Read what somebody asks, name the people behind, hide what they may not see, and write down what they take home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from windsock.analyses.personal import check_fields
from windsock.conditions import Frame, frame_of
from windsock.governance import audit
from windsock.identity import display_names, shown_trait
from windsock.kernel.errors import InvalidInput, NotAllowed

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

ASKED_AGO_MOST_MS = 86_400_000
NAMES_AT_ONCE = 1_000
TAKEN_MOST = 10_000
"""Most people in a file."""
Definition = TypeVar("Definition")


@dataclass(frozen=True)
class Asking(Generic[Definition]):
    """A definition that somebody asks: who, what, in which circumstances, and the switch that stops it."""

    workspace: Workspace
    actor: Actor
    definition: Definition
    frame: Frame
    cancel: Cancel | None = None

    @property
    def unmasked(self) -> bool:
        """Whether the asker may see people in full."""
        return self.actor.may("people.unmask")

    def shown(self, value: str | None, field: str = "") -> str | None:
        """Return a value as the asker may see it: masked where it could name somebody."""
        return shown_trait(field, value, unmasked=self.unmasked)

    def names(self, people: Iterable[int]) -> dict[int, str]:
        """Return what people are called, by their numbers; masked without ``people.unmask``."""
        numbers, named = sorted(set(people)), dict[int, str]()
        for first in range(0, len(numbers), NAMES_AT_ONCE):
            named |= display_names(self.workspace.warehouse, numbers[first : first + NAMES_AT_ONCE], unmasked=self.unmasked)
        return named

    def answered(self, told: Mapping[str, Any], unseen: Iterable[str]) -> dict[str, Any]:
        """Return an answer with its notes (names of events that are asked for and were never stored) and the moment of asking."""
        notes = [
            {"code": "never_stored", "en": f"No event called '{name}' was ever stored.", "zh": f"从未收到过名为“{name}”的事件。"} for name in unseen
        ]
        return {**told, "notes": notes, "asked_ms": self.frame.now_ms}

    def may_take(self, what: str) -> None:
        """Refuse a file of people to who may not see people.

        Raises:
            NotAllowed: it is one.
        """
        if what != "counts" and not self.actor.may("people.see"):
            told = "The people behind a count need the permission people.see."
            raise NotAllowed(told, where="what", fix="Take the counts, or ask an admin or lead.")

    def taken(self, kind: str, name: str, what: str, body: str) -> str:
        """Return a CSV file after the audit trail says who took it."""
        detail = {"kind": kind, "name": name, "what": what, "rows": max(body.count("\n") - 1, 0), "format": "csv"}
        with self.workspace.records.write() as session:
            audit(session, self.actor, "analyses.exported", f"analysis:{kind}", detail, self.workspace.clock.now_ms())
        return body


class Proof(Protocol):
    """The proof of a person, line by line."""

    @property
    def person(self) -> int:
        """The number of the person."""
        ...

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return it as people read it."""
        ...

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        ...


def explained(proof: Proof) -> dict[str, Any]:
    """Return a proof as it travels."""
    told = zip(proof.whys(), proof.lines("en"), proof.lines("zh"), strict=True)
    return {"person": proof.person, "lines": [{"why": why, "en": en, "zh": zh} for why, en, zh in told]}


def paged(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of people as it travels: how many there are, these, and where the next page begins."""
    following = told["next_cursor"]
    return {"total": told["total"], "people": told["people"], "next": None if following is None else str(following)}


def asking(
    workspace: Workspace,
    actor: Actor,
    read: Callable[[dict[str, Any]], Definition],
    asked: tuple[Mapping[str, Any], int | None],
    cancel: Cancel | None = None,
) -> Asking[Definition]:
    """Read what somebody asks.

    Args:
        workspace: where.
        actor: who.
        read: reads the definition of the analysis.
        asked: the definition as it came, and the moment of an answer whose lists are wanted (None: now).
        cancel: stops it.

    Raises:
        InvalidInput: the definition can't be answered, or the moment is not within the last day.
        NotAllowed: it asks by a personal field.
    """
    written, asked_ms = dict(asked[0]), asked[1]
    definition = read(written)
    check_fields(workspace, actor, written)
    frame = frame_of(workspace)
    if asked_ms is not None:
        if not frame.now_ms - ASKED_AGO_MOST_MS <= asked_ms <= frame.now_ms:
            raise InvalidInput("The moment is not within the last day.", where="asked_ms", fix="Take asked_ms of a fresh answer.")
        frame = replace(frame, now_ms=asked_ms)
    return Asking(workspace, actor, definition, frame, cancel)
