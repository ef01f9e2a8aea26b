"""Trends: how often something happened, by how many people and for how much, over time, by value, and as a formula of several such figures.

Words: a *series* is a figure of some events, known by its letter; a *bucket* is an hour, day, week or month; a *line* is all series of everything
or of one value; a *point* is a figure of a line in a bucket. Invariants: each point is the answer that would be given for its bucket alone;
a total is the answer for the whole period, and no sum of points where people are counted; a division by zero is blank, never 0; a bucket that is
not over is marked.
"""
