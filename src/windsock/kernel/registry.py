"""Families (detectors, importers, kinds ...) are found by scanning their folder; built-ins and plugins alike.

A member is a module with a ``MEMBER`` that satisfies the family's protocol; a plugin registers one by the entry-point group
``windsock.<family>``.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import Broken

if TYPE_CHECKING:
    from types import ModuleType


def members(package: ModuleType, family: str) -> dict[str, Any]:
    """Return the members of a family by name.

    Args:
        package: the folder that holds the built-in members, one module each.
        family: the plural word of the family, which is the entry-point group's last part.

    Raises:
        Broken: two members bear one name.
    """
    found: dict[str, Any] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        member = getattr(module, "MEMBER", None)
        if member is not None:
            _add(found, info.name, member)
    for entry in importlib.metadata.entry_points(group=f"windsock.{family}"):
        _add(found, entry.name, entry.load())
    return found


def _add(found: dict[str, Any], name: str, member: object) -> None:
    if name in found:
        raise Broken(f"Two members of one family are called '{name}'.", where=repr(member), fix="Rename the plugin's entry point.")
    found[name] = member
