"""The statements of the inbox's file: blocks, what is in them by source and minute, the keys of the days, and how far it was drained.

The file is a log, not records: it has one writer, is never joined with anything, and its commits are on the way of every request.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

BUSY_S = 10.0
# A checkpoint costs two syncs on the way of some request, so it should be rare; the pages are 4 KB.
_CHECKPOINT_PAGES = 4_000

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    (
        "CREATE TABLE IF NOT EXISTS block (seq INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, first_ms INTEGER NOT NULL, "
        "last_ms INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL, blob BLOB NOT NULL)"
    ),
    "CREATE INDEX IF NOT EXISTS block_of_day ON block (day, seq)",
    (
        "CREATE TABLE IF NOT EXISTS block_count (seq INTEGER NOT NULL, source TEXT NOT NULL, minute_ms INTEGER NOT NULL, "
        "events INTEGER NOT NULL, PRIMARY KEY (seq, source, minute_ms)) WITHOUT ROWID"
    ),
    "CREATE TABLE IF NOT EXISTS day_key (day TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS drained (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL)",
)

NAME = "SELECT value FROM meta WHERE key = 'name'"
SET_NAME = "INSERT OR IGNORE INTO meta (key, value) VALUES ('name', ?)"
DAY_KEY = "SELECT key FROM day_key WHERE day = ?"
ADD_DAY_KEY = "INSERT OR IGNORE INTO day_key (day, key) VALUES (?, ?)"
ADD_BLOCK = "INSERT INTO block (day, first_ms, last_ms, events, bytes, blob) VALUES (?, ?, ?, ?, ?, ?)"
ADD_COUNT = "INSERT INTO block_count (seq, source, minute_ms, events) VALUES (?, ?, ?, ?)"
BLOCKS_AFTER = "SELECT seq, day, events, blob FROM block WHERE seq > ? ORDER BY seq"
COUNTS_OF = "SELECT source, minute_ms, events FROM block_count WHERE seq = ? ORDER BY source, minute_ms"
IN_FLIGHT = "SELECT source, minute_ms, SUM(events) FROM block_count WHERE seq > ? GROUP BY source, minute_ms ORDER BY source, minute_ms LIMIT ?"
RANGE = "SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM block"
BETWEEN = "SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM block WHERE last_ms >= ? AND first_ms < ?"
DRAINED = "SELECT seq FROM drained"
MARK = "INSERT INTO drained (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = MAX(seq, excluded.seq)"
WAITING = "SELECT seq, bytes FROM block WHERE seq > ? ORDER BY seq"
WAITING_EVENTS = (
    "SELECT MAX(EXISTS (SELECT 1 FROM block WHERE seq > ?1), COALESCE(SUM(events), 0)) "
    "FROM (SELECT events FROM block_count WHERE seq > ?1 ORDER BY seq LIMIT 5000)"
)
OLD_DAYS = "SELECT day, MAX(seq) FROM block WHERE day <= ? GROUP BY day ORDER BY day"
OLD_KEYS = "SELECT day FROM day_key WHERE day <= ? AND NOT EXISTS (SELECT 1 FROM block WHERE block.day = day_key.day)"
SOME_OF_DAY = "SELECT seq FROM block WHERE day = ? ORDER BY seq LIMIT 50"
DROP_BLOCK = "DELETE FROM block WHERE seq = ?"
DROP_COUNTS = "DELETE FROM block_count WHERE seq = ?"
DROP_KEY = "DELETE FROM day_key WHERE day = ?"


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open the file, which must be there, so that nothing can be written and nothing is put in order when it is closed.

    Raises:
        sqlite3.Error: the file can't be opened.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None)


def connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    """Open the file, making it (mode 0600) and its tables when they are missing.

    Args:
        path: the file.
        durable: a commit that returned is on disk; else it may be lost with the machine's power, never torn.

    Raises:
        sqlite3.Error: the file can't be opened or written.
    """
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        connection.execute("PRAGMA secure_delete=ON")
        for statement in _SCHEMA:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection
