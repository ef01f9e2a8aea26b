"""The note of a shift to the next: what is open, dearest first, what happened, who is on duty; in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from windsock.itsm import store
from windsock.itsm.begin import duty_now
from windsock.itsm.model.record import Record
from windsock.itsm.model.states import PLAIN
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import text
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.workspace import Workspace

SHIFT_MS, SHIFT_MAX_MS = 8 * 3_600_000, 7 * 86_400_000
OPEN_MAX, HAPPENED_MAX = 200, 1_000
OPEN = ("new", "triage", "mitigating", "monitoring")


@dataclass(frozen=True)
class HandOver:
    """A note.

    Attributes:
        from_ms: start of the shift.
        to_ms: its end.
        open: incidents that are not resolved, dearest first, at most 200.
        open_count: how many there are.
        happened: incidents of the shift by what happened: opened, resolved, reopened, escalated.
        duty: who is on duty now.
        zh: the note in Chinese.
        en: in English.
    """

    from_ms: int
    to_ms: int
    open: tuple[Record, ...]
    open_count: int
    happened: dict[str, tuple[str, ...]]
    duty: str
    zh: str
    en: str


def hand_over(workspace: Workspace, from_ms: int | None = None, to_ms: int | None = None) -> HandOver:
    """Write the note of a shift: the last eight hours when nothing else is asked for.

    Raises:
        InvalidInput: the shift ends before it begins, or is longer than a week.
    """
    now_ms = workspace.clock.now_ms()
    end = now_ms if to_ms is None else to_ms
    start = end - SHIFT_MS if from_ms is None else from_ms
    if not 0 < end - start <= SHIFT_MAX_MS:
        raise InvalidInput("A shift lasts up to a week.", where="from / to", fix="Give a start before the end.")
    wanted = store.Wanted("incident", OPEN)
    with workspace.records.read() as session:
        found = store.page(session, wanted, OPEN_MAX)
        count = store.count(session, wanted)
        events = store.happened(session, ("open", "resolve", "reopen"), start, end, HAPPENED_MAX)
        told = store.noted(session, "escalated", start, end, HAPPENED_MAX)
        duty = duty_now(workspace, session, now_ms)
    named = {"opened": "open", "resolved": "resolve", "reopened": "reopen"}
    happened = {name: tuple(record for record, event in events if event == wanted) for name, wanted in named.items()} | {"escalated": tuple(told)}
    said = {language: _say(workspace, language, (start, end), found, count, happened, duty) for language in ("zh", "en")}
    return HandOver(start, end, tuple(found), count, happened, duty, said["zh"], said["en"])


def state_word(record: Record, language: str) -> str:
    """Return the plain word of an incident's state."""
    return words()["states"][PLAIN[record.state]][language]


@cache
def words() -> Any:  # noqa: ANN401 - the words of the room
    """Return the words of the room."""
    return read_yaml(files("windsock.itsm").joinpath("words.yaml").read_text("utf-8"))


def _say(  # noqa: PLR0913, PLR0917 - each is a part of the note
    workspace: Workspace, language: str, span: tuple[int, int], found: list[Record], count: int, happened: dict[str, tuple[str, ...]], duty: str
) -> str:
    book = words()["hand_over"]
    unknown, nobody = book["unknown"][language], book["nobody"][language]
    zone, total = workspace.zone, sum((one.money_per_hour or Decimal(0) for one in found), Decimal(0))
    filled = {"from": iso(span[0], zone), "to": iso(span[1], zone), "open": count, "money": text(total)}
    lines = [book["head"][language].format(**filled, currency=workspace.settings.workspace.currency)]
    lines.append(book["shift"][language].format(**{name: len(ids) for name, ids in happened.items()}))
    for one in found:
        money = unknown if one.money_per_hour is None else text(one.money_per_hour)
        title = one.title_zh if language == "zh" else one.title_en
        lines.append(book["line"][language].format(state=state_word(one, language), title=title, money=money, owner=one.owner or nobody))
    lines.append(book["duty"][language].format(name=duty or nobody))
    return "\n".join(lines)
