"""What the HTTP doors of imports take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2_000)]
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SourceName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,80}$")]
MappingName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_.-]{0,79})?$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileBody(_Given):
    """How the file is written; what is left out is told by the file itself."""

    format: Annotated[str, StringConstraints(max_length=40)] = ""
    encoding: Annotated[str, StringConstraints(max_length=40)] = ""
    delimiter: Annotated[str, StringConstraints(max_length=1)] = ""
    sheet: Short = ""
    header_line: Annotated[int, Field(ge=0, le=1_000)] = 0


class ReadBody(_Given):
    """How the file writes values; what is left out is the usual way."""

    nulls: Annotated[list[Short], Field(max_length=100)] | None = None
    dates: Annotated[list[Short], Field(max_length=30)] | None = None
    datetimes: Annotated[list[Short], Field(max_length=30)] | None = None
    decimal: Annotated[str, StringConstraints(max_length=1)] | None = None
    thousands: Annotated[str, StringConstraints(max_length=1)] | None = None
    zone: Short | None = None


class MappingBody(_Given):
    """How columns become fields.

    Either ``use`` names a built-in or saved mapping and the rest is empty, or ``columns`` says which column is which field, ``constants``
    gives a field one text for all rows, and ``expressions`` calculates a field from columns. ``types`` overrides the type a column is read as.
    """

    use: MappingName = ""
    columns: Annotated[dict[Short, Short], Field(max_length=2_000)] = {}
    constants: Annotated[dict[Short, Text], Field(max_length=200)] = {}
    expressions: Annotated[dict[Short, Text], Field(max_length=200)] = {}
    types: Annotated[dict[Short, Short], Field(max_length=2_000)] = {}
    read: ReadBody = ReadBody()
    file: FileBody = FileBody()


class UploadRequest(_Given):
    """The name and the whole size, in bytes, of a file that will come in chunks."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=1, le=1 << 53)]


class UploadAnswer(BaseModel):
    """A file that comes or came: ``received`` bytes of ``size``; send the next chunk, of at most ``chunk`` bytes, at offset ``received``.

    ``job`` and ``report`` belong to the last dry run or import of this file.
    """

    id: str
    name: str
    size: int
    received: int
    chunk: int
    whole: bool
    created: str
    expires: str
    job: str | None
    report: dict[str, Any] | None


class ReceivedAnswer(BaseModel):
    """How many bytes are there; the next chunk begins there."""

    received: int


class SniffRequest(_Given):
    """What is known already: the kind of data, or how the file is written."""

    kind: KindName | None = None
    file: FileBody = FileBody()


class ColumnAnswer(BaseModel):
    """A column: first values, what they look like, and the sort of personal data that it holds."""

    name: str
    samples: list[str]
    looks_like: str
    pii: str | None


class KindScore(BaseModel):
    """How well a kind fits, 0 to 1."""

    kind: str
    score: float


class FieldAnswer(BaseModel):
    """A field of a kind; ``types`` are those of the columns that may fill it, ``words`` the only values it takes when there are any."""

    field: str
    title_zh: str
    title_en: str
    required: bool
    types: list[str]
    words: list[str]


class KindAnswer(BaseModel):
    """A kind of data that can be brought in."""

    kind: str
    title_zh: str
    title_en: str
    fields: list[FieldAnswer]


class KindsAnswer(BaseModel):
    """All kinds."""

    items: list[KindAnswer]


class SniffAnswer(BaseModel):
    """What a file seems to be: how it is written, its columns, the kinds it may hold, and a first mapping for the likeliest."""

    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: list[str]
    header_line: int
    rows_about: int
    columns: list[ColumnAnswer]
    kinds: list[KindScore]
    kind: str
    mapping: MappingBody
    fields: list[FieldAnswer]


class PreviewRequest(_Given):
    """A kind and a mapping to try."""

    kind: KindName
    mapping: MappingBody


class CellError(BaseModel):
    """What is wrong: the column of the file (or the field), the value, and why in both languages."""

    column: str
    value: str
    reason_zh: str
    reason_en: str


class PreviewRow(BaseModel):
    """A row: its line, its cells in the order of ``columns``, what it becomes, and what is wrong with it."""

    line: int
    cells: list[str | None]
    mapped: dict[str, Any]
    errors: list[CellError]


class PreviewAnswer(BaseModel):
    """The first 100 rows as they would come in."""

    columns: list[str]
    rows: list[PreviewRow]
    good: int
    bad: int


