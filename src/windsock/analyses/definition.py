"""Read a definition from a file: YAML or JSON, bounded, refused with its line where it is neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.written import read_yaml

BYTES_MOST = 1_000_000


def load(path: Path | None) -> Any:  # noqa: ANN401 - whatever is written, which the reader of a definition judges
    """Return what a file says.

    Raises:
        InvalidInput: none is named, it can't be read, or is neither YAML nor JSON.
        TooLarge: more than a million bytes.
    """
    if path is None:
        raise InvalidInput("No definition is named.", where="DEFINITION", fix="Name a file of YAML or JSON.")
    try:
        size = path.stat().st_size
        if size > BYTES_MOST:
            raise TooLarge(f"A definition of {size:,} bytes.", where=str(path), fix=f"Write {BYTES_MOST:,} at most.")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("The definition can't be read as text.", where=str(path), fix="Name a file of YAML or JSON in UTF-8.") from error
    try:
        return read_yaml(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        where = str(path) if place is None else f"{path}, line {place.line + 1}"
        raise InvalidInput("The definition is neither YAML nor JSON.", where=where, fix="See docs/guide/funnels.md for an example.") from error
