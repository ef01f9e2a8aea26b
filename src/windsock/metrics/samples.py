"""How many cases a figure rests on, and until when late rows still move it: what a reader must know before a thin or young figure is news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock.metrics.model.definition import WHOLE_UNITS
from windsock.metrics.model.expression import Name, Operation

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue

_HOUR_MS = 3_600_000


def sample_of(name: str, library: Catalogue) -> str | None:
    """Return the metric that counts the cases behind a ratio, average or score; None where its definition asks for no least sample."""
    metric = library.get(name)
    if not metric.minimum_sample or metric.unit in WHOLE_UNITS:
        return None
    if metric.sample is not None:
        return metric.sample if metric.sample in library.metrics else None
    node = library.expressions.get(name)
    if isinstance(node, Operation) and node.sign == "/" and isinstance(node.right, Name) and library.get(node.right.name).unit in WHOLE_UNITS:
        return node.right.name
    return None


class Thin:
    """Counts the rows of an answer whose figures rest on too few cases."""

    def __init__(self, metrics: Iterable[str], library: Catalogue, known: Iterable[str]) -> None:
        """Take the metrics of a question, and the names of the base metrics whose values will be there."""
        there = set(known)
        samples = {name: sample_of(name, library) for name in metrics}
        self.samples = {
            name: sample for name, sample in samples.items() if sample is not None and {base.name for base in library.bases([sample])} <= there
        }
        self.least = {name: library.get(name).minimum_sample for name in self.samples}
        self.rows: Counter[str] = Counter()

    def see(self, values: Mapping[str, Decimal | int | None]) -> None:
        """Look at the samples of one row, by metric."""
        for name, value in values.items():
            if value is not None and value < self.least[name]:
                self.rows[name] += 1


def moves_from_ms(metrics: Iterable[str], library: Catalogue, now_ms: int) -> int | None:
    """Return the instant from which late rows still move figures; None where they come at once."""
    hours = max((library.get(name).lag_hours for name in metrics), default=0)
    return now_ms - hours * _HOUR_MS if hours else None
