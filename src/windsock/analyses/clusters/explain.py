"""Explain clusters for one person: their figures beside those of all people, and how far each centre is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from windsock.analyses.clusters.ask import ClustersAnswer, ask_clusters, shown
from windsock.analyses.clusters.kmeans import squares
from windsock.analyses.clusters.model import Clusters
from windsock.analyses.clusters.named import title, words
from windsock.analyses.money import MoneyFrame

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse


@dataclass(frozen=True)
class ClustersProof:
    """A person's figures, the same on the common scale, and the distance to each centre; all empty where the person is in no cluster."""

    person: int
    answer: ClustersAnswer
    values: tuple[float, ...]
    scaled: tuple[float, ...]
    distances: tuple[float, ...]

    @property
    def cluster(self) -> int | None:
        """The person's cluster, from 1: the nearest centre, of equally near ones the first."""
        return None if not self.distances else min(range(len(self.distances)), key=lambda number: self.distances[number]) + 1

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each feature and one for each centre, the nearest first."""
        return [words()["proof"][why][language].format(**told) for why, told in self._told(language)]

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        return [why for why, _ in self._told("en")]

    def _told(self, language: Literal["zh", "en"]) -> Iterator[tuple[str, dict[str, Any]]]:
        found = self.answer.fit
        if not self.distances or found is None:
            yield "nothing", {}
            return
        for index, feature in enumerate(self.answer.clusters.features):
            all_ = self.answer.everybody[index]
            of = f" {self.answer.currency}" if feature.measure == "money" else ""
            told = {
                "title": title(feature).of(language),
                "value": shown(self.values[index]) + of,
                "median": shown(all_.median) + of,
                "mean": f"{all_.mean:.2f}{of}",
            }
            yield "constant" if found.scales[index].deviation == 0 else "feature", told | {"scaled": f"{self.scaled[index]:.2f}"}
        order = sorted(range(len(self.distances)), key=lambda number: (self.distances[number], number))
        for place, number in enumerate(order):
            told = {"number": number + 1, "name": self.answer.groups[number].name.of(language), "distance": f"{self.distances[number]:.3f}"}
            yield "farther" if place else "nearest", told

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "cluster": self.cluster,
            "features": [
                {"name": feature.name, "value": shown(value), "scaled": shown(scaled)}
                for feature, value, scaled in zip(self.answer.clusters.features, self.values, self.scaled, strict=bool(self.distances))
            ],
            "distances": [{"cluster": number, "distance": shown(one)} for number, one in enumerate(self.distances, 1)],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


def explain_clusters(warehouse: Warehouse, clusters: Clusters, around: MoneyFrame, person: int, *, cancel: Cancel | None = None) -> ClustersProof:
    """Return the proof of a person; the clusters are those of all people.

    Args:
        warehouse: where to ask.
        clusters: the very definition that was answered.
        around: the circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the query.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``ask_clusters``.
    """
    answer = ask_clusters(warehouse, clusters, around, cancel=cancel)
    at = np.flatnonzero(answer.figures.persons == person)
    if answer.fit is None or not len(at):
        return ClustersProof(person, answer, (), (), ())
    point = answer.fit.points[at[:1]]
    distances = np.sqrt(squares(point, answer.fit.centres)[0])
    return ClustersProof(person, answer, tuple(answer.figures.values[at[0]].tolist()), tuple(point[0].tolist()), tuple(distances.tolist()))
