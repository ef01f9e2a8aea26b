"""Ways in: files and databases as Arrow strings, chunk by chunk, with the line of each row, and the language that says what their columns mean.

Words: a *way* is one format; a *chunk* is at most 50,000 rows; a *rejection* is a row that cannot be read, with its line and the reason; a
*mapping* makes the columns of a file into the fields of a kind of rows, a *form* says which fields a kind has.

Invariants: a file is under its bound before it is read and streams after that; a broken row never takes its neighbours with it; bytes are counted
and hashed as they are read. A way is a member of the family ``sources``: one file here, or an entry point ``windsock.sources``.
"""

from windsock.sources.databases import Ask, Place, Reading, open_query
from windsock.sources.mapping import (
    CURRENCY,
    FileShape,
    Form,
    Plan,
    RowMapping,
    Target,
    columns_of,
    compile_mapping,
    kind_of,
    map_rows,
    read_mapping,
    try_rows,
)
from windsock.sources.mapping import FILE_MAX as MAPPING_MAX
from windsock.sources.model import ENCODINGS, LINE_COLUMN, RAW_COLUMN, Options, Rejection
from windsock.sources.open import FORMATS, open_file
from windsock.sources.reading import Chunk, Input
from windsock.sources.spool import Spooled, check_found, open_spool, options_of, spool_chunks, spool_file

__all__ = [
    "CURRENCY",
    "ENCODINGS",
    "FORMATS",
    "LINE_COLUMN",
    "MAPPING_MAX",
    "RAW_COLUMN",
    "Ask",
    "Chunk",
    "FileShape",
    "Form",
    "Input",
    "Options",
    "Place",
    "Plan",
    "Reading",
    "Rejection",
    "RowMapping",
    "Spooled",
    "Target",
    "check_found",
    "columns_of",
    "compile_mapping",
    "kind_of",
    "map_rows",
    "open_file",
    "open_query",
    "open_spool",
    "options_of",
    "read_mapping",
    "spool_chunks",
    "spool_file",
    "try_rows",
]
