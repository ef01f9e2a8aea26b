"""Explain a board of growth for one person: for each stage what counts, or why nothing does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.aarrr.ask import text
from windsock.analyses.aarrr.model import STAGES, Board, Stage
from windsock.analyses.aarrr.people import FLAGS, Asking, asking, planned
from windsock.analyses.money import MoneyFrame, check_lost
from windsock.conditions import ours
from windsock.kernel.clock import local_date
from windsock.kernel.errors import Broken
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

_EVENTS: dict[Stage, str] = {"acquisition": "q", "activation": "a", "retention": "r", "referral": "f"}


@dataclass(frozen=True)
class StageProof:
    """Whether the person is in a stage, the code of the reason, and what its words are made of."""

    stage: Stage
    counted: bool
    why: str
    told: dict[str, Any]


@dataclass(frozen=True)
class BoardProof:
    """What became of a person in each stage; no stages where the person is not looked at or did nothing."""

    person: int
    stages: tuple[StageProof, ...]

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each stage."""
        words = _words()
        return [words[one.why][language].format(**one.told) for one in self.stages] or [words["not_asked"][language]]

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        both = list(zip(self.stages, self.lines("en"), self.lines("zh"), strict=False))
        stages = [{"stage": one.stage, "counted": one.counted, "why": one.why, "en": en, "zh": zh} for one, en, zh in both]
        return {"person": self.person, "stages": stages, "en": self.lines("en"), "zh": self.lines("zh")}


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.aarrr").joinpath("words.yaml").read_text("utf-8"))


def explain_board(warehouse: Warehouse, board: Board, around: MoneyFrame, person: int, *, cancel: Cancel | None = None) -> BoardProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        board: the very definition that was answered.
        around: the circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: as ``ask_board``.
        Broken: what counts has no event.
    """
    made = asking(board, replace(around, frame=replace(around.frame, person=person)))
    plan = planned(made)
    source = "mine" if board.asked.who is not None else "ev"
    firsts = {
        f"e{name}": f"(SELECT MIN({{'t': e.t, 'event': e.event}}) FROM {source} AS e WHERE e.{name} AND e.t < {made.bounds[1]})"  # noqa: S608 - names of ours
        for name in _EVENTS.values()
    }
    first = "(SELECT MIN(f.t) FROM firsts AS f) AS first, (SELECT COUNT(*) FROM spent AS m WHERE m.lost) AS lost"
    told = ", ".join(f"{written} AS {name}" for name, written in firsts.items())
    rows = warehouse.query(plan.statement(ours(f"SELECT b.*, {first}, {told} FROM board AS b")), plan.params.values, cancel=cancel).to_pylist()  # noqa: S608 - as above
    if not rows:
        return BoardProof(person, ())
    row = rows[0]
    check_lost(int(row["lost"]), board.money.currency or around.home)
    return BoardProof(person, tuple(_stage(made, stage, row) for stage in STAGES))


def _stage(made: Asking, stage: Stage, row: dict[str, Any]) -> StageProof:
    counted, zone = bool(row[FLAGS[STAGES.index(stage)]]), made.frame.zone
    if stage == "revenue":
        currency = made.board.money.currency or made.around.home
        told = {"orders": int(row["orders"]), "first": row["dm"], "money": text(row["amount"]), "currency": currency}
        return StageProof(stage, counted, stage if counted else "revenue_none", told)
    seen = row[f"e{_EVENTS[stage]}"]
    if counted and seen is None:
        raise Broken("What counts has no event.", where=f"person {row['person']}, {stage}")
    told = {} if seen is None else {"event": seen["event"], "at": _at(int(seen["t"]), zone)}
    if stage == "retention":
        return _returned(made, row, counted=counted, told=told)
    first: int | None = row["first"] if stage == "acquisition" else None
    if not counted and first is not None:
        return StageProof(stage, counted, "acquisition_old", {"at": _at(first, zone)})
    return StageProof(stage, counted, stage if counted else f"{stage}_none", told)


def _returned(made: Asking, row: dict[str, Any], *, counted: bool, told: dict[str, Any]) -> StageProof:
    first: dt.date | None = row["dr"]
    if first is None:
        return StageProof("retention", counted, "retention_none", told)
    last = first + dt.timedelta(days=made.board.days)
    today = local_date(made.frame.now_ms, made.frame.zone)
    why = "retention" if counted else "retention_open" if last >= today else "retention_late"
    return StageProof("retention", counted, why, told | {"first": first, "back": row["back"], "last": last, "days": made.board.days})


def _at(t_ms: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(zone)).isoformat(timespec="milliseconds")
