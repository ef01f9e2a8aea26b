"""The dashboards that ship: one YAML file each, read once, checked against the metric library by the tests."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any, cast

from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.written import read_yaml
from windsock.metrics.dashboards.model import THEMES, Dashboard, dashboard_from


@functools.cache
def shipped() -> dict[str, Dashboard]:
    """Return the shipped dashboards by id, in the order of their themes.

    Raises:
        Broken: a file is wrong: ours, found by the tests.
    """
    found: dict[str, Dashboard] = {}
    for file in resources.files("windsock.metrics.dashboards").joinpath("library").iterdir():
        if file.name.endswith(".yaml"):
            given: Any = read_yaml(file.read_text("utf-8"))
            try:
                found[file.name.removesuffix(".yaml")] = dashboard_from(cast("dict[str, Any]", given), file.name)
            except InvalidInput as error:
                raise Broken(str(error), where=file.name) from error
    return dict(sorted(found.items(), key=lambda entry: THEMES.index(entry[1].theme)))
