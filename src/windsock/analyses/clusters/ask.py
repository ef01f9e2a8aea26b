"""Answer clusters: their sizes, centres and differences, what they are called, how well they stand apart and hold, and who is in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.analyses.clusters.features import Figures, figures_of
from windsock.analyses.clusters.fit import STABLE, Fit, fit
from windsock.analyses.clusters.model import Clusters
from windsock.analyses.clusters.named import Told, draft, title, words
from windsock.analyses.money import MoneyFrame
from windsock.kernel.errors import Cancelled, InvalidInput

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_SMALL = 5e-7


def shown(figure: float) -> str:
    """Return a figure as people write it, to six digits behind the point.

    >>> shown(3.0), shown(0.1 + 0.2), shown(-0.0)
    ('3', '0.3', '0')
    """
    told = f"{0.0 if abs(figure) < _SMALL else figure:.6f}".rstrip("0").rstrip(".")
    return told or "0"


@dataclass(frozen=True)
class Profile:
    """A feature of some people: the middle one's figure (of two the smaller), the mean, and how far they differ from all on the common scale."""

    median: float
    mean: float
    difference: float

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"median": shown(self.median), "mean": shown(self.mean), "difference": shown(self.difference)}


@dataclass(frozen=True)
class Group:
    """A cluster: its number from 1, how many people, what it is called in short, and each feature of theirs."""

    number: int
    people: int
    name: Told
    profiles: tuple[Profile, ...]


@dataclass(frozen=True)
class ClustersAnswer:
    """The answer: people with their figures, how they were grouped, the clusters from the largest to the smallest, and all people beside."""

    clusters: Clusters
    figures: Figures
    fit: Fit | None
    groups: tuple[Group, ...]
    everybody: tuple[Profile, ...]
    currency: str

    @property
    def people(self) -> int:
        """How many."""
        return len(self.figures.persons)

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        found, days = self.fit, self.figures.days
        return {
            "name": self.clusters.asked.name,
            "period": {"from": days.start.isoformat(), "to": days.end.isoformat()},
            "until": self.figures.until.isoformat(),
            "currency": self.currency if any(feature.measure == "money" for feature in self.clusters.features) else None,
            "people": self.people,
            "fitted": 0 if found is None else found.fitted,
            "k": {"asked": self.clusters.k, "found": len(self.groups)},
            "silhouettes": [] if found is None else [{"k": k, "value": shown(value)} for k, value in found.silhouettes],
            "explained": None if found is None else shown(found.explained),
            "stability": {
                "seeds": None if found is None or found.by_seed is None else shown(found.by_seed),
                "halves": None if found is None or found.by_half is None else shown(found.by_half),
                "stable": found is not None and found.stable,
                "bound": shown(STABLE),
            },
            "features": [
                {
                    "name": feature.name,
                    **title(feature).json("title"),
                    "measure": feature.measure,
                    "log": found is not None and found.scales[index].log,
                    "constant": found is not None and found.scales[index].deviation == 0,
                    "median": shown(self.everybody[index].median) if self.people else None,
                    "mean": shown(self.everybody[index].mean) if self.people else None,
                }
                for index, feature in enumerate(self.clusters.features)
            ],
            "clusters": [
                {
                    "number": group.number,
                    **group.name.json("title"),
                    "people": group.people,
                    "share": shown(group.people / self.people),
                    "features": [profile.json() for profile in group.profiles],
                }
                for group in self.groups
            ],
        }  # fmt: skip

    def notes(self) -> list[dict[str, str]]:
        """Return what somebody should know who reads the answer."""
        found, told = self.fit, list[tuple[str, dict[str, Any]]]()
        if found is None:
            return []
        if found.by_seed is not None and found.by_half is not None and not found.stable:
            told.append(("unstable", {"seeds": f"{found.by_seed:.2f}", "halves": f"{found.by_half:.2f}", "bound": shown(STABLE)}))
        if len(self.groups) == 1:
            told.append(("alike", {}))
        elif self.clusters.k is not None and len(self.groups) < self.clusters.k:
            told.append(("fewer", {"asked": self.clusters.k, "found": len(self.groups)}))
        if len(self.groups) > 1:
            for feature, scale in zip(self.clusters.features, found.scales, strict=True):
                if scale.deviation == 0:
                    told.append(("constant", {"title": title(feature)}))
        if found.fitted < self.people:
            told.append(("sampled", {"fitted": f"{found.fitted:,}", "people": f"{self.people:,}"}))
        return [{"code": code, **_note(code, given)} for code, given in told]


