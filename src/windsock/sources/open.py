"""Open a file in the format that is named, or that its name tells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from windsock.kernel import registry
from windsock.kernel.errors import InvalidInput
from windsock.sources.model import Options
from windsock.sources.reading import Chunk, Input, Progress, Way, check_file

FORMATS: tuple[str, ...] = ("csv", "excel", "jsonlines", "parquet")


@cache
def ways() -> dict[str, Way]:
    """Return the ways in by name, built-in and plugged in."""
    import windsock.sources  # noqa: PLC0415 - the package is complete only after this module is

    return registry.members(windsock.sources, "sources")


def open_file(path: Path, options: Options, *, way: str = "", progress: Progress | None = None) -> tuple[Input, Iterator[Chunk]]:
    """Return a file and its chunks, of which the first is empty and tells the columns.

    Args:
        path: the file.
        options: how to read it.
        way: name of the format; "" is told by the file's ending.
        progress: called with (bytes read, bytes of the file).

    Raises:
        InvalidInput: no such format, or no file that this format reads.
        NotFound: there is no such file.
        TooLarge: over the bound.
    """
    check_file(path, options.bytes_max)
    known = ways()
    name = way or _told_by(path, known)
    if name not in known:
        raise InvalidInput(f"There is no format '{name[:40]}'.", where="format", fix=f"Use one of: {', '.join(sorted(known))}.")
    given = Input(path, options, progress)
    return given, known[name].read(given)


def _told_by(path: Path, known: dict[str, Way]) -> str:
    lower = path.name.lower()
    for name, way in known.items():
        if lower.endswith(way.endings):
            return name
    raise InvalidInput(
        f"The ending of '{path.name[:80]}' does not tell its format.", where=str(path), fix=f"Name it in the mapping: {', '.join(sorted(known))}."
    )
