"""Parquet in: read batch by batch; every type becomes the text that it is written as."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from windsock.kernel.errors import InvalidInput
from windsock.sources.model import CHUNK_ROWS, LINE_COLUMN
from windsock.sources.reading import Chunk, Input, header


class Parquet:
    """A Parquet file with flat columns."""

    endings = (".parquet",)

    def read(self, given: Input) -> Iterator[Chunk]:
        """Yield chunks of rows; see ``reading.Way``. The line of a row is its number."""
        given.hash_whole()
        try:
            with pq.ParquetFile(given.path) as file:
                schema = file.schema_arrow
                names = header(schema.names, given.path.name)
                nested = [field.name for field in schema if pa.types.is_nested(field.type)]
                if nested:
                    raise InvalidInput(f"The column '{nested[0]}' is nested.", where=given.path.name, fix="Flatten it, or leave it out.")
                yield _chunk(schema.empty_table(), names, 1)
                line = 1
                for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                    yield _chunk(pa.Table.from_batches([batch]), names, line)
                    line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InvalidInput("The Parquet file cannot be read.", where=given.path.name, fix=f"Write it again ({str(error)[:200]}).") from error


MEMBER = Parquet()


def _chunk(rows: pa.Table, names: list[str], line: int) -> Chunk:
    arrays = [column if pa.types.is_string(column.type) else column.cast(pa.string()) for column in rows.columns]
    lines = pa.array(range(line, line + rows.num_rows), pa.int64())
    return Chunk(pa.Table.from_arrays([lines, *arrays], names=[LINE_COLUMN, *names]))
