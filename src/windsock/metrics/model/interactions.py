"""What factors do alone and what they do together: the terms of a product's change that a division among factors folds away.

The change of a product is the sum, over every set of factors, of the product of that set's changes and of the other factors' first values
(Harsanyi's dividends of the game whose Shapley value ``shapley`` gives). A set of one is what the factor would have done alone; larger sets
are interactions: more visitors *and* a better conversion. Shapley gives each member of a set an equal part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import combinations
from math import prod

from windsock.metrics.model.decomposition import DIGITS, FACTORS_MAX, round_parts
from windsock.metrics.model.tree import Node


@dataclass(frozen=True)
class Interaction:
    """What several factors of one branch did together, beyond what each did alone: money to the cent."""

    branch: str
    nodes: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True)
class Terms:
    """All terms of a tree: ``alone`` by node id, and the interactions, the most money first; by branch they sum to its change."""

    alone: Mapping[str, Decimal]
    together: tuple[Interaction, ...]


def dividends(before: Sequence[Decimal], after: Sequence[Decimal]) -> dict[tuple[int, ...], Decimal]:
    """Return the terms of a product's change by set of factors (their positions), smaller sets first.

    Args:
        before: the factors in the first period, at most 6.
        after: the same in the second period.

    Returns:
        A term for each set that is not empty; they sum to ``prod(after) - prod(before)``.
    """
    places = range(min(len(before), FACTORS_MAX))
    with localcontext() as context:
        context.prec = DIGITS
        return {
            chosen: prod((after[i] - before[i] if i in chosen else before[i] for i in places), start=Decimal(1))
            for size in range(1, len(places) + 1)
            for chosen in combinations(places, size)
        }


def terms_of(nodes: Sequence[Node]) -> Terms:
    """Return what each factor of a tree did alone and what factors did together, rounded so that each branch sums to its contribution."""
    alone: dict[str, Decimal] = {}
    together: list[Interaction] = []
    for branch in (node for node in nodes if node.operator == "product"):
        factors = [node for node in nodes if node.parent == branch.id]
        first, last = [node.before or Decimal(0) for node in factors], [node.after or Decimal(0) for node in factors]
        found = dividends(first, last)
        cents = round_parts(branch.contribution, list(found.values()))
        for chosen, amount in zip(found, cents, strict=True):
            names = tuple(factors[i].id for i in chosen)
            if len(names) == 1:
                alone[names[0]] = amount
            elif amount:
                together.append(Interaction(branch.id, names, amount))
    return Terms(alone, tuple(sorted(together, key=lambda one: (-abs(one.amount), one.nodes))))
