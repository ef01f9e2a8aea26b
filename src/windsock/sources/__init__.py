"""Ways in: files as Arrow strings, chunk by chunk, with the line of each row; nothing here knows what the columns mean.

Words: a *way* is one format; a *chunk* is at most 50,000 rows; a *rejection* is a row that cannot be read, with its line and the reason.

Invariants: a file is under its bound before it is read and streams after that; a broken row never takes its neighbours with it; bytes are counted
and hashed as they are read. A way is a member of the family ``sources``: one file here, or an entry point ``windsock.sources``.
"""

from windsock.sources.model import ENCODINGS, LINE_COLUMN, RAW_COLUMN, Options, Rejection
from windsock.sources.open import FORMATS, open_file
from windsock.sources.reading import Chunk, Input

__all__ = ["ENCODINGS", "FORMATS", "LINE_COLUMN", "RAW_COLUMN", "Chunk", "Input", "Options", "Rejection", "open_file"]
