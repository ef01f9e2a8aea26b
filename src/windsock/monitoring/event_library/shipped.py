"""The known events that ship: one YAML file each, read once."""

from __future__ import annotations

import functools
from importlib import resources

from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.written import read_yaml
from windsock.monitoring.event_library.model import KnownEvent
from windsock.monitoring.event_library.read import read_event


@functools.cache
def shipped() -> dict[str, KnownEvent]:
    """Return the shipped entries by name.

    Raises:
        Broken: a file is wrong: ours, found by the tests.
    """
    found: dict[str, KnownEvent] = {}
    for file in resources.files("windsock.monitoring.event_library").joinpath("library").iterdir():
        if file.name.endswith(".yaml"):
            try:
                event = read_event(read_yaml(file.read_text("utf-8")))
            except InvalidInput as error:
                raise Broken(str(error), where=file.name) from error
            found[event.name] = event
    return dict(sorted(found.items()))
