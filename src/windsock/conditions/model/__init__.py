"""Conditions as data: tests of rows, spans of time, what a person did, and how it is read from JSON or YAML."""

from windsock.conditions.model.nodes import (
    AllOf,
    AnyOf,
    Condition,
    Counted,
    Edge,
    Followed,
    HasId,
    Leaf,
    Named,
    NotThat,
    Ordered,
    SaidTrait,
    Trip,
    leaves_of,
)
from windsock.conditions.model.read import read_condition
from windsock.conditions.model.rows import Bound, Rows, Test, read_rows, read_tests
from windsock.conditions.model.spans import Span, read_span
from windsock.conditions.model.steps import STEPS_MOST, Chain, Exclusion, Step

__all__ = [
    "STEPS_MOST",
    "AllOf",
    "AnyOf",
    "Bound",
    "Chain",
    "Condition",
    "Counted",
    "Edge",
    "Exclusion",
    "Followed",
    "HasId",
    "Leaf",
    "Named",
    "NotThat",
    "Ordered",
    "Rows",
    "SaidTrait",
    "Span",
    "Step",
    "Test",
    "Trip",
    "leaves_of",
    "read_condition",
    "read_rows",
    "read_span",
    "read_tests",
]
