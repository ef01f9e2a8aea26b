"""Paths: what people do one after another, step by step, from where to where, and where they end.

Words: a *path* is the run of a person's events in which no pause is longer than the session gap, cut at its anchor; a *node* is what happened
at a step of it; a *link* leads from a node to one of the next step; an *exit* is the end of a path. Invariants: each path is in one node of
each of its steps, so that what comes into a node is what goes on plus what ends there; loops are unrolled, as a node belongs to its step.
"""
