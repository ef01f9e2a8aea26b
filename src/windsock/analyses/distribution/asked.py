"""Ask a distribution for somebody: the figures, the people behind a bin, the proof of a person, and what is taken home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from windsock.analyses.asking.asked import Asking, explained, paged
from windsock.analyses.distribution.explain import explain_distribution
from windsock.analyses.distribution.measure import PAGE_MOST, ask_distribution, heap_behind
from windsock.analyses.distribution.model import Distribution
from windsock.analyses.distribution.terminal import distribution_csv, heap_csv, heap_json
from windsock.analyses.named import never_stored
from windsock.kernel.period import parse_date

Asked = Asking[Distribution]


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: a bin (from 1; None: all of them), and a bucket of the trend by its first date."""

    bin: int | None = None
    bucket: str | None = None


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_distribution``.
    """
    warehouse, distribution = asked.workspace.warehouse, asked.definition
    told = ask_distribution(warehouse, distribution, asked.frame, cancel=asked.cancel).json()
    return asked.answered(told, never_stored(warehouse, (distribution.rows,), distribution.asked.who))


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people behind a bin, with their figures; the largest first.

    Raises:
        InvalidInput: there is no such bin, or no trend.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    bucket: dt.date | None = None if place.bucket is None else parse_date(place.bucket, "bucket")
    wanted = None if place.bin is None else place.bin - 1, bucket
    behind = heap_behind(asked.workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    return heap_json(behind, asked.names(row["person"] for row in behind.rows), asked.workspace.zone)


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, place, page))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person over the whole period: what each event added to the figure.

    Raises:
        TooLarge: as ``explain_distribution``.
    """
    return explained(explain_distribution(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel))


def taken(asked: Asked, place: Place | None) -> str:
    """Return the figures, or the people of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = distribution_csv(ask_distribution(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel))
    else:
        body = heap_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("distribution", asked.definition.asked.name, what, body)
