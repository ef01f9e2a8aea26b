"""Matching: how probable it is that two records are one person, where no id says so.

Words: a *field* is what a column means (given name, birth date ...); a *pair* is two records with the probability that they are one
person; a pair is *through* a third record when that one ties the two together more strongly than they are alone.

Invariants: one set of defaults for every file; a pair is a suggestion, never evidence by itself: people accept it, and it becomes an edge with its
score. The model is Fellegi and Sunter's with parameters found in the data (Splink, an extra).
"""

from windsock.identity.matching.link import Match, match_records
from windsock.identity.matching.model import FIELDS, Pair, recognise, through

__all__ = ["FIELDS", "Match", "Pair", "match_records", "recognise", "through"]
