"""What values of dimensions are called, in both languages: the one list, from which sentences, mails and pages take their words.

Fixed names lie in ``values.yaml`` and in the catalogue's words; sales channels are called as the workspace's own list of them says. A value
without a name is called as the data has it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import resources
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from windsock.catalog import DEFAULT_CHANNELS, WORDS
from windsock.kernel.written import read_yaml
from windsock.metrics.model.calendar import PUBLIC, TITLES
from windsock.metrics.model.definition import Words
from windsock.metrics.queries import channel_names
from windsock.warehouse import Warehouse

if TYPE_CHECKING:
    from windsock.workspace import Workspace

ValueNames = Mapping[str, Mapping[str, Words]]
Namer = Callable[[str, str], Words]
"""From a dimension and a value as text to what it is called."""
_CHANNEL = "sales_channel"

_seen: WeakKeyDictionary[Warehouse, tuple[int, Mapping[str, Words]]] = WeakKeyDictionary()


@functools.cache
def fixed_names() -> ValueNames:
    """Return the names that are the same in every workspace, by dimension and value."""
    given = read_yaml(resources.files("windsock.metrics").joinpath("values.yaml").read_text("utf-8"))
    own = {dimension: {str(value): Words(words["en"], words["zh"]) for value, words in names.items()} for dimension, names in given.items()}
    of_catalogue = {part: {code: Words(words["en"], words["zh"]) for code, words in names.items()} for part, names in WORDS.items()}
    return {
        **own,
        "kind": {**of_catalogue["goods_kinds"], **own["kind"]},
        "channel_group": of_catalogue["channel_groups"],
        "holiday": {code: TITLES[code] for code in PUBLIC},
    }


def value_names(workspace: Workspace) -> ValueNames:
    """Return all names of a workspace, by dimension and value."""
    return {**fixed_names(), _CHANNEL: _channels(workspace.warehouse)}


def namer(workspace: Workspace) -> Namer:
    """Return what names values, for one answer: the list of channels is looked at once, and only when one is asked for."""
    channels = functools.cache(lambda: _channels(workspace.warehouse))

    def name(dimension: str, value: str) -> Words:
        names = channels() if dimension == _CHANNEL else fixed_names().get(dimension, {})
        return names.get(value) or as_it_is(dimension, value)

    return name


def as_it_is(dimension: str, value: str) -> Words:  # noqa: ARG001 - it is a namer too
    """Name a value as the data has it."""
    return Words(value, value)


def _channels(warehouse: Warehouse) -> Mapping[str, Words]:
    version = warehouse.version()
    seen = _seen.get(warehouse)
    if seen is None or seen[0] != version:
        own = {code: own_name(code, en, zh) for code, en, zh in channel_names(warehouse)}
        seen = _seen[warehouse] = (version, {**_default_channels(), **own})
    return seen[1]


@functools.cache
def _default_channels() -> Mapping[str, Words]:
    return {channel.channel: Words(channel.name_en, channel.name_zh) for channel in DEFAULT_CHANNELS}


def own_name(code: str, en: str, zh: str) -> Words:
    """Return the name that a workspace gives a channel; one that a file brought is called by its code until somebody names it, which is none."""
    usual = _default_channels().get(code, Words(en, zh))
    return Words(usual.en if en == code else en, usual.zh if zh == code else zh)
