"""Imports: every kind of data out of files and databases, through one door: upload, guess, preview, dry run, commit, undo, replace.

Words: a *kind* is what rows become (orders, events, people, goods, stock, prices, costs, market figures, statements of payments); a *mapping* says
how columns become the fields of a kind; a *batch* is what one file, or one turn of a *feed*, brought; a feed is an import that comes again, from a
database or a watch folder.

Invariants: a batch is visible as a whole or not at all; the same again changes nothing; a row without an id is known by its source, content and
occurrence; an undone batch leaves what it found, but for what something newer changed since; bad rows are kept apart with line, column and reason.
"""

from windsock.imports.model import BatchReport
from windsock.imports.run import ImportJob, run_import

__all__ = ["BatchReport", "ImportJob", "run_import"]
