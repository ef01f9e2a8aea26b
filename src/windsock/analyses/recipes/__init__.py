"""Recipes: a team's own sequence of analyses with notes, run on any period.

Words: a *recipe* has a name, a purpose and steps in order; a *step* has a title, a note (what to look for) and an analysis: written out, or saved and
named; to *run* a recipe is to answer its steps one after the other for a period, which takes the place of each step's own. Invariants: a recipe
holds no numbers; it is kept as a definition (versions, differences, roll-back, audit); a step that fails says why and stops no other; a step's
figure is the headline of its analysis, which its page and its tile show too.

There is no job that runs a recipe on the server: a page asks for the steps and then for each headline, one call a step, so that progress is what has
come back, stopping is hanging up, and nothing is kept that a newer question would make stale. The command line goes through the same two calls.
"""
