"""Asking for somebody: what every analysis does over HTTP, whatever it counts.

Words: an *asking* is a definition that was read, with who asks it, at which moment, and the switch that stops it. Invariants: who may not see people
in full asks by no personal field and sees no value that could name somebody; lists and files of an answer are asked for its own moment, so they
have its numbers; what is taken home stands in the audit trail.
"""
