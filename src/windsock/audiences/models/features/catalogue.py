"""The list of features of a person: each a figure over rows that were there and known at the decision. Rules only.

A feature reads from two views alone: ``o`` (orders) and ``v`` (days with a visit). The views end at the cut, on the clock of the business and on that
of arrival, and have only columns that are decided when a row comes to be. So a feature cannot be declared that reads what was decided later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from windsock.kernel.errors import InvalidInput

DAY_MS = 86_400_000
View = Literal["o", "v", "model"]
COLUMNS: dict[str, frozenset[str]] = {
    "o": frozenset({"day", "booked_ms", "amount", "channel", "member", "gone", "of_kind"}),
    "v": frozenset({"day", "ts_ms"}),
    "model": frozenset(),
}
"""By view the columns that are decided at the clock that the view ends by; ``gone`` is a cancellation whose own instant is before the cut."""
_WORD = re.compile(r"[a-z_]+(?=[^a-z_(]|$)")
_SYNTAX = frozenset({"distinct", "filter", "where", "and", "as", "double", "cut", "nullif", "null", "cast", "case", "when", "then", "else", "end"})


@dataclass(frozen=True)
class Feature:
    """A feature.

    Attributes:
        name: as the words call it.
        view: what it reads; ``model`` is worked out of other features.
        text: an aggregate over the view's rows of a person; ``{cut}`` is the decision.
        level: it is a name and no figure.
    """

    name: str
    view: View
    text: str = ""
    level: bool = False


def _days_since(column: str) -> str:
    return f"(CAST({{cut}} AS DOUBLE) - MAX({column})) / {DAY_MS}"


PERSON: tuple[Feature, ...] = (
    Feature("recency", "o", _days_since("booked_ms")),
    Feature("age", "o", f"(CAST({{cut}} AS DOUBLE) - MIN(booked_ms)) / {DAY_MS}"),
    Feature("days_bought", "o", "COUNT(DISTINCT day)"),
    Feature("orders_90", "o", f"COUNT(*) FILTER (WHERE booked_ms > {{cut}} - {90 * DAY_MS})"),
    Feature("orders_365", "o", f"COUNT(*) FILTER (WHERE booked_ms > {{cut}} - {365 * DAY_MS})"),
    Feature("mean_amount", "o", "AVG(amount)"),
    Feature("last_amount", "o", "ARG_MAX(amount, booked_ms)"),
    Feature("channels", "o", "COUNT(DISTINCT channel)"),
    Feature("last_channel", "o", "ARG_MAX(channel, booked_ms)", level=True),
    Feature("member", "o", "MAX(CAST(member AS DOUBLE))"),
    Feature("cancelled", "o", "AVG(CAST(gone AS DOUBLE))"),
    Feature("visit_days", "v", "COUNT(DISTINCT day)"),
    Feature("visit_recency", "v", _days_since("ts_ms")),
    Feature("fresh", "model"),
    Feature("pace", "model"),
    Feature("overdue", "model"),
    Feature("alive", "model"),
    Feature("expected", "model"),
)
OF_KIND: tuple[Feature, ...] = (
    Feature("kind_days", "o", "COUNT(DISTINCT day) FILTER (WHERE of_kind)"),
    Feature("kind_fresh", "o", f"-(CAST({{cut}} AS DOUBLE) - MAX(booked_ms) FILTER (WHERE of_kind)) / {DAY_MS}"),
)
LATE = (
    r"reservation_?status", r"(^|_)status(_|$)", r"(^|_)state(_|$)", r"assigned", r"booking_?changes", r"check_?(in|out)", r"no_?show",
    r"^is_cancel", r"^cancel", r"refund", r"travelled", r"parking", r"special_?requests", r"waiting_?list", r"^country$",
)  # fmt: skip
"""Columns of files that are decided, or corrected, after the booking. What else they may be called nobody can list: that is what the alarm is for."""


def checked(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """Return features whose columns are decided by the cut.

    Raises:
        InvalidInput: one reads another column.

    >>> [one.name for one in checked([Feature("recency", "o", "MAX(booked_ms)")])]
    ['recency']
    """
    found = tuple(features)
    for one in found:
        late = set(_WORD.findall(one.text.replace("{cut}", " ").lower())) - _SYNTAX - COLUMNS[one.view]
        if late:
            what = f"The feature '{one.name}' reads '{min(late)}', which may be decided after the decision."
            raise InvalidInput(what, where=one.name, fix=f"Read only: {', '.join(sorted(COLUMNS[one.view])) or 'other features'}.")
    return found


def check_column(name: str, where: str) -> str:
    """Return the name of a file's column that may be a feature.

    Raises:
        InvalidInput: columns called so are decided after the booking.
    """
    if any(re.search(one, name.lower()) for one in LATE):
        what = f"'{name[:60]}' is decided, or corrected, after the booking: it would tell the model what came."
        raise InvalidInput(what, where=where, fix="Take only columns that are known when somebody books.")
    return name
