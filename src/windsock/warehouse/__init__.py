"""The warehouse: columnar facts, and the only place that knows the analytic engine.

Words: a *statement* is a SQLGlot tree with named placeholders, or the text of a constant one (``statement``), which is read
at its first use; a *transaction* is one writer, all or nothing; the *owner* is the one process that
has the file open, every other process asks it over a socket in the workspace folder; a *part* is a file of rows that came in bulk,
read with the table's own until it is moved into it (``parts``); what a person writes themselves runs *apart*, in a process that knows
nothing but the files it is given (``apart``); a *run* follows a chain of steps over the keys of events, beside the engine (``runs``).

Invariants: one writer at a time; a query has a time limit, a memory cap and a bound on its rows, and one over small tables does not wait
behind long ones (``places``); rows go in as Arrow, never as text; a reader never sees half a transaction.
"""

from windsock.warehouse import schema
from windsock.warehouse.apart import Limits, Piece, Told, View, run_apart
from windsock.warehouse.changes import Changes
from windsock.warehouse.checksum import checksum, checksum_of
from windsock.warehouse.elsewhere import Moment, Moved, move_elsewhere, open_elsewhere
from windsock.warehouse.engine import LocalWarehouse, open_local
from windsock.warehouse.face import Cancel, Snapshot, Transaction, Value, Warehouse
from windsock.warehouse.gone import until_gone
from windsock.warehouse.predicate import Params, condition
from windsock.warehouse.runs import DAY_MS, DAYS_MOST, Asked, Count, Cut, Hops, Kind, Run
from windsock.warehouse.scratch import Scratch, transform
from windsock.warehouse.socket_client import SocketWarehouse, connect_socket
from windsock.warehouse.socket_server import SocketServer, serve_socket
from windsock.warehouse.statement import Statement, printed, statement

__all__ = [
    "DAYS_MOST",
    "DAY_MS",
    "Asked",
    "Cancel",
    "Changes",
    "Count",
    "Cut",
    "Hops",
    "Kind",
    "Limits",
    "LocalWarehouse",
    "Moment",
    "Moved",
    "Params",
    "Piece",
    "Run",
    "Scratch",
    "Snapshot",
    "SocketServer",
    "SocketWarehouse",
    "Statement",
    "Told",
    "Transaction",
    "Value",
    "View",
    "Warehouse",
    "checksum",
    "checksum_of",
    "condition",
    "connect_socket",
    "move_elsewhere",
    "open_elsewhere",
    "open_local",
    "printed",
    "run_apart",
    "schema",
    "serve_socket",
    "statement",
    "transform",
    "until_gone",
]
