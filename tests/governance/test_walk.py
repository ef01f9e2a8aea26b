"""The verbs of the room one after another, and at once, on both operational databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from windsock.governance import enrol, issue, set_up, sign_in, verify_chain
from windsock.governance.model import SYSTEM
from windsock.kernel import settings
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, TooMany, WindsockError
from windsock.kernel.ids import RandomIds
from windsock.kernel.seal import Seal
from windsock.records import Records
from windsock.workspace import Workspace

ADDRESS = "10.1.2.3"
ADA = set_up.FirstAdmin("Ada", "ada@desk.example", "wind from the west", "en")


@pytest.fixture
def desk(records: Records, clock: FixedClock, tmp_path: Path) -> Workspace:
    """A workspace of which only the records are there."""
    missing: Any = None
    return Workspace(tmp_path, settings.load(None), records, missing, clock, RandomIds(), Seal(bytes(32)))


def _at_once(count: int, call: Callable[[int], object]) -> list[object]:
    def one(number: int) -> object:
        try:
            return call(number)
        except WindsockError as error:
            return type(error)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_the_whole_walk(desk: Workspace, clock: FixedClock) -> None:
    assert set_up.first_run(desk)
    opened = set_up.set_up(desk, set_up.new_admin_link(desk, SYSTEM), ADA, ADDRESS)
    ada = opened.visitor.actor
    assert not set_up.first_run(desk)
    assert sign_in.visitor_of_session(desk, opened.secret) == opened.visitor
    with pytest.raises(NotSignedIn):
        sign_in.sign_in(desk, ADA.email, "a wrong password", ADDRESS)
    again = sign_in.sign_in(desk, " ADA@desk.example ", ADA.password, ADDRESS, opened.secret)
    assert sign_in.visitor_of_session(desk, opened.secret) is None
    sign_in.change_preferences(desk, ada, {"language": "zh", "theme": "dark"})
    visitor = sign_in.visitor_of_session(desk, again.secret)
    assert visitor is not None
    assert (visitor.language, visitor.theme, visitor.good_colour) == ("zh", "dark", None)
    li = enrol.enrol(desk, ada, enrol.NewMember("Li", "li@desk.example", "over the hills", "viewer", "zh"))
    with pytest.raises(Conflict):
        enrol.enrol(desk, ada, enrol.NewMember("Li", "LI@desk.example", "over the hills", "viewer", "zh"))
    assert [row.email for row in enrol.list_members(desk, 1, enrol.list_members(desk, 1, None).next_cursor).items] == ["li@desk.example"]
    assert enrol.change_member(desk, ada, li.id, "lead", None).role == "lead"
    with pytest.raises(Conflict):
        enrol.change_member(desk, ada, ada.id, "viewer", None)
    with pytest.raises(NotFound):
        enrol.change_member(desk, ada, "mem_0", "viewer", None)
    with pytest.raises(InvalidInput):
        enrol.change_member(desk, ada, li.id, None, "asleep")
    secret, token = issue.issue_token(desk, ada, "nightly", "viewer", 1)
    assert sign_in.visitor_of_token(desk, secret) is not None
    issue.revoke_token(desk, ada, token.id)
    assert sign_in.visitor_of_token(desk, secret) is None
    assert sign_in.sign_out(desk, ada, again.secret) == 1
    clock.advance(days=2)
    for number in range(5):
        with pytest.raises(NotSignedIn):
            sign_in.sign_in(desk, "li@desk.example", f"guess {number}", ADDRESS)
    with pytest.raises(TooMany):
        sign_in.sign_in(desk, "li@desk.example", "over the hills", ADDRESS)
    with desk.records.read() as session:
        assert verify_chain(session).whole


def test_a_link_is_used_once_however_many_try(desk: Workspace) -> None:
    link = set_up.new_admin_link(desk, SYSTEM)
    admins = [set_up.FirstAdmin("A", f"a{number}@desk.example", "wind from the west", "en") for number in range(12)]
    done = _at_once(12, lambda number: set_up.set_up(desk, link, admins[number], ADDRESS))
    assert sorted(str(one) for one in done if isinstance(one, type)) == [str(NotAllowed)] * 11
    assert len(enrol.list_members(desk, 20, None).items) == 1


def test_two_admins_can_not_remove_each_other_at_once(desk: Workspace) -> None:
    people = [enrol.enrol(desk, SYSTEM, enrol.NewMember("A", f"a{number}@desk.example", "over the hills", "admin", "en")) for number in range(6)]
    done = _at_once(6, lambda number: enrol.change_member(desk, SYSTEM, people[number].id, "viewer", None))
    assert done.count(Conflict) == 1
    assert [row.role for row in enrol.list_members(desk, 20, None).items].count("admin") == 1


def test_guesses_at_once_are_counted_one_by_one(desk: Workspace) -> None:
    enrol.enrol(desk, SYSTEM, enrol.NewMember("A", "a@desk.example", "over the hills", "viewer", "en"))
    done = _at_once(12, lambda number: sign_in.sign_in(desk, "a@desk.example", f"guess {number}", ADDRESS))
    assert (done.count(NotSignedIn), done.count(TooMany)) == (5, 7)


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_a_token_has_a_bounded_life(desk: Workspace, days: int) -> None:
    with pytest.raises(InvalidInput):
        issue.issue_token(desk, SYSTEM, "x", "viewer", days)


@pytest.mark.parametrize("secret", ["", "x", "wsk_", "wsk_" + "x" * 500, "wsk_\u00e9"])
def test_nonsense_is_nobody(desk: Workspace, secret: str) -> None:
    assert sign_in.visitor_of_token(desk, secret) is None
    assert sign_in.visitor_of_session(desk, secret) is None
