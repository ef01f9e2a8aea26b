"""What drives a rate or a mean: a small tree that splits people by what was known of them at the start, honestly.

Words: a *driver* is a field at the start or a trait, in *bins*; a *leaf* holds people alike in the bins that mattered. Invariants: each person is
in one leaf; which splits are made is decided by one half of the people, what the leaves' figures are is told by the other half alone, so that a
split that was chance does not look like a finding; the halves are drawn by a hash of the person; the same question gives the same tree.
"""
