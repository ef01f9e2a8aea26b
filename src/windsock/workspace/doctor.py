"""What a workspace is like: settings and where each comes from, versions, stores, room on disk, who owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

State = Literal["ok", "warning", "failed", "info"]


@dataclass(frozen=True)
class Check:
    """One line of `windsock doctor`.

    Attributes:
        group: settings, versions, stores, system.
        name: what was looked at.
        value: what was found; secrets are hidden.
        state: ok, warning, failed, or info where there is nothing to judge.
        source: of a setting: env, file or default.
        fix: what to do when it is not ok.
    """

    group: str
    name: str
    value: str
    state: State = "info"
    source: str = ""
    fix: str = ""


def checks(home: Path) -> list[Check]:
    """Look at everything; never raises."""
    return [Check("system", "workspace", str(home))]
