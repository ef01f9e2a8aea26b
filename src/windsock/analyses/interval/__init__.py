"""Intervals: how long people take from one event to another.

Words: a *start* and an *end* are events of the two kinds; an *interval* is the time from a start to the end that closes it. Invariants: each event
is the end of one interval at most and the start of one at most; an interval is dated at its start and is the same in whatever period is asked.
"""
