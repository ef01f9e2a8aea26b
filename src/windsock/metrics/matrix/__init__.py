"""The matrix of operation modules and goals: what moves what, how much, at which effort; judged by people, then measured.

Words: a *module* is a part of the operation of people, goods or place; a *goal* is a factor of the revenue tree; a *cell* is somebody's
judgement, an *effect* a measured one. Invariants: an effect never overwrites a judgement, both are shown; an effect from one source is
kept once; a writer names the version of the cell that they saw.
"""
