"""The port of tiles: a room above that can tell something in a figure and a sentence plugs in how, and dashboards show it beside metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import NotAvailable
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class TilePoint:
    """A bucket of a tile's course by its first date or hour; without a value it is blank, which is not 0."""

    bucket: str
    value: str | None


@dataclass(frozen=True)
class Tile:
    """What a tile shows; figures are exact decimals as text.

    Attributes:
        kind: what is told, as its room names it.
        name: how people call it.
        title: what the figure is.
        value: the figure; None where there is none.
        before: that of the period it is compared with.
        unit: count, ratio, number, money, seconds.
        currency: of money.
        sentence: what is told, in one.
        course: the figure by bucket; empty where there are none.
        definition: what was asked, with the period, so that a link opens just that.
        notes: what somebody should know who reads it.
    """

    kind: str
    name: str
    title: Words
    value: str | None
    before: str | None
    unit: str
    currency: str | None
    sentence: Words
    course: tuple[TilePoint, ...]
    definition: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[Words, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.title.json(),
            "value": self.value,
            "before": self.before,
            "unit": self.unit,
            "currency": self.currency,
            "sentence": self.sentence.json(),
            "course": [{"period": point.bucket, "value": point.value} for point in self.course],
            "definition": self.definition,
            "notes": [note.json() for note in self.notes],
        }


@dataclass(frozen=True)
class TileAsked:
    """Which tile is asked: by the id of what was saved, for which period and beside which; by whom, None for nobody in particular."""

    id: str
    period: Period
    before: Period
    asker: Actor | None = None


TileTeller = Callable[["Workspace", TileAsked], Tile]
"""(workspace, what is asked) -> the tile; raises NotFound where nothing is saved under the id, and what asking it raises."""

_plugged: list[TileTeller] = []


def plug_tiles(tell: TileTeller) -> None:
    """Take the function that tells tiles; a second one replaces the first."""
    _plugged[:] = [tell]


def tile_of(workspace: Workspace, asked: TileAsked) -> Tile:
    """Return a tile.

    Raises:
        NotAvailable: nobody plugged in.
        NotFound: nothing is saved under the id.
        UserError, Fault: it can't be told.
    """
    if not _plugged:
        raise NotAvailable("Nothing here can be told as a tile.", where="analysis")
    return _plugged[0](workspace, asked)
