"""Clusters as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.clusters.ask import ClustersAnswer, MembersOf, shown
from windsock.analyses.clusters.explain import ClustersProof
from windsock.analyses.clusters.named import title
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell


def clusters_tables(answer: ClustersAnswer, language: str) -> Iterator[Table | str]:
    """Yield a table of the clusters, what each feature is in them, and how well they stand apart and hold."""
    days = answer.figures.days
    table = Table(title=f"{answer.clusters.asked.name}: {answer.people:,} people, {days.start} to {days.end}", title_justify="left")
    for column in ("cluster", "name", "people", "of all"):
        table.add_column(column, justify="left" if column == "name" else "right")
    for group in answer.groups:
        table.add_row(str(group.number), group.name.of(language), f"{group.people:,}", f"{100 * group.people / answer.people:.2f} %")
    yield table
    profile = Table(title="median, mean, and difference from all in standard deviations", title_justify="left")
    profile.add_column("feature")
    for column in ("all", *(str(group.number) for group in answer.groups)):
        profile.add_column(column, justify="right")
    for index, feature in enumerate(answer.clusters.features) if answer.people else ():
        all_ = answer.everybody[index]
        cells = [f"{shown(one.median)} / {one.mean:.2f} / {one.difference:+.2f}" for one in (group.profiles[index] for group in answer.groups)]
        of = f", {answer.currency}" if feature.measure == "money" else ""
        profile.add_row(title(feature).of(language) + of, f"{shown(all_.median)} / {all_.mean:.2f}", *cells)
    yield profile
    found = answer.fit
    if found is None:
        yield "Nobody did anything of what is measured."
        return
    if found.silhouettes:
        yield "Silhouettes: " + ", ".join(f"{k} clusters {value:.3f}" for k, value in found.silhouettes) + "."
    if found.by_seed is not None and found.by_half is not None:
        yield f"Other seeds find the same groups to {found.by_seed:.2f}, half of the people to {found.by_half:.2f}; explained {found.explained:.1%}."
    yield from (note["zh" if language == "zh" else "en"] for note in answer.notes())


def clusters_csv(answer: ClustersAnswer) -> str:
    """Return one row for each cluster and feature, and the same of all people."""
    rows: list[list[object]] = []
    for group in answer.groups:
        for feature, one in zip(answer.clusters.features, group.profiles, strict=True):
            figures = shown(one.median), shown(one.mean), shown(one.difference)
            rows.append([group.number, safe_cell(group.name.en), group.people, safe_cell(feature.name), *figures])
    for feature, one in zip(answer.clusters.features, answer.everybody, strict=bool(answer.people)):
        rows.append(["all", "", answer.people, safe_cell(feature.name), shown(one.median), shown(one.mean), "0"])
    return csv_text(["cluster", "name", "people", "feature", "median", "mean", "difference"], rows)


def members_json(answer: ClustersAnswer, behind: MembersOf, names: dict[int, str]) -> dict[str, Any]:
    """Return people with their cluster, their distance to its centre, and their figures in the order of the features."""
    rows = [
        {
            "person": one.person,
            "name": names.get(one.person, ""),
            "cluster": one.cluster,
            "distance": shown(one.distance),
            "values": [shown(value) for value in one.values],
        }
        for one in behind.rows
    ]
    features = [feature.name for feature in answer.clusters.features]
    return {"total": behind.total, "features": features, "people": rows, "next_cursor": behind.next_cursor}


def members_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the people, a column for each feature."""
    rows = [[row["person"], safe_cell(row["name"]), row["cluster"], row["distance"], *row["values"]] for row in told["people"]]
    return csv_text(["person", "name", "cluster", "distance", *(safe_cell(name) for name in told["features"])], rows)


def members_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    table = Table(title=f"{told['total']:,} people", title_justify="left")
    for column in ("person", "name", "cluster", "distance", *told["features"]):
        table.add_column(column)
    for row in told["people"]:
        table.add_row(str(row["person"]), row["name"], str(row["cluster"]), row["distance"], *row["values"])
    return table


def clusters_proof_csv(proof: ClustersProof) -> str:
    """Return one row for each feature, and one for each centre."""
    told = proof.json()
    rows = [["feature", safe_cell(one["name"]), one["value"], one["scaled"]] for one in told["features"]]
    rows += [["distance", one["cluster"], one["distance"], ""] for one in told["distances"]]
    return csv_text(["kind", "name", "value", "scaled"], rows)
