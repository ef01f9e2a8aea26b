"""Definitions: the one way to version what people define: metrics, plans, conditions, monitors, price rules ...

Words: a *definition* has a kind, a name and numbered versions; a version is a *draft*, on *trial* beside the active one, *active* (in
force) or *retired*. Invariants: a body never changes, only states do; at most one version of a definition is in force; a writer names
the version that they saw, so that nobody overwrites what they have not read; each change is audited and announced in its transaction.
"""

from windsock.definitions.model import Definition, Diff, difference
from windsock.definitions.read import current, diff, drafts, history, list_definitions, newest_version, read, read_many, trials
from windsock.definitions.write import Change, activate, discard, retire, roll_back, save_draft, start_trial

__all__ = [
    "Change",
    "Definition",
    "Diff",
    "activate",
    "current",
    "diff",
    "difference",
    "discard",
    "drafts",
    "history",
    "list_definitions",
    "newest_version",
    "read",
    "read_many",
    "retire",
    "roll_back",
    "save_draft",
    "start_trial",
    "trials",
]
