"""Conditions: the one language of who and when, for filters, funnels, segments, triggers and monitors alike.

Words: a *test* is ``field op value`` on a row; a *condition* is about a person: what they did, how often, in which order, what is said of them,
what they ordered, joined by all, any and not; a *span* is a period, absolute or relative to the moment of asking; a *chain* is steps one after
another within a window. Invariants: a condition is data, checked before anything runs and bounded in depth, steps and values; it has one sentence
in each language and one compiled statement, which gives the persons; what a number counts and whom a list shows come from that same statement.
"""

from windsock.conditions.ask import Asked, people_of
from windsock.conditions.chain import Search, Shape, add_chain, add_events, in_time
from windsock.conditions.compile import add_condition, condition_statement
from windsock.conditions.events import Reach, events, is_among, tested
from windsock.conditions.fields import EVENT_FIELDS, LINE_FIELDS, ORDER_FIELDS, event_field, event_text, line_field
from windsock.conditions.frame import frame_of
from windsock.conditions.leaves import add_trait
from windsock.conditions.lines import lines, travelling
from windsock.conditions.named import NamedPort, check_names, named_in, plug_named
from windsock.conditions.plan import Frame, Plan, among_people, known, ours, ours_any, person_sql, with_person
from windsock.conditions.run import run_of
from windsock.conditions.schema import condition_schema, definitions
from windsock.conditions.sentence import sentence, told_field, told_length, told_span, told_tests
from windsock.conditions.why import Judged, judged

__all__ = [
    "EVENT_FIELDS",
    "LINE_FIELDS",
    "ORDER_FIELDS",
    "Asked",
    "Frame",
    "Judged",
    "NamedPort",
    "Plan",
    "Reach",
    "Search",
    "Shape",
    "add_chain",
    "add_condition",
    "add_events",
    "add_trait",
    "among_people",
    "check_names",
    "condition_schema",
    "condition_statement",
    "definitions",
    "event_field",
    "event_text",
    "events",
    "frame_of",
    "in_time",
    "is_among",
    "judged",
    "known",
    "line_field",
    "lines",
    "named_in",
    "ours",
    "ours_any",
    "people_of",
    "person_sql",
    "plug_named",
    "run_of",
    "sentence",
    "tested",
    "told_field",
    "told_length",
    "told_span",
    "told_tests",
    "travelling",
    "with_person",
]
