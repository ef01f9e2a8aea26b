"""Distributions: how many people did something how often, on how many days, in how many hours, or for how much in all.

Words: a person's *figure* is what was counted or added up over the period; a *bin* holds the people whose figure lies in it. Invariants: people
are those who did it at least once; each is in one bin of a cell; each bucket of a trend is the answer that would be given for it alone.
"""
