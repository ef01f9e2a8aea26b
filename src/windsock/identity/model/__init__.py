"""Rules of who is who: how an id is cleaned, what evidence counts for, which edges a person is made of, which trait counts.

Everything here is a pure rule over small values; the verbs of the room carry them over tables.
"""

from windsock.identity.model.evidence import WHY, Edge, Group, Verdict, counting_from, decided, judge, shared_ids, why_of
from windsock.identity.model.ids import ALSO_CALLED, BLOCKED, ERASED, NAMESPACES, check_namespace, normalise
from windsock.identity.model.policy import (
    ACCEPTED,
    DECISIONS,
    DEFAULT_POLICY,
    KINDS,
    REJECTED,
    UNBOUND,
    Kind,
    Policy,
    as_body,
    as_policy,
    check_kind,
)
from windsock.identity.model.suggestions import Suggestion, SuggestionReason, SuggestionState
from windsock.identity.model.traits import IDENTIFIED, TRAIT_OPS, Said, Trait, fold_traits

__all__ = [
    "ACCEPTED",
    "ALSO_CALLED",
    "BLOCKED",
    "DECISIONS",
    "DEFAULT_POLICY",
    "ERASED",
    "IDENTIFIED",
    "KINDS",
    "NAMESPACES",
    "REJECTED",
    "TRAIT_OPS",
    "UNBOUND",
    "WHY",
    "Edge",
    "Group",
    "Kind",
    "Policy",
    "Said",
    "Suggestion",
    "SuggestionReason",
    "SuggestionState",
    "Trait",
    "Verdict",
    "as_body",
    "as_policy",
    "check_kind",
    "check_namespace",
    "counting_from",
    "decided",
    "fold_traits",
    "judge",
    "normalise",
    "shared_ids",
    "why_of",
]
