"""The definition of a board of growth, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/aarrr.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, Breakdown, read_asked, read_breakdown, read_kind
from windsock.analyses.model.money import Money, read_money
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, mapping, one_of
from windsock.kernel.errors import InvalidInput

Stage = Literal["acquisition", "activation", "retention", "revenue", "referral"]
STAGES: tuple[Stage, ...] = ("acquisition", "activation", "retention", "revenue", "referral")
COMPARED = ("previous", "same_weekday", "last_year")
VISITS = Rows(("page_view", "screen_view", "app_start"))
"""The events that make somebody a unique visitor, as in metrics."""
ACTIVE, REFERRED = Rows(("search", "sign_up")), Rows(("share", "invite"))
DAY_MS = 86_400_000
DAYS_DEFAULT, DAYS_MOST = 7, 730
GOODS_MOST = 10
_KEYS = (*ASKED_KEYS, "aarrr", "stages", "breakdown", "compare")


@dataclass(frozen=True)
class Board:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; its tests are of events.
        acquired: events the first of which, of all time known, lies in the period.
        activated: events of the period.
        returned: events; whoever has one on a later day, at most ``days`` after the day of their first one in the period.
        money: whoever has a purchase in the period.
        referred: events of the period.
        days: within how many civil days one returns.
        breakdown: how people are cut: by the value of their first event in the period that is among ``acquired`` or ``returned``.
        compare: with which earlier period the board is compared.
    """

    asked: Asked
    acquired: Rows = VISITS
    activated: Rows = ACTIVE
    returned: Rows = VISITS
    money: Money = Money()  # noqa: RUF009 - frozen
    referred: Rows = REFERRED
    days: int = DAYS_DEFAULT
    breakdown: Breakdown | None = None
    compare: str = "previous"

    @property
    def rows(self) -> tuple[Rows, ...]:
        """The events of all stages that are made of events."""
        return self.acquired, self.activated, self.returned, self.referred


def named_rows(board: Board) -> list[Rows]:
    """Return the events that were named, not those of the defaults: a shop without an app has no app starts, and need not be told."""
    defaults = (VISITS, ACTIVE, REFERRED)
    named = [rows for rows in board.rows if rows not in defaults]
    return named + ([] if board.money.rows is None else [board.money.rows])


def read_board(given: object, where: str = "aarrr") -> Board:
    """Read a board of growth from what JSON or YAML says; a stage that is not named is the default of a travel seller.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    stages = mapping(found.get("stages", {}), f"{where}.stages")
    known_keys(stages, STAGES, f"{where}.stages")
    returned, days = _returned(stages.get("retention"), f"{where}.stages.retention")

    def kind(stage: Stage, default: Rows) -> Rows:
        return read_kind(stages[stage], f"{where}.stages.{stage}") if stage in stages else default

    return Board(
        read_asked(found, "aarrr", where),
        kind("acquisition", VISITS),
        kind("activation", ACTIVE),
        returned,
        read_money(stages.get("revenue"), f"{where}.stages.revenue"),
        kind("referral", REFERRED),
        days,
        read_breakdown(found.get("breakdown"), f"{where}.breakdown"),
        one_of(found.get("compare", "previous"), COMPARED, f"{where}.compare"),
    )


def _returned(given: object, where: str) -> tuple[Rows, int]:
    if not isinstance(given, dict):
        return (VISITS if given is None else read_kind(given, where)), DAYS_DEFAULT
    found = cast("Mapping[str, Any]", given)
    within = found.get("within")
    rest = {key: value for key, value in found.items() if key != "within"}
    length = DAYS_DEFAULT * DAY_MS if within is None else duration_ms(within, f"{where}.within")
    if length % DAY_MS or not DAY_MS <= length <= DAYS_MOST * DAY_MS:
        raise InvalidInput("One returns within whole days.", where=f"{where}.within", fix=f"Write 1 to {DAYS_MOST} days, such as 7 days.")
    return (read_kind(rest, where) if rest else VISITS), length // DAY_MS
