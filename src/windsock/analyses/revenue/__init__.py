"""Lifetime value: what the members of a cohort have brought so far, by their age. Observed, never predicted.

Words: a *member* is a person with a start; a *cohort* is the members whose starts lie in one day, week or month; an *age* is the time since
the start. Invariants: a figure is cumulative and exact; an age that is not over for every member of a cohort is blank, never 0; money is in one
currency, and a refund is subtracted on its own day.
"""
