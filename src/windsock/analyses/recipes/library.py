"""The recipes that ship: one YAML file each, read once; the tests run them on the demo company."""

from __future__ import annotations

import functools
from importlib import resources

from windsock.analyses.recipes.model import Recipe, read_recipe
from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.written import read_yaml


@functools.cache
def shipped() -> dict[str, Recipe]:
    """Return the shipped recipes by name.

    Raises:
        Broken: a file is wrong: ours, found by the tests.
    """
    found: dict[str, Recipe] = {}
    for file in resources.files("windsock.analyses.recipes").joinpath("library").iterdir():
        if file.name.endswith(".yaml"):
            try:
                recipe = read_recipe(read_yaml(file.read_text("utf-8")))
            except InvalidInput as error:
                raise Broken(str(error), where=file.name) from error
            found[recipe.name] = recipe
    return dict(sorted(found.items()))