class CommitRequest(_Given):
    """What to bring in: ``save_as`` keeps the mapping under a name, ``replaces`` is the batch whose place the file takes."""

    kind: KindName
    mapping: MappingBody
    source: SourceName = ""
    save_as: MappingName = ""
    replaces: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{0,80}$")] = ""


class AskedAnswer(BaseModel):
    """The job that does it; the upload shows its report when it is done."""

    job: str


class BatchAnswer(BaseModel):
    """One file (or one turn of a feed) that was brought in."""

    batch_id: str
    kind: str
    source: str
    file_name: str
    mapping: str
    state: Literal["loaded", "undone", "replaced"]
    rows_read: int
    rows_added: int
    rows_known: int
    rows_rejected: int
    rows_repeated: int
    replaces: str | None
    started: str
    finished: str
    actor: str
    undoable: bool


class BatchesAnswer(BaseModel):
    """A page of batches, the newest first."""

    items: list[BatchAnswer]
    next: str | None


class BatchDetail(BaseModel):
    """A batch with its doubts by rule."""

    batch: BatchAnswer
    flags: dict[str, int]


class RejectionAnswer(BaseModel):
    """A row that was kept apart; value and raw text only for who may see people."""

    line: int
    column: str
    reason_zh: str
    reason_en: str
    value: str | None
    raw: str | None


class RejectionsAnswer(BaseModel):
    """A page of rejected rows in the order of the file."""

    items: list[RejectionAnswer]
    next: str | None


class UndoAnswer(BaseModel):
    """What an undo did: rows (of orders: orders) taken back, put back as they were before, and left because something newer changed them."""

    batch_id: str
    taken_back: int
    restored: int
    left: int


class MappingItem(BaseModel):
    """A mapping that can be used by name."""

    name: str
    kind: str
    title_zh: str
    title_en: str
    built_in: bool
    version: int | None
    changed: str | None


class MappingsAnswer(BaseModel):
    """Built-in and saved mappings."""

    items: list[MappingItem]


class MappingRequest(_Given):
    """A mapping to keep under a name: as the wizard makes it, or the text of a mapping file."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
    kind: KindName = "orders"
    mapping: MappingBody | None = None
    yaml: Annotated[str, StringConstraints(max_length=250_000)] | None = None
    reason: Reason


class SavedAnswer(BaseModel):
    """The version that it is now."""

    name: str
    version: int


class ConnectionRequest(_Given):
    """A database to read from. ``password`` is sealed and never shown again; for files ``database`` is the path."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    kind: Literal["postgres", "mysql", "sqlite", "duckdb"]
    host: Short = ""
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    database: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    user: Short = ""
    password: Annotated[str, StringConstraints(max_length=500)] = ""


class ConnectionItem(BaseModel):
    """A database, without its password."""

    name: str
    kind: str
    host: str
    port: int
    database: str
    user: str
    created: str
    created_by: str


class ConnectionsAnswer(BaseModel):
    """All databases."""

    items: list[ConnectionItem]


class QueryBody(_Given):
    """What to read: a table or one SELECT; with ``cursor_column`` only rows that came since, minus ``overlap`` (seconds or units)."""

    connection: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    table: Short = ""
    select: Annotated[str, StringConstraints(max_length=20_000)] = ""
    cursor_column: Short = ""
    overlap: Annotated[int, Field(ge=0, le=100_000_000)] = 0


class ConnectionPreview(BaseModel):
    """The first rows of a query, and a mapping for them."""

    columns: list[ColumnAnswer]
    kinds: list[KindScore]
    kind: str
    mapping: MappingBody
    fields: list[FieldAnswer]


class ScheduleRequest(_Given):
    """An import that comes again: from a database (``query``), or each file that is put into its watch folder (no ``query``).

    One of ``at_local`` (HH:MM) and ``every_minutes`` for a database; a watch folder is looked at every minute.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    kind: KindName
    source: SourceName = ""
    mapping: MappingBody
    query: QueryBody | None = None
    at_local: Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    every_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    enabled: bool = True
    reason: Reason


class ScheduleItem(BaseModel):
    """An import that comes again, with its last turn."""

    name: str
    kind: str
    source: str
    connection: str | None
    folder: str | None
    at_local: str
    every_minutes: int
    enabled: bool
    cursor: str | None
    last_batch: str | None
    last_run: str | None
    last_note: str
    version: int


class SchedulesAnswer(BaseModel):
    """All imports that come again."""

    items: list[ScheduleItem]
