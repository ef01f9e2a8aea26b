"""Analyses as data: their definitions, what they answer, and the proof of an answer for one person."""

from windsock.analyses.model.activity import Activity, read_activity
from windsock.analyses.model.asked import Breakdown
from windsock.analyses.model.funnel import COUNTS, ORDERS, Funnel, read_funnel
from windsock.analyses.model.proof import Attempt, Seen, StepProof, prove
from windsock.analyses.model.retention import Retention, read_retention

__all__ = [
    "COUNTS",
    "ORDERS",
    "Activity",
    "Attempt",
    "Breakdown",
    "Funnel",
    "Retention",
    "Seen",
    "StepProof",
    "prove",
    "read_activity",
    "read_funnel",
    "read_retention",
]
