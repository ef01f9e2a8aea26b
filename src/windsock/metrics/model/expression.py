"""Expressions of metrics over metrics: + - * / and brackets, evaluated in exact decimals.

A missing operand makes the result missing; so does a division by zero: neither is ever shown as 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from windsock.kernel.errors import InvalidInput

_TOKEN = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)|([()+\-*/]))")
_DEPTH_MAX = 20
PRECISION = 50
RESULT_DIGITS = 12


@dataclass(frozen=True)
class Name:
    """A metric."""

    name: str


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: Decimal


@dataclass(frozen=True)
class Operation:
    """Two sides and + - * or /."""

    sign: str
    left: Node
    right: Node


Node = Name | Number | Operation


def parse(text: str, where: str) -> Node:
    """Read an expression.

    Raises:
        InvalidInput: it is none; says at which place.
    """
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise InvalidInput(
                f"'{text[at : at + 10]}' does not belong in an expression.", where=where, fix="Use metric names, numbers, + - * / and brackets."
            )
        tokens.append(match[0].strip())
        at = match.end()
    node, rest = _sum(tokens, 0, where)
    if rest != len(tokens):
        raise InvalidInput(f"'{tokens[rest]}' is one too many in '{text}'.", where=where)
    return node


def names(node: Node) -> tuple[str, ...]:
    """Return the metrics an expression uses, in order of appearance."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Number):
        return ()
    return tuple(dict.fromkeys(names(node.left) + names(node.right)))


def evaluate(node: Node, values: Mapping[str, Decimal | int | None]) -> Decimal | None:
    """Compute an expression, to 50 digits; None when an operand is missing or a divisor is zero."""
    with localcontext() as context:
        context.prec = PRECISION
        return _value(node, values)


def rounded(value: Decimal | None) -> Decimal | None:
    """Return a computed value without the noise of its last digits: 12 decimals, trailing zeros gone."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = PRECISION
        short = value.quantize(Decimal(1).scaleb(-RESULT_DIGITS))
        return short.normalize() if short != short.to_integral_value() else short.quantize(Decimal(1))


def _value(node: Node, values: Mapping[str, Decimal | int | None]) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        value = values.get(node.name)
        return None if value is None else Decimal(value)
    left, right = _value(node.left, values), _value(node.right, values)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    return left * right if node.sign == "*" else left / right


def _sum(tokens: list[str], at: int, where: str, depth: int = 0) -> tuple[Node, int]:
    node, at = _product(tokens, at, where, depth)
    while at < len(tokens) and tokens[at] in "+-":
        right, after = _product(tokens, at + 1, where, depth)
        node, at = Operation(tokens[at], node, right), after
    return node, at


def _product(tokens: list[str], at: int, where: str, depth: int) -> tuple[Node, int]:
    node, at = _leaf(tokens, at, where, depth)
    while at < len(tokens) and tokens[at] in "*/":
        right, after = _leaf(tokens, at + 1, where, depth)
        if tokens[at] == "/" and not names(right) and evaluate(right, {}) in (None, 0):
            raise InvalidInput("The expression divides by zero.", where=where, fix="Divide by a metric, or by a number other than 0.")
        node, at = Operation(tokens[at], node, right), after
    return node, at


def _leaf(tokens: list[str], at: int, where: str, depth: int) -> tuple[Node, int]:
    if at >= len(tokens) or depth > _DEPTH_MAX:
        raise InvalidInput("The expression ends too early or nests too deep.", where=where)
    word = tokens[at]
    if word == "(":
        node, after = _sum(tokens, at + 1, where, depth + 1)
        if after >= len(tokens) or tokens[after] != ")":
            raise InvalidInput("A bracket is not closed.", where=where)
        return node, after + 1
    if word[0].isdigit():
        return Number(Decimal(word)), at + 1
    if word[0].isalpha() or word[0] == "_":
        return Name(word), at + 1
    raise InvalidInput(f"'{word}' stands where a metric or a number should.", where=where)
