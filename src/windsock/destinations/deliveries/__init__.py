"""Deliveries: what became of each message that was left to be sent, and what to do about those that were given up.

Words: a *delivery* is one message on its way to one destination; a *dead letter* is one that was given up and waits for a person. Invariants:
one delivery per destination and message id; one worker at a time tries it; what is over a destination's pace waits, and is not lost; no secret
is kept in what servers answered.
"""
