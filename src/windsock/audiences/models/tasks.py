"""The tasks: what can be predicted, of whom, and the baseline that must be beaten."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from windsock.audiences.models.model import Task
from windsock.kernel.errors import NotFound
from windsock.kernel.written import read_yaml


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the titles of tasks and features in both languages."""
    found: Any = read_yaml((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return found


def _task(name: str, baseline: str, **more: Any) -> Task:  # noqa: ANN401 - fields of Task
    title = words()["tasks"][name]
    fields: dict[str, Any] = {"grain": "person", **more}
    return Task(name, title["en"], title["zh"], baseline, **fields)


@cache
def tasks() -> tuple[Task, ...]:
    """Return all of them."""
    return (
        _task("churn", "who ordered longest ago", column="recency", days=90, turned=True),
        _task("next_purchase", "BG/NBD", column="expected", days=30),
        _task("propensity", "who bought the kind last", column="kind_fresh", days=60),
        _task("cancellation", "rate by channel and lead time", grain="booking", by=("channel", "lead")),
    )


def task_of(name: str) -> Task:
    """Return a task.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in tasks() if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no model '{name[:40]}'.", where="model", fix=f"Use one of: {', '.join(one.name for one in tasks())}.")
    return found


def title_of(feature: str) -> dict[str, str]:
    """Return what a feature is called; a column of a file is called as it is."""
    return dict(words()["features"].get(feature, {"en": feature, "zh": feature}))
