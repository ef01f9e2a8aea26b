"""The command line: one group that finds the rooms' commands, opens the workspace for them, and words what goes wrong.

Invariants: an answer goes to the standard output, everything else to the standard error; exit 0 done, 1 our fault, 2 the user's,
130 interrupted.
"""
