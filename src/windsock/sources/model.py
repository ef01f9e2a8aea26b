"""What a way in can be told, and what it says about a row that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.kernel.errors import InvalidInput

ENCODINGS: tuple[str, ...] = ("utf-8", "utf-8-sig", "gb18030", "gbk", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "big5")
CHUNK_ROWS = 50_000
COLUMNS_MAX = 2_000
HEADER_MOST = 1_000
LINE_MAX = 16_000_000
RAW_MAX = 2_000
LINE_COLUMN = "__line"
RAW_COLUMN = "__raw"


@dataclass(frozen=True)
class Rejection:
    """A row that was kept apart.

    Attributes:
        line: line of the file, the first is 1.
        column: name of the column, or "" when it is the whole row.
        reason: what is wrong, in one sentence.
        value: the value that is wrong, shortened.
        raw: the row as it stood, shortened.
    """

    line: int
    column: str
    reason: str
    value: str
    raw: str

    def __post_init__(self) -> None:
        """Keep a row that could be megabytes long within bounds."""
        object.__setattr__(self, "value", self.value[:RAW_MAX])
        object.__setattr__(self, "raw", self.raw[:RAW_MAX])


@dataclass(frozen=True)
class Options:
    """How to read a file.

    Attributes:
        encoding: one of ``ENCODINGS``; text formats only.
        delimiter: one character between cells; csv only.
        sheet: name of the sheet, "" is the first; excel only.
        header_line: line of the header; csv and excel only.
        header: a text that marks the header's line, where it is not always the same; it wins over ``header_line``.
        until: a line that begins so ends the table; csv and excel only.
        columns: names that the reader of the rows needs; a JSON-lines file has no header that tells them.
        bytes_max: most bytes of the file, and of what it unpacks to.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header_line: int = 1
    header: str = ""
    until: str = ""
    columns: tuple[str, ...] = ()
    bytes_max: int = 8_000_000_000

    def __post_init__(self) -> None:
        """Refuse what no reader understands."""
        if self.encoding not in ENCODINGS:
            raise InvalidInput(f"The encoding '{self.encoding[:40]}' is not known.", where="encoding", fix=f"Use one of: {', '.join(ENCODINGS)}.")
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise InvalidInput("The delimiter must be one character.", where="delimiter", fix="Use a comma, a semicolon, a tab or a bar.")
        if not 1 <= self.header_line <= HEADER_MOST:
            raise InvalidInput("The header must be one of the first 1,000 lines.", where="header_line", fix="Use 1 for the first line.")
