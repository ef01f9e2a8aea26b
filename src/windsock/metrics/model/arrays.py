"""Expressions over arrays: the same formulas as ``expression``, for many points of many series at once, where floats are exact enough."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from windsock.metrics.model.expression import Name, Node, Number

Floats = NDArray[np.float64]


def evaluate_arrays(node: Node, values: Mapping[str, Floats], shape: tuple[int, ...]) -> Floats:
    """Compute an expression cell by cell; NaN where an operand is missing or a divisor is zero.

    Args:
        node: the parsed expression; each name it uses must be in ``values``.
        values: arrays by metric, all of one shape.
        shape: that shape, for what is made of numbers alone.
    """
    if isinstance(node, Number):
        return np.full(shape, float(node.value))
    if isinstance(node, Name):
        return values[node.name]
    left, right = evaluate_arrays(node.left, values, shape), evaluate_arrays(node.right, values, shape)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    return np.divide(left, right, out=np.full(shape, np.nan), where=right != 0)
