"""Mapping files of orders: those that come with Windsock, by name, and others by their file."""

from __future__ import annotations

import difflib
from importlib import resources
from pathlib import Path

from windsock import sources
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.orders.targets import FORM
from windsock.sources import MAPPING_MAX, RowMapping


def load_mapping(given: str) -> RowMapping:
    """Return a built-in mapping by its name, or one in a file.

    Raises:
        NotFound: neither.
        InvalidInput: the file is no mapping of orders.
    """
    path = Path(given)
    if path.is_file():
        if path.stat().st_size > MAPPING_MAX:
            raise InvalidInput("The mapping file is too large.", where=path.name, fix=f"Use at most {MAPPING_MAX:,} bytes.")
        try:
            return read_mapping(path.read_text(encoding="utf-8"), path.name)
        except UnicodeDecodeError:
            raise InvalidInput("The mapping file is no UTF-8 text.", where=path.name, fix="Save it as UTF-8.") from None
    known = built_in()
    if given not in known:
        close = difflib.get_close_matches(given, known, n=1)
        raise NotFound(
            f"There is no mapping '{given[:80]}'.",
            where="--mapping",
            fix=f"{'Did you mean' if close else 'Name a YAML file, or one of'}: {', '.join(close or known)}",
        )
    return read_mapping((resources.files("windsock.orders") / "mappings" / f"{given}.yaml").read_text(encoding="utf-8"), f"{given}.yaml")


def built_in() -> list[str]:
    """Return the names of the mappings that come with Windsock."""
    folder = resources.files("windsock.orders") / "mappings"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def read_mapping(text: str, where: str) -> RowMapping:
    """Read a mapping of orders.

    Raises:
        InvalidInput: it is none.
    """
    return sources.read_mapping(text, where, FORM)
