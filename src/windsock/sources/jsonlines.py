"""JSON lines in, plain or gzip: one object a line; numbers stay the exact text that they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from windsock.kernel.errors import InvalidInput
from windsock.sources.csv import decode, whole_lines
from windsock.sources.model import CHUNK_ROWS, RAW_COLUMN, Rejection
from windsock.sources.reading import Chunk, Input, chunk_of, header

_SAMPLE = 1_000


class JsonLines:
    """One JSON object a line, flat; a nested value is its JSON text."""

    endings = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

    def read(self, given: Input) -> Iterator[Chunk]:
        """Yield chunks of rows; see ``reading.Way``. Columns are those of the first 1,000 objects and those that are asked for."""
        names: list[str] = []
        first = 1
        for block in whole_lines(given):
            lines, bad = decode(block, first, given.options.encoding)
            found, rejections = _objects(first, lines, {rejection.line for rejection in bad})
            if not names:
                keys = dict.fromkeys(key for _, item, _ in found[:_SAMPLE] for key in item) | dict.fromkeys(given.options.columns)
                names = [*header(list(keys), f"{given.path.name}, line {first}"), RAW_COLUMN] if keys and found else []
                if not names:
                    raise InvalidInput("The file holds no JSON object.", where=f"{given.path.name}, line {first}", fix="Write one object a line.")
                yield chunk_of(names, [], [])
            rows = [[*(_text(item.get(name)) for name in names[:-1]), raw] for _, item, raw in found]
            numbers = [line for line, _, _ in found]
            rejections = [*bad, *rejections]
            for start in range(0, max(len(rows), 1), CHUNK_ROWS):
                yield chunk_of(names, rows[start : start + CHUNK_ROWS], numbers[start : start + CHUNK_ROWS], rejections if start == 0 else [])
            first += len(lines)


MEMBER = JsonLines()


def _objects(first: int, lines: list[str], skip: set[int]) -> tuple[list[tuple[int, dict[str, Any], str]], list[Rejection]]:
    found: list[tuple[int, dict[str, Any], str]] = []
    bad: list[Rejection] = []
    for line, text in enumerate(lines, first):
        if line in skip or not text.strip():
            continue
        try:
            item: Any = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            bad.append(Rejection(line, "", f"the line is no JSON: {str(error)[:200]}", "", text.rstrip()))
            continue
        if isinstance(item, dict):
            found.append((line, item, json.dumps(item, sort_keys=True, ensure_ascii=False)))  # pyright: ignore[reportUnknownArgumentType]
        else:
            bad.append(Rejection(line, "", "the line is no JSON object", "", text.rstrip()))
    return found, bad


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
