"""A workspace: one folder that holds a company's settings, records and warehouse, and what the rooms need at hand.

Words: the *owner* is the process that holds the warehouse's file (``serve``, or a command when nothing serves); it listens on
``owner.sock`` for the others. Invariants: the folder is readable by its user only; ``windsock.toml`` is written last, so that a
folder with it is whole.
"""

from windsock.workspace.create import create_workspace, migrate_workspace
from windsock.workspace.doctor import Check, checks
from windsock.workspace.layout import INBOX as INBOX_FILE
from windsock.workspace.layout import RECORDS as RECORDS_FILE
from windsock.workspace.layout import SECRET as SECRET_FILE
from windsock.workspace.layout import SETTINGS as SETTINGS_FILE
from windsock.workspace.layout import WAREHOUSE as WAREHOUSE_FILE
from windsock.workspace.layout import read_settings, records_url
from windsock.workspace.logs import configure_logs
from windsock.workspace.open import Workspace, open_workspace

__all__ = [
    "INBOX_FILE",
    "RECORDS_FILE",
    "SECRET_FILE",
    "SETTINGS_FILE",
    "WAREHOUSE_FILE",
    "Check",
    "Workspace",
    "checks",
    "configure_logs",
    "create_workspace",
    "migrate_workspace",
    "open_workspace",
    "read_settings",
    "records_url",
]
