"""Targets: what a metric is to reach in a day, week, month or quarter, how far on the way it is, and what came of it.

Words: a *target* stands for a metric, in all of the business or for one value of a dimension; *pace* compares what was reached with what
should be reached by now; an *assessment* scores each owner. Invariants: a number here is the answer of the library to the same question;
a closed target never changes, and equals the question as of its closing; every score says how it came about.
"""
