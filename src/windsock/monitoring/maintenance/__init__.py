"""Maintenance: windows in which nothing is told, of the whole workspace or of named monitors; alerts are kept, marked, and told if they last.

Invariants: a window ends by itself, after 14 days at most; who made it and why is kept; what began to fire in it is marked ``maintenance``.
"""
