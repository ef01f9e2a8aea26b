"""Sessions: visits as runs of events without a longer pause: how many, how long, where they begin and end, and how many have one event only.

Words: a *session* is a run of a person's events; its *entry* and *exit* are its first and its last event; a *bounce* is a session of one event. The
rule of where a session begins is shared with paths. Invariants: a session belongs to the instant of its first event, whatever period is asked; each
is in one cell of a cut, has one entry and one exit, so that all of them sum to all sessions.
"""
