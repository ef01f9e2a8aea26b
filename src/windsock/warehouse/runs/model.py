"""What a run is asked for: data alone, so that it can travel to the process that owns the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from windsock.warehouse.schema import Value

DAY_MS = 86_400_000
DAYS_MOST = 5_000
"""Days of a run, each of which has a block a kind."""
Count = Literal["people", "first", "entries"]


@dataclass(frozen=True)
class Asked:
    """A text that ``render`` made, and the names of the values that stand in it."""

    sql: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """Events that one step may be, or that are excluded: a condition on ``event AS e``.

    Attributes:
        test: the condition, true or false.
        events: the names of the values that are the events' names; nothing: any event.
        key: what tells the condition from every other, whatever its values are called.
    """

    test: Asked
    events: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class Hops:
    """How steps follow one another; see ``conditions.model.steps`` for the rules.

    Attributes:
        steps: how many; codes below it are steps, those from it on are exclusions.
        window_ms: the most time from the first step to any; None: the civil day of the first one.
        within_ms: for each step the most time since the one before it, None: any.
        broken: for each exclusion the first and the last step that it stands before.
    """

    steps: int
    window_ms: int | None
    within_ms: tuple[int | None, ...]
    broken: tuple[tuple[int, int], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the earliest next step is always the best one to take."""
        return not self.broken and all(within is None for within in self.within_ms)


@dataclass(frozen=True)
class Cut:
    """One set of rows of a run.

    Attributes:
        buckets: None: one row for each that is counted. Else one for each and bucket: the bucket's first civil day by the civil day of a start, both
            as days since 1970, the first of them at ``first``.
        first: the civil day of the first place of ``buckets``.
    """

    buckets: tuple[int, ...] | None = None
    first: int = 0


@dataclass(frozen=True)
class Run:
    """A chain that is followed over the events of a period.

    Attributes:
        every: what all events must pass, a condition on ``event AS e``.
        every_key: what tells it from every other.
        kinds: the steps, then the exclusions.
        merged: a SELECT of ``did`` and ``pid`` of the ids that were merged.
        among: a SELECT of ``person``: those people only; None: everybody.
        low_ms, high_ms: starts are taken from ``low_ms`` on and before ``high_ms``.
        until_ms: later steps are taken before this instant.
        hops: how steps follow one another.
        count: one row for each person (the best attempt, or the first), or for each start.
        offsets: the zone's offsets as (from this instant, offset), both in ms, oldest first.
        values: the values of all conditions.
        kept: whether what is read may be kept.
        cuts: the rows that are wanted, by their names.
    """

    every: Asked
    every_key: str
    kinds: tuple[Kind, ...]
    merged: Asked
    among: Asked | None
    low_ms: int
    high_ms: int
    until_ms: int
    hops: Hops
    count: Count
    offsets: tuple[tuple[int, int], ...]
    values: Mapping[str, Value]
    kept: bool = True
    cuts: Mapping[str, Cut] = field(default_factory=dict[str, Cut])

    def values_of(self, *texts: Asked) -> dict[str, Value]:
        """Return the values that some texts name."""
        return {name: self.values[name] for text in texts for name in text.names}

    def json(self) -> dict[str, Any]:
        """Return all but ``values`` as it travels between processes."""
        kinds = [[kind.test.sql, kind.test.names, kind.events, kind.key] for kind in self.kinds]
        hops = [self.hops.steps, self.hops.window_ms, self.hops.within_ms, self.hops.broken]
        return {
            "every": [self.every.sql, self.every.names, self.every_key], "kinds": kinds, "merged": [self.merged.sql, self.merged.names],
            "among": None if self.among is None else [self.among.sql, self.among.names],
            "times": [self.low_ms, self.high_ms, self.until_ms], "hops": hops, "count": self.count, "offsets": self.offsets, "kept": self.kept,
            "cuts": {name: [cut.buckets, cut.first] for name, cut in self.cuts.items()},
        }  # fmt: skip

    @staticmethod
    def of(told: Mapping[str, Any], values: Mapping[str, Value]) -> Run:
        """Read what ``json`` wrote."""
        every, every_names, every_key = told["every"]
        steps, window, within, broken = told["hops"]
        low, high, until = told["times"]
        return Run(
            Asked(every, tuple(every_names)),
            every_key,
            tuple(Kind(Asked(sql, tuple(names)), tuple(events), key) for sql, names, events, key in told["kinds"]),
            _asked(told["merged"]),
            None if told["among"] is None else _asked(told["among"]),
            low,
            high,
            until,
            Hops(steps, window, tuple(within), tuple((first, last) for first, last in broken)),
            cast("Count", told["count"]),
            tuple((at, offset) for at, offset in told["offsets"]),
            values,
            bool(told["kept"]),
            {name: Cut(None if buckets is None else tuple(buckets), first) for name, (buckets, first) in told["cuts"].items()},
        )


def _asked(told: Any) -> Asked:  # noqa: ANN401 - it comes from JSON
    return Asked(told[0], tuple(told[1]))
