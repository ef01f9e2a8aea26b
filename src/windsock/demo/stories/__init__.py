"""The stories that can be planted, one file each; a module with a ``MEMBER`` (a class of ``Story``) is one."""

from __future__ import annotations

from collections.abc import Callable

from windsock.demo import stories
from windsock.demo.demand.story import Setting, Story
from windsock.kernel.errors import InvalidInput
from windsock.kernel.registry import members


def story_names() -> tuple[str, ...]:
    """Return the names of all stories, sorted."""
    return tuple(sorted(members(stories, "stories")))


def chosen(names: tuple[str, ...] | None) -> Callable[[Setting], list[Story]]:
    """Return what makes the named stories (all when None) in a setting.

    Raises:
        InvalidInput: there is no story of a name.
    """
    known = members(stories, "stories")
    for name in names or ():
        if name not in known:
            raise InvalidInput(f"There is no story '{name[:40]}'.", where="--story", fix=f"Choose among {', '.join(sorted(known))}.")
    wanted = sorted(known if names is None else set(names))
    return lambda setting: [known[name](setting) for name in wanted]
