"""Find the pairs of records that are probably one person.

The model is that of Fellegi and Sunter (1969): for each level of agreement of each field, m is its share among pairs of one person and u its
share among pairs of strangers; the weights log2(m/u) add up to a pair's odds. u comes from random pairs, m from expectation
maximisation in several blocks, the prior from how often sure agreement occurs. Splink computes it on an engine of its own, in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.matching import comparisons as steps
from windsock.identity.matching.model import Pair, Reason, through
from windsock.kernel.errors import InvalidInput, TooLarge

ALL_PAIRS_UP_TO = 2_000
PAIRS_MOST = 300_000_000
BLOCK_PAIRS_EACH = 200
RECORDS_LEAST = 20
KEPT_FROM = 0.01
RECALL_OF_SURE = 0.7
SEED = 1
_MISSING = "Matching needs the extra 'match'."


@dataclass(frozen=True)
class Match:
    """What was found.

    Attributes:
        pairs: by ids, each at least as probable as asked.
        fields: the fields that were compared.
        compared: how many pairs were compared at most.
        left_out: blocks that would have compared too many.
    """

    pairs: tuple[Pair, ...]
    fields: tuple[str, ...]
    compared: int
    left_out: tuple[str, ...]


def match_records(tables: Sequence[pa.Table], *, least: float = 0.5) -> Match:
    """Compare the records of one table with each other, or of two tables across.

    Args:
        tables: one or two, of ``records.prepared``.
        least: probability from which a pair is returned, 0.01..1.

    Raises:
        InvalidInput: Splink is not installed, too few records, or a threshold out of bounds.
        TooLarge: more pairs would have to be compared than is sensible.
    """
    if not KEPT_FROM <= least <= 1:
        raise InvalidInput(f"The threshold {least} is out of bounds.", where="threshold", fix="Give a probability from 0.01 to 1.")
    count = sum(table.num_rows for table in tables)
    if count < RECORDS_LEAST:
        raise InvalidInput(f"{count} records are too few to learn from.", where="records", fix=f"Give at least {RECORDS_LEAST}.")
    shared = [name for name in tables[0].column_names if all(name in table.column_names for table in tables)]
    tables = [table.select(shared) for table in tables]
    rules, compared, left_out = _blocks(tables, shared)
    fields = [name for name in shared if name not in steps.DERIVED and name != "unique_id"]
    linker, levels = _linker(tables, fields, rules)
    _train(linker, tables)
    found: pa.Table = linker.inference.predict(threshold_match_probability=KEPT_FROM).as_pyarrow_table()
    pairs = _pairs(found, levels, two=len(tables) == 2)
    whole = through(pairs) if len(tables) == 1 else pairs
    return Match(tuple(pair for pair in whole if pair.probability >= least), tuple(fields), compared, left_out)


def _splink(part: str = "splink") -> Any:  # noqa: ANN401 - its types are partly unknown
    try:
        return import_module(part)
    except ImportError:
        raise InvalidInput(_MISSING, where="splink", fix="pip install 'windsock[match]'") from None


def _blocks(tables: Sequence[pa.Table], columns: Sequence[str]) -> tuple[list[Any], int, tuple[str, ...]]:
    """Return the rules of who is compared with whom, how many pairs they make at most, and which were left out as too wide."""
    block_on = _splink().block_on
    count = sum(table.num_rows for table in tables)
    if count <= ALL_PAIRS_UP_TO:
        return ["1=1"], count * (count - 1) // 2, ()
    rules: list[Any] = []
    wide: list[str] = []
    total = 0
    for block in steps.BLOCKS:
        if set(block) <= set(columns):
            size = _size(tables, block)
            if size > count * BLOCK_PAIRS_EACH:
                wide.append("+".join(block))
                continue
            total += size
            rules.append(block_on(*block))
    if {"given", "family"} <= set(columns):
        rules += steps.CROSSED
    if not rules or total > PAIRS_MOST:
        raise TooLarge(f"{total:,} pairs would have to be compared.", where="records", fix="Match fewer records, or columns that tell more apart.")
    return rules, total, tuple(wide)


def _size(tables: Sequence[pa.Table], block: Sequence[str]) -> int:
    """Return how many pairs agree in the columns of a block, at most."""
    whole = pa.concat_tables([table.select(list(block)) for table in tables]).drop_null()
    if not whole.num_rows:
        return 0
    counts = whole.group_by(list(block)).aggregate([([], "count_all")]).column("count_all").cast(pa.int64())
    return int(pc.sum(pc.divide(pc.multiply(counts, pc.subtract(counts, 1)), 2)).as_py())


def _linker(tables: Sequence[pa.Table], fields: Sequence[str], rules: list[Any]) -> tuple[Any, Mapping[str, tuple[str, ...]]]:
    splink = _splink()
    made, levels = steps.comparisons(fields)
    api = splink.DuckDBAPI()
    known = [api.register(table, dataset_display_name=name) for table, name in zip(tables, ("a", "b"), strict=False)]
    settings = splink.SettingsCreator(
        link_type="link_only" if len(tables) == 2 else "dedupe_only",
        comparisons=made,
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        max_iterations=100,
        em_convergence=1e-5,
    )
    return splink.Linker(known, settings, log_level=logging.ERROR), levels


def _train(linker: Any, tables: Sequence[pa.Table]) -> None:  # noqa: ANN401 - Splink's own type
    """Find the prior, u and m.

    Only blocks in which pairs agree are tried: one without any makes Splink 5.0 forget the comparisons of its columns for good.
    """
    splink = _splink()
    blocks = {block: splink.block_on(*block) for block in {*steps.SURE, *steps.TRAIN} if _agree(tables, block)}
    sure = [blocks[block] for block in steps.SURE if block in blocks]
    if sure:
        linker.training.estimate_probability_two_random_records_match(sure, recall=RECALL_OF_SURE)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=SEED)
    for block in steps.TRAIN:
        if block in blocks:
            linker.training.estimate_parameters_using_expectation_maximisation(blocks[block])


def _agree(tables: Sequence[pa.Table], block: Sequence[str]) -> bool:
    """Say whether any two records that are compared agree in the columns of a block."""
    names = list(block)
    if not set(names) <= set(tables[0].column_names):
        return False
    if len(tables) == 1:
        return _size(tables, block) > 0
    left, right = (table.select(names).drop_null().group_by(names).aggregate([]) for table in tables)
    return left.join(right, names, join_type="inner").num_rows > 0


def _pairs(found: pa.Table, levels: Mapping[str, tuple[str, ...]], *, two: bool) -> list[Pair]:
    """Return Splink's rows as pairs, ids in order (of one table) or first table first."""
    pairs: list[Pair] = []
    # A field of which no block taught anything takes no part in the weights, and has no columns.
    levels = {name: ladder for name, ladder in levels.items() if f"gamma_{name}" in found.column_names}
    for row in found.to_pylist():
        a, b = str(row["unique_id_l"]), str(row["unique_id_r"])
        if (two and row["source_dataset_l"] > row["source_dataset_r"]) or (not two and a > b):
            a, b = b, a
        reasons = tuple(
            Reason(name, ladder[len(ladder) - 1 - int(row[f"gamma_{name}"])], round(_weight(row, name), 3))
            for name, ladder in levels.items()
            if row[f"gamma_{name}"] >= 0
        )
        pairs.append(Pair(a, b, float(row["match_probability"]), "", reasons))
    return sorted(pairs, key=lambda pair: (pair.a, pair.b))


def _weight(row: Mapping[str, Any], name: str) -> float:
    return float(row.get(f"mw_{name}") or 0.0) + float(row.get(f"mw_tf_adj_{name}") or 0.0)
