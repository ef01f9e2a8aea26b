"""Identity: whose ids are whose.

Words: an *id* is a text of a namespace (anonymous id, member number, e-mail ...); its *did* is a dense number; an *edge* is dated
evidence that two ids are one person; a *person* is what the policy makes of the edges, named by its smallest did (*pid*);
an *alias* says which person a merged id belongs to, since when and until when.

Invariants: ids and edges are only added to; the same edges give the same people in whatever order they came; a rejected edge
gives everything back; an unusable id is nobody, never one shared "null" person.
"""

from windsock.identity.assign import Ids, assign_dids, assign_together, laid_out, texts_of
from windsock.identity.decide import accept_edge, reject_edge
from windsock.identity.explain import Around, evidence_around
from windsock.identity.link import add_edges
from windsock.identity.model import ALSO_CALLED, NAMESPACES, Trait, normalise
from windsock.identity.names import display_names
from windsock.identity.people import KnownId, Person, explain_person, find_id, ids_of, person_of, words
from windsock.identity.rebuild import rebuild_aliases
from windsock.identity.shown import Member, cards, members_of, name_of, parsed, persons_of, rows_of, shown_trait, traits_of
from windsock.identity.traits import add_traits

__all__ = [
    "ALSO_CALLED",
    "NAMESPACES",
    "Around",
    "Ids",
    "KnownId",
    "Member",
    "Person",
    "Trait",
    "accept_edge",
    "add_edges",
    "add_traits",
    "assign_dids",
    "assign_together",
    "cards",
    "display_names",
    "evidence_around",
    "explain_person",
    "find_id",
    "ids_of",
    "laid_out",
    "members_of",
    "name_of",
    "normalise",
    "parsed",
    "person_of",
    "persons_of",
    "rebuild_aliases",
    "reject_edge",
    "rows_of",
    "shown_trait",
    "texts_of",
    "traits_of",
    "words",
]
