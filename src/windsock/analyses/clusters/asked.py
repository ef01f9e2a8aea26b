"""Ask clusters for somebody: the figures, the people of a cluster, the proof of one of them, and what is taken home."""

from __future__ import annotations

from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, explained, paged
from windsock.analyses.clusters.ask import ClustersAnswer, ask_clusters, members_behind
from windsock.analyses.clusters.explain import explain_clusters
from windsock.analyses.clusters.model import Clusters
from windsock.analyses.clusters.terminal import clusters_csv, members_csv, members_json
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored

Asked = Asking[Clusters]


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``ask_clusters``.
    """
    answer = _answer(asked)
    rows = [feature.rows for feature in asked.definition.features if feature.rows is not None]
    told = asked.answered(answer.json(), never_stored(asked.workspace.warehouse, rows, asked.definition.asked.who))
    return told | {"notes": [*told["notes"], *answer.notes()]}


def people(asked: Asked, cluster: int | None, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people of a cluster, the most typical first.

    Raises:
        InvalidInput: there is no such cluster.
        TooLarge, QueryTimeout, Busy, Cancelled: as ``ask_clusters``.
    """
    answer = _answer(asked)
    behind = members_behind(answer, cluster, page)
    return members_json(answer, behind, asked.names(one.person for one in behind.rows))


def people_page(asked: Asked, cluster: int | None, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, cluster, page))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``explain_clusters``.
    """
    return explained(explain_clusters(asked.workspace.warehouse, asked.definition, _around(asked), person, cancel=asked.cancel))


def taken(asked: Asked, cluster: int | None, what: str) -> str:
    """Return the figures, or the people of a cluster (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    asked.may_take(what)
    body = clusters_csv(_answer(asked)) if what == "counts" else members_csv(people(asked, cluster, (0, TAKEN_MOST)))
    return asked.taken("clusters", asked.definition.asked.name, what, body)


def _answer(asked: Asked) -> ClustersAnswer:
    return ask_clusters(asked.workspace.warehouse, asked.definition, _around(asked), cancel=asked.cancel)


def _around(asked: Asked) -> MoneyFrame:
    return MoneyFrame(asked.frame, asked.workspace.settings.workspace.currency)
