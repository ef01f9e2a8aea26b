"""A chain of steps: what must happen one after another, within what time, and what must not happen in between.

Rules, in one place. Events of a person stand in the order of their instants; those of one instant in any order that serves the chain. One event
serves one step. The window is counted from the first step and includes its end. A hop from one step to the next is broken when it takes longer
than the step's own window (its end included), or when an excluded event lies strictly between its two instants.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from windsock.conditions.model.rows import Rows
from windsock.kernel.errors import InvalidInput

STEPS_MOST = 12
WAYS_MOST = 240
EXCLUSIONS_MOST = 5


@dataclass(frozen=True)
class Step:
    """One step: its name, the events that make it, the most time since the step before, and whether it may be left out."""

    name: str
    rows: Rows
    within_ms: int | None = None
    optional: bool = False


@dataclass(frozen=True)
class Exclusion:
    """Events that break a hop to the steps numbered ``first`` to ``last``, counted from 0."""

    rows: Rows
    first: int
    last: int


@dataclass(frozen=True)
class Chain:
    """Steps in order.

    Attributes:
        steps: two at least for a funnel; the first can't be left out.
        window_ms: the most time from the first step to any; None: the civil day of the first step.
        strict: no other event of the person lies strictly between two steps.
        hold: a field whose value is the same in every step.
        exclusions: what breaks a hop.
    """

    steps: tuple[Step, ...]
    window_ms: int | None
    strict: bool = False
    hold: str | None = None
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def breakers(self) -> tuple[Exclusion, ...]:
        """All that breaks a hop; for a strict chain every event does."""
        every = (Exclusion(Rows(), 1, len(self.steps) - 1),) if self.strict else ()
        return (*every, *self.exclusions)

    @property
    def kinds(self) -> tuple[Rows, ...]:
        """The different kinds of events that steps are made of, each once."""
        return tuple(dict.fromkeys(step.rows for step in self.steps))

    def kind_of(self, step: int) -> int:
        """Return the number of a step's kind."""
        return self.kinds.index(self.steps[step].rows)

    @property
    def shares(self) -> bool:
        """Whether one event could serve two of the steps."""
        return any(len(group) > 1 for group in self.groups())

    @property
    def plain(self) -> bool:
        """Whether the earliest next step is always the best one to take."""
        bare = all(step.within_ms is None and not step.optional for step in self.steps)
        return bare and not self.breakers and not self.shares

    def groups(self) -> list[tuple[int, ...]]:
        """Return the steps in groups; steps of different groups can't be served by one event."""
        found: list[set[int]] = []
        for index, step in enumerate(self.steps):
            near = [group for group in found if any(step.rows.may_share(self.steps[other].rows) for other in group)]
            found = [group for group in found if group not in near]
            found.append({index}.union(*near))
        return sorted(tuple(sorted(group)) for group in found)

    def kinds_in(self, group: tuple[int, ...]) -> tuple[int, ...]:
        """Return the kinds of a group's steps."""
        return tuple(sorted({self.kind_of(step) for step in group}))

    def kind_sets(self, group: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield every choice of a group's kinds, the empty one left out."""
        kinds = self.kinds_in(group)
        for size in range(1, len(kinds) + 1):
            yield from itertools.combinations(kinds, size)

    def following(self, step: int, target: int) -> list[int]:
        """Return the steps that may come right after a step on the way to a target."""
        found: list[int] = []
        for other in range(step + 1, target + 1):
            found.append(other)
            if not self.steps[other].optional:
                break
        return found

    def together(self, step: int, target: int) -> Iterator[tuple[int, ...]]:
        """Yield the runs of steps, from a step on, that one instant could serve on the way to a target."""
        yield (step,)
        for other in self.following(step, target):
            for run in self.together(other, target):
                yield (step, *run)

    def check(self, where: str) -> None:
        """Refuse what has no meaning or no bound.

        Raises:
            InvalidInput: says what, where and what to write instead.
        """
        if not 1 < len(self.steps) <= STEPS_MOST:
            raise InvalidInput(f"{len(self.steps)} steps.", where=where, fix=f"Write 2 to {STEPS_MOST} steps.")
        if len({step.name for step in self.steps}) != len(self.steps):
            raise InvalidInput("Two steps have one name.", where=where, fix="Give each step a name of its own.")
        if self.steps[0].optional or self.steps[0].within_ms is not None:
            raise InvalidInput(
                "The first step can't be left out, and nothing is before it.", where=where, fix="Take 'optional' and 'within' out of it."
            )
        if len(self.exclusions) > EXCLUSIONS_MOST:
            raise InvalidInput(f"{len(self.exclusions)} exclusions.", where=where, fix=f"Write {EXCLUSIONS_MOST} at most.")
        self._check_optional(where)
        self._check_ways(where)

    def _check_optional(self, where: str) -> None:
        if not any(step.optional for step in self.steps):
            return
        whole = all(one.first <= 1 and one.last >= len(self.steps) - 1 for one in self.exclusions)
        if not whole or len({step.within_ms for step in self.steps[1:]}) > 1:
            raise InvalidInput(
                "Beside steps that may be left out, every hop needs the same limits.",
                where=where,
                fix="Let exclusions hold for the whole chain, and give all steps the same 'within' or none.",
            )

    def _check_ways(self, where: str) -> None:
        if not self.shares:
            return
        pairs = [(step, target) for target in range(len(self.steps)) for step in range(target + 1)]
        ways = sum(1 for step, target in pairs for _ in itertools.islice(self.together(step, target), WAYS_MOST))
        if ways > WAYS_MOST or any(len(self.kinds_in(group)) > 4 for group in self.groups()):
            raise InvalidInput(
                "One event could serve too many of the steps.", where=where, fix="Tell the steps apart by their events, or write fewer of them."
            )
