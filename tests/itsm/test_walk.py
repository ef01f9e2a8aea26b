"""Random walks of incidents against a plain dictionary: whatever is tried, in whatever order, the invariants hold and the states agree."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.itsm.make import ANNA, kept, opening
from windsock.governance import SYSTEM
from windsock.itsm import actions, store
from windsock.itsm.begin import open_incident
from windsock.itsm.relate import merge
from windsock.itsm.step import Wish, move
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import UserError
from windsock.workspace import open_workspace

DAY = 86_400_000
ACTIVE = {"new", "triage", "mitigating", "monitoring"}
NEXT = {
    "see": ({"new"}, "triage"),
    "work": ({"new", "triage", "monitoring"}, "mitigating"),
    "watch": ({"new", "triage", "mitigating"}, "monitoring"),
    "resolve": (ACTIVE, "resolved"),
}
_EVENTS = st.sampled_from([*NEXT, "close", "close", "reopen", "wait", "resume", "resolve"])
_PLACE = st.integers(0, 5)
_STEP = st.one_of(
    st.tuples(st.just("open"), st.sampled_from("ab"), st.just(0)),
    st.tuples(st.just("move"), _EVENTS, _PLACE),
    st.tuples(st.just("act"), st.just(""), _PLACE),
    st.tuples(st.just("settle"), st.just(""), st.just(0)),
    st.tuples(st.just("merge"), st.integers(0, 5).map(str), _PLACE),
    st.tuples(st.just("days"), st.just(""), st.integers(1, 8)),
)


class Plain:
    """What should be: each incident a dictionary, in the order of opening."""

    def __init__(self):
        self.all: list[dict] = []
        self.day, self.runs = 0, []

    def open(self, cause):
        mine = [one for one in self.all if one["cause"] == cause]
        found = next((one for one in mine if one["state"] not in ("closed", "merged")), mine[-1] if mine else None)
        while found is not None and found["into"] is not None:
            found = self.all[found["into"]]
        if found is None or (found["state"] == "closed" and self.day - found["closed"] > 7):
            self.all.append({"cause": cause, "state": "new", "into": None, "closed": 0, "waits": False, "runs": 0})
        elif found["state"] in ("resolved", "closed"):
            found["state"] = "new"
        return True

    def move(self, event, one):  # noqa: PLR0911 - one for each rule
        state = one["state"]
        if event in ("wait", "resume"):
            if state not in ACTIVE or one["waits"] == (event == "wait"):
                return False
            one["waits"] = event == "wait"
            return True
        if event in NEXT and state in NEXT[event][0]:
            one["state"], one["waits"] = NEXT[event][1], False
            return True
        if event == "close" and state == "resolved" and one["runs"] == 0:
            one["state"], one["closed"] = "closed", self.day
            return True
        if event == "reopen" and (state == "resolved" or (state == "closed" and self.day - one["closed"] <= 7)):
            twin = [other for other in self.all if other is not one and other["cause"] == one["cause"] and other["state"] not in ("closed", "merged")]
            if twin:
                return False
            one["state"] = "new"
            return True
        return False

    def merge(self, one, other):
        if one is other or other["state"] in ("closed", "merged") or one["state"] not in ACTIVE | {"resolved"} or one["runs"]:
            return False
        one |= {"state": "merged", "into": self.all.index(other), "waits": False}
        return True


def _try(work):
    try:
        return bool(work())
    except UserError:
        return False


def _step(space, clock, plain, ids, step):
    what, word, place = step
    if what == "days":
        clock.advance(days=place)
        plain.day += place
    elif what == "open":
        found = open_incident(space, SYSTEM, opening(word)).record
        plain.open(word)
        if found.id not in ids:
            ids.append(found.id)
    elif what == "settle" and plain.runs:
        run, one = plain.runs.pop()
        one["runs"] -= 1
        actions.settle(space, ANNA, run, "verified")
    elif ids and what in ("move", "act", "merge"):
        at = place % len(ids)
        one = plain.all[at]
        if what == "move":
            assert _try(lambda: move(space, ANNA, ids[at], Wish(word, "why"))) == plain.move(word, one), (word, one)
        elif what == "merge":
            to = int(word) % len(ids)
            assert _try(lambda: merge(space, ANNA, ids[at], ids[to], "same")) == plain.merge(one, plain.all[to]), (one, to)
        else:
            run = f"run_{space.ids.new('r')}"
            with contextlib.suppress(UserError), space.records.write() as session:
                assert actions.note_action(space, session, SYSTEM, ids[at], run, "x") == (one["state"] not in ("closed", "merged"))
                one["runs"] += 1
                plain.runs.append((run, one))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(steps=st.lists(_STEP, min_size=5, max_size=30))
def test_no_walk_breaks_an_invariant(steps, _template):  # noqa: PT019 - its folder is copied for each walk
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home, clock, plain, ids = shutil.copytree(_template, Path(folder) / "home"), FixedClock(1_767_225_600_000), Plain(), []
        with open_workspace(home, own=True, clock=clock) as space:
            for step in steps:
                _step(space, clock, plain, ids, step)
            with space.records.read() as session:
                found = [kept(session, one) for one in ids]
                moves = {one: store.moves(session, one) for one in ids}
        assert [one.state for one in found] == [one["state"] for one in plain.all]
        assert [(bool(one.waiting), one.unverified) for one in found] == [(one["waits"], one["runs"]) for one in plain.all]
        living = [one.cause for one in found if one.state not in ("closed", "merged")]
        assert len(living) == len(set(living)), "one open incident of a cause"
        for record in found:
            states = [(one.before, one.after) for one in moves[record.id]]
            assert [after for _, after in states[:-1]] == [before for before, _ in states[1:]], "no state without its move"
            assert states[-1][1] == record.state
            assert all(one.reason and one.actor_id for one in moves[record.id])
