"""Metrics: one definition, one number.

Words: a *metric* is a named formula with unit, direction, owner and one of eight classes; a *fact* is a relation that can be measured; a
*clock* says which date of a row counts. Invariants: a number, its parts and the rows behind it come from the same compiled conditions;
money and ratios are exact decimals; missing is never shown as 0.
"""

from windsock.metrics.answer import Answer, answer
from windsock.metrics.answers import Made, kept_answer, unwatched
from windsock.metrics.bits import set_length
from windsock.metrics.catalogue import Catalogue, catalogue, catalogue_of
from windsock.metrics.compare import COMPARES, Compare, comparison
from windsock.metrics.dimensions import dimension_title
from windsock.metrics.facts import ClockColumn
from windsock.metrics.facts_shape import converted, dated_rate
from windsock.metrics.model.definition import Words
from windsock.metrics.model.predicate import predicate_from_json
from windsock.metrics.query import MetricQuery
from windsock.metrics.reports.picture.course import Day, draw_course
from windsock.metrics.reports.said import figure
from windsock.metrics.series import (
    SeriesAsked,
    SeriesFound,
    Whole,
    combinations,
    complete_until,
    figures,
    series,
    sums_up,
    trailing,
    unit_of,
    whole_of,
)
from windsock.metrics.standup.model import Red
from windsock.metrics.standup.ports import plug_red
from windsock.metrics.targets.look_up import targets_of_day
from windsock.metrics.tile_port import Tile, TileAsked, TilePoint, plug_tiles
from windsock.metrics.time_buckets import bucket_sql, local_day_sql
from windsock.metrics.value_names import namer

__all__ = [
    "COMPARES",
    "Answer",
    "Catalogue",
    "ClockColumn",
    "Compare",
    "Day",
    "Made",
    "MetricQuery",
    "Red",
    "SeriesAsked",
    "SeriesFound",
    "Tile",
    "TileAsked",
    "TilePoint",
    "Whole",
    "Words",
    "answer",
    "bucket_sql",
    "catalogue",
    "catalogue_of",
    "combinations",
    "comparison",
    "complete_until",
    "converted",
    "dated_rate",
    "dimension_title",
    "draw_course",
    "figure",
    "figures",
    "kept_answer",
    "local_day_sql",
    "namer",
    "plug_red",
    "plug_tiles",
    "predicate_from_json",
    "series",
    "set_length",
    "sums_up",
    "targets_of_day",
    "trailing",
    "unit_of",
    "unwatched",
    "whole_of",
]