def _note(code: str, given: dict[str, Any]) -> dict[str, str]:
    written = words()["notes"][code]

    def said(language: str) -> str:
        return written[language].format(**{key: value.of(language) if isinstance(value, Told) else value for key, value in given.items()})

    return {"en": said("en"), "zh": said("zh")}


@dataclass(frozen=True)
class Member:
    """Somebody in a cluster: which one (from 1), how far from its centre, and their figures."""

    person: int
    cluster: int
    distance: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class MembersOf:
    """People of a cluster: how many, these, and where the next page begins."""

    total: int
    rows: list[Member]
    next_cursor: int | None


def ask_clusters(warehouse: Warehouse, clusters: Clusters, around: MoneyFrame, *, cancel: Cancel | None = None) -> ClustersAnswer:
    """Answer clusters.

    Args:
        warehouse: where to ask.
        clusters: read by ``read_clusters``.
        around: the moment of asking, its zone, what counts, and the workspace's currency.
        cancel: a switch that stops the query and the runs.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        TooLarge: more than a million people.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """

    def check() -> None:
        if cancel is not None and cancel.cancelled:
            raise Cancelled("The question was stopped.", where="clusters")

    figures = figures_of(warehouse, clusters, around, cancel=cancel)
    currency = clusters.money.currency or around.home
    if not len(figures.persons):
        return ClustersAnswer(clusters, figures, None, (), (), currency)
    found = fit(figures.values, tuple(feature.log for feature in clusters.features), clusters.k, clusters.seed, check)
    everybody = tuple(_profile(figures.values[:, index], found.points[:, index]) for index in range(len(clusters.features)))
    groups = tuple(_group(clusters, figures, found, number) for number in range(len(found.centres)))
    return ClustersAnswer(clusters, figures, found, groups, everybody, currency)


def _group(clusters: Clusters, figures: Figures, found: Fit, number: int) -> Group:
    mine = found.labels == number
    values, points = figures.values[mine], found.points[mine]
    profiles = tuple(_profile(values[:, index], points[:, index]) for index in range(len(clusters.features)))
    empty = [bool((values[:, index] == 0).all()) for index in range(len(clusters.features))]
    name = draft(clusters.features, [profile.difference for profile in profiles], empty)
    return Group(number + 1, int(mine.sum()), name, profiles)


def _profile(values: Any, points: Any) -> Profile:  # noqa: ANN401 - columns of arrays
    middle = float(np.sort(values)[(len(values) - 1) // 2])
    return Profile(middle, float(values.mean()), float(points.mean()))


def members_behind(answer: ClustersAnswer, cluster: int | None, page: tuple[int, int] = (0, 100)) -> MembersOf:
    """Return the people of a cluster (from 1; None: all), the most typical ones first: by their distance to their own centre.

    Raises:
        InvalidInput: a page too large, or there is no such cluster.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if cluster is not None and not 1 <= cluster <= len(answer.groups):
        raise InvalidInput(f"There is no cluster {cluster}.", where="cluster", fix=f"Clusters are 1 to {len(answer.groups)}.")
    if answer.fit is None:
        return MembersOf(0, [], None)
    away = np.sqrt(((answer.fit.points - answer.fit.centres[answer.fit.labels]) ** 2).sum(axis=1))
    order = np.lexsort((answer.figures.persons, away))
    if cluster is not None:
        order = order[answer.fit.labels[order] == cluster - 1]
    rows = [_member(answer, answer.fit, int(at), float(away[at])) for at in order[skip : skip + want]]
    return MembersOf(len(order), rows, skip + want if skip + want < len(order) else None)


def _member(answer: ClustersAnswer, found: Fit, at: int, away: float) -> Member:
    values: Sequence[float] = answer.figures.values[at].tolist()
    return Member(int(answer.figures.persons[at]), int(found.labels[at]) + 1, away, tuple(values))
