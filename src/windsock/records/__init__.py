"""Operational rows: the SQLAlchemy base, sessions, paging and migrations, on SQLite or PostgreSQL.

Words: *records* are rows that people and jobs change one by one (members, jobs, definitions); *facts* live in the warehouse.
Invariants: every write runs in one transaction that holds the write lock from its start (SQLite) or row locks (PostgreSQL); a read
session cannot write; a commit that returned is on disk.
"""

from windsock.records import migrate
from windsock.records.base import COUNTED, Base
from windsock.records.copy import check_sqlite, copy_sqlite
from windsock.records.dump import checksum_of_lines, dump, load
from windsock.records.engine import Records, Session, open_records
from windsock.records.insert import insert_missing
from windsock.records.paging import Page, decode, encode, take

__all__ = [
    "COUNTED",
    "Base",
    "Page",
    "Records",
    "Session",
    "check_sqlite",
    "checksum_of_lines",
    "copy_sqlite",
    "decode",
    "dump",
    "encode",
    "insert_missing",
    "load",
    "migrate",
    "open_records",
    "take",
]
