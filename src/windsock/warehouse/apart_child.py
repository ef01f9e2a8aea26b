"""The process in which a person's statement runs: an engine of its own in memory, over named files, that can do nothing but answer once.

It is started as a file of its own, so that it imports nothing of the programme. It reads one line of JSON from its input (what to run, over which
files, within which limits), and writes to its output a sign when it begins, the length of a line of JSON in 8 bytes, that line, and the rows as an
Arrow stream. It holds
no secret, may write no file and reads no other; its memory, its processor time and its files are bounded by the system besides the engine. It ends
when its input ends, so that it never outlives who asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

BATCH = 2_048
OPEN_MOST = 2_048
KEPT_OF_MESSAGE = 600
ROOM_BESIDE = 3 << 30
"""Addresses beside the engine's memory: libraries, stacks of threads, what is reserved and never used."""
_OF_THE_STATEMENT = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConversionException,
    duckdb.InvalidInputException,
    duckdb.InvalidTypeException,
    duckdb.NotImplementedException,
    duckdb.OutOfRangeException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.TypeMismatchException,
)


class _Refused(Exception):
    """The engine itself says that this is no single SELECT."""


def main() -> None:
    """Answer the one statement of the input."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_the_asker, daemon=True).start()
    limits = request["limits"]
    _bound(limits)
    try:
        rows, cut = _answer(request, limits)
        head: dict[str, Any] = {"ok": True, "cut": cut}
    except _Refused as error:
        rows, head = None, {"ok": False, "kind": "refused", "text": str(error)}
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        rows, head = None, {"ok": False, "kind": "memory", "text": ""}
    except _OF_THE_STATEMENT as error:
        rows, head = None, {"ok": False, "kind": "statement", "text": str(error)[:KEPT_OF_MESSAGE]}
    except (duckdb.Error, pa.ArrowException) as error:
        # What the engine says of files and settings is nobody's business.
        rows, head = None, {"ok": False, "kind": "engine", "text": type(error).__name__}
    _tell(sys.stdout.buffer, head, rows)


def _leave_with_the_asker() -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stdin.buffer.read()
    os._exit(3)


def _bound(limits: dict[str, Any]) -> None:
    """Have the system hold what the engine promises."""
    seconds = int(limits["seconds"] * limits["threads"]) + 10  # with what loading took
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_MOST),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits["memory_bytes"] + ROOM_BESIDE),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    os.nice(5)  # intake and pages come first


def _answer(request: dict[str, Any], limits: dict[str, Any]) -> tuple[pa.Table, bool]:
    connection = _engine(request, limits)
    sys.stdout.buffer.write(b"!")
    sys.stdout.buffer.flush()
    statements = connection.extract_statements(request["sql"])
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _Refused("The engine takes it for something else than one SELECT.")
    reader = connection.sql(statements[0].query).to_arrow_reader(BATCH)
    batches, cut = _bounded(reader, int(limits["rows"]), int(limits["answer_bytes"]))
    return pa.Table.from_batches(batches, schema=reader.schema), cut


def _bounded(reader: pa.RecordBatchReader, rows_most: int, bytes_most: int) -> tuple[list[pa.RecordBatch], bool]:
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        room = rows_most - rows
        size += batch.nbytes
        if size > bytes_most:
            return batches, True
        batches.append(batch.slice(0, room))
        rows += min(batch.num_rows, room)
        if batch.num_rows > room:
            return batches, True
    return batches, False


def _engine(request: dict[str, Any], limits: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Make an engine that knows the named files and can neither reach anything else nor be told to."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{limits['memory_bytes'] // 1_000_000}MB",
            "threads": limits["threads"],
            "temp_directory": "",
            "max_temp_directory_size": "0KB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "enable_external_file_cache": False,
            "python_enable_replacements": False,
            "max_expression_depth": 250,
        },
    )
    connection.execute("SET TimeZone = $zone", {"zone": request["zone"]})
    files = [path for piece in request["pieces"] for path in piece["files"]]
    connection.execute("SET allowed_paths = $files", {"files": files})
    connection.execute("SET enable_external_access = false")
    for text in _views(request):
        connection.execute(text)
    connection.execute("SET lock_configuration = true")
    return connection


def _views(request: dict[str, Any]) -> Iterator[str]:
    """Yield what makes the views: pieces by their files, then what the asker made of them; texts of the programme."""
    for piece in request["pieces"]:
        files = ", ".join("'" + path.replace("'", "''") + "'" for path in piece["files"])
        yield f'CREATE VIEW "{piece["name"]}" AS SELECT * FROM read_parquet([{files}])'  # noqa: S608 - names and paths of the programme
    for view in request["views"]:
        yield f'CREATE VIEW "{view["name"]}" AS {view["sql"]}'


def _tell(out: BinaryIO, head: dict[str, Any], rows: pa.Table | None) -> None:
    text = json.dumps(head).encode()
    out.write(len(text).to_bytes(8, "big") + text)
    if rows is not None:
        with pa.ipc.new_stream(out, rows.schema) as stream:
            stream.write_table(rows)
    out.flush()
    os._exit(0)  # the engine's threads need no farewell


if __name__ == "__main__":
    main()
