"""Made-up leaves whose causes are known: amounts with relative noise, and orders of visits with the noise of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from windsock.monitoring.root_cause.model import Leaves

NAMES = ("channel", "device", "route", "product", "tier")
Element = dict[str, str]


@dataclass(frozen=True)
class World:
    """Leaves and what was done to them."""

    leaves: Leaves
    causes: tuple[Element, ...]


def keys(elements: list[Element] | tuple[Element, ...]) -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sorted(element.items())) for element in elements}


def f1(pairs: list[tuple[list[Element], list[Element]]]) -> float:
    """Pooled over all cases; a cause is right only if it is the whole set of values."""
    both = sum(len(keys(found) & keys(truth)) for found, truth in pairs)
    return 2 * both / sum(len(keys(found)) + len(keys(truth)) for found, truth in pairs)


def grid(sizes: tuple[int, ...]) -> np.ndarray:
    return np.stack([one.ravel() for one in np.meshgrid(*map(np.arange, sizes), indexing="ij")], 1).astype(np.int64)


def labelled(sizes: tuple[int, ...], *figures: np.ndarray) -> Leaves:
    names = NAMES[: len(sizes)]
    labels = tuple(tuple(f"{name[0]}{value}" for value in range(size)) for name, size in zip(names, sizes, strict=True))
    return Leaves(names, labels, grid(sizes), *(np.asarray(figure, np.float64) for figure in figures))


def amounts(seed: int, sizes: tuple[int, ...] = (6, 4, 20, 6), causes: tuple[Element, ...] = (), noise: float = 0.05, left: float = 0.5) -> World:
    """Amounts of very different size, each expected with a relative noise; causes leave a share of theirs."""
    rng = np.random.default_rng(seed)
    predict = 100 * rng.weibull(0.8, int(np.prod(sizes))) + 1
    real = predict * np.maximum(1 + rng.normal(0, noise, len(predict)), 0)
    world = labelled(sizes, real, predict)
    for element in causes:
        held = world.inside(element)
        world.real[held] = predict[held] * left * (1 + rng.normal(0, noise / 2, int(held.sum())))
    return World(world, causes)


def ratio(seed: int, sizes: tuple[int, ...] = (4, 3, 6), causes: tuple[Element, ...] = (), left: float = 0.5, visits: int = 300_000) -> World:
    """Orders of visits: Poisson visits, binomial orders, expectations that are the mean of four such weeks."""
    rng = np.random.default_rng(seed)
    codes = grid(sizes)
    weight = np.prod([rng.uniform(0.5, 1.5, size)[codes[:, place]] for place, size in enumerate(sizes)], axis=0)
    rate = 0.04 * np.prod([rng.uniform(0.8, 1.2, size)[codes[:, place]] for place, size in enumerate(sizes)], axis=0)
    mean = visits * weight / weight.sum()
    weeks = [rng.poisson(mean) for _ in range(4)]
    orders = [rng.binomial(week, rate) for week in weeks]
    now = rng.poisson(mean)
    leaves = labelled(sizes, np.zeros(len(mean)), np.mean(orders, axis=0), now, np.mean(weeks, axis=0))
    hurt = rate.copy()
    for element in causes:
        hurt[leaves.inside(element)] *= left
    leaves.real[:] = rng.binomial(now, hurt)
    return World(leaves, causes)
