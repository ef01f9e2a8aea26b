"""k-means with k-means++ seeding, the silhouette and the adjusted Rand index: arrays in, arrays out, chance handed in.

k-means++: Arthur and Vassilvitskii (2007); silhouette: Rousseeuw (1987); adjusted Rand index: Hubert and Arabie (1985). Sums go by plain array
operations and no linear algebra library, so that a run gives the same bits each time; of equal distances the first centre is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDS_MOST = 100


def squares(points: Floats, centres: Floats) -> Floats:
    """Return the squared distance of each point (row) to each centre (column)."""
    found = np.zeros((len(points), len(centres)), np.float64, order="F")
    # Column by column: far faster than sums over the few features of each point.
    for number in range(len(centres)):
        for feature in range(points.shape[1]):
            found[:, number] += (points[:, feature] - centres[number, feature]) ** 2
    return found


def nearest(points: Floats, centres: Floats) -> Ints:
    """Return the number of each point's nearest centre; of equally near ones the first."""
    return squares(points, centres).argmin(axis=1).astype(np.int64)


def seeded(points: Floats, k: int, chance: np.random.Generator) -> Floats:
    """Return k points to start from: the first at random, each further one with a chance as the square of its distance to those before."""
    chosen: list[int] = [int(chance.random() * len(points))]
    near = squares(points, points[chosen])[:, 0]
    for _ in range(1, k):
        run = np.cumsum(near)
        at = int(run.searchsorted(chance.random() * float(run[-1]), side="right"))
        chosen.append(min(at, len(points) - 1))
        near = np.minimum(near, squares(points, points[chosen[-1:]])[:, 0])
    return points[chosen].copy()


def settled(points: Floats, centres: Floats) -> tuple[Floats, Ints, float]:
    """Return centres, labels and the sum of squares after moving centres until no point changes its cluster (or 100 rounds).

    A cluster that loses all points takes the point that lies farthest from its centre.
    """
    labels = nearest(points, centres)
    for _ in range(ROUNDS_MOST):
        centres = _means(points, labels, centres)
        moved = nearest(points, centres)
        if bool((moved == labels).all()):
            break
        labels = moved
    return centres, labels, float(((points - centres[labels]) ** 2).sum())


def _means(points: Floats, labels: Ints, before: Floats) -> Floats:
    sizes = np.bincount(labels, minlength=len(before))
    columns = range(points.shape[1])
    sums = np.column_stack([np.bincount(labels, weights=points[:, feature], minlength=len(before)) for feature in columns])
    centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], before)
    lost: list[int] = np.flatnonzero(sizes == 0).tolist()
    if lost:
        far = ((points - before[labels]) ** 2).sum(axis=1)
        for number in lost:
            at = int(far.argmax())
            centres[number], far[at] = points[at], -1.0
    return centres


def kmeans(points: Floats, k: int, restarts: int, chance: np.random.Generator) -> tuple[Floats, Ints, float]:
    """Return the best of several runs: centres (k rows), labels, and the sum of squares; of equally good ones the first."""
    best: tuple[Floats, Ints, float] | None = None
    for _ in range(restarts):
        found = settled(points, seeded(points, k, chance))
        best = found if best is None or found[2] < best[2] else best
    assert best is not None  # noqa: S101 - there is at least one run
    return best


def silhouette(points: Floats, labels: Ints) -> float:
    """Return the mean silhouette, -1 to 1; a point alone in its cluster has 0. Quadratic in points: for samples."""
    sizes = np.bincount(labels)
    if np.count_nonzero(sizes) < 2:
        return 0.0
    sums = np.zeros((len(points), len(sizes)))
    for index, point in enumerate(points):
        away = np.sqrt(squares(points, point[None, :])[:, 0])
        sums[index] = np.bincount(labels, weights=away, minlength=len(sizes))
    own = sizes[labels]
    inside = sums[np.arange(len(points)), labels] / np.maximum(own - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[:, sizes == 0] = np.inf
    means[np.arange(len(points)), labels] = np.inf
    outside = means.min(axis=1)
    most = np.maximum(inside, outside)
    told = np.where((own > 1) & (most > 0), (outside - inside) / np.where(most > 0, most, 1), 0.0)
    return float(told.mean())


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Return the adjusted Rand index of two ways to group the same points: 1 for the same groups, about 0 for chance."""
    width = int(other.max()) + 1
    cells = np.bincount(one * width + other).astype(np.float64)
    rows, columns = (np.bincount(labels).astype(np.float64) for labels in (one, other))

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, first, second, all_ = pairs(cells), pairs(rows), pairs(columns), len(one) * (len(one) - 1) / 2
    expected = first * second / all_ if all_ else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
