"""The monitors that ship: one YAML each, read once and checked; a definition of the same name takes the place of a shipped one."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.written import read_yaml
from windsock.monitoring.monitors.model import Monitor, monitor_from


@functools.cache
def shipped() -> dict[str, tuple[Monitor, Mapping[str, Any]]]:
    """Return the shipped monitors by name, in order, each with its body as it was written.

    Raises:
        Broken: a file is wrong: ours, found by the tests.
    """
    found: dict[str, tuple[Monitor, Mapping[str, Any]]] = {}
    for file in sorted(resources.files("windsock.monitoring").joinpath("library").iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        body = read_yaml(file.read_text("utf-8"))
        try:
            monitor = monitor_from(body, file.name)
        except InvalidInput as error:
            raise Broken(str(error), where=file.name) from error
        if f"{monitor.name}.yaml" != file.name:
            raise Broken(f"'{monitor.name}' lies in the wrong file.", where=file.name)
        found[monitor.name] = (monitor, body)
    return found
