"""Headlines: an analysis of any kind told in one figure and one sentence, the same for whoever asks.

Words: a *headline* is the figure that an answer comes down to, with its name, its unit, a sentence, and its course where the answer has buckets.
Invariants: it is read off the very answer that the analysis' own page shows, masked for the same actor, so that a tile, a step of a recipe, a monitor
and a segment that name the same definition have one number; nothing that is blank in the answer becomes 0. Rooms above ask ``headline`` of the
face of analyses and nothing else of this folder.
"""
