"""Analyses of behaviour: where people drop out, and the proof for each of them.

Words: a *funnel* is a chain of steps; an *entry* is an instant of its first step; a *way* is how far an entry came; an *attempt* is the way of a
person (or entry) that is counted; a *proof* says for one person why a step counted or not. Invariants: every figure, cut and list of an answer is
made of the same attempts, so a chart and the people behind it are one number; an attempt is dated at its first step; a definition that can't be
answered exactly is refused.
"""

from windsock.analyses.explain import Proof, explain_funnel
from windsock.analyses.funnel import Behind, Cell, FunnelAnswer, Times, Wanted, ask_funnel, people_behind
from windsock.analyses.model import Funnel, read_funnel
from windsock.analyses.schema import funnel_schema

__all__ = [
    "Behind",
    "Cell",
    "Funnel",
    "FunnelAnswer",
    "Proof",
    "Times",
    "Wanted",
    "ask_funnel",
    "explain_funnel",
    "funnel_schema",
    "people_behind",
    "read_funnel",
]
