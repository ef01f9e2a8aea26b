"""Audiences: who people are to a seller, and what they will do.

Words: a *lifetime model* says from when and how often somebody bought whether they still will, how often, and what that is worth; *calibration* is
the time that it is fitted on, what comes after it is the *holdout*. Invariants: a model sees nothing of its holdout; what it says stands beside what
simpler ways say of the same people.
"""

from windsock.audiences.models.lifetime.value import Terms, lifetimes

__all__ = ["Terms", "lifetimes"]
