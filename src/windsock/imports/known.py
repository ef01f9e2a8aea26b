"""The kinds of data that there are, built-in and plugged in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from windsock.imports import kinds as family
from windsock.kernel import registry
from windsock.kernel.errors import NotFound

if TYPE_CHECKING:
    from windsock.imports.kind import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Return the kinds by name, built-in and plugged in."""
    return registry.members(family, "import_kinds")


def kind(name: str) -> Kind:
    """Return a kind.

    Raises:
        NotFound: there is none of that name.
    """
    found = kinds().get(name)
    if found is None:
        raise NotFound(f"There is no kind '{name[:40]}' of data to import.", where="kind", fix=f"Use one of: {', '.join(sorted(kinds()))}.")
    return found
