"""Permissions, roles and the rules of signing in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.governance.model import (
    ADDRESS,
    PAIR,
    PERMISSIONS,
    ROLES,
    SYSTEM,
    Failures,
    as_email,
    as_name,
    as_role,
    check_password,
    cli_actor,
    count_try,
    wait_ms,
)
from windsock.kernel.errors import InvalidInput


def test_roles_hold_what_the_plan_says() -> None:
    assert ROLES["admin"] == frozenset(PERMISSIONS) - {"public"}
    assert ROLES["admin"] - ROLES["lead"] == {"members.manage", "tokens.manage", "system.manage", "people.unmask", "people.erase"}
    assert ROLES["viewer"] == {
        "session.own", "metrics.read", "alerts.read", "incidents.read", "audiences.read", "sources.read", "jobs.read", "definitions.read",
    }  # fmt: skip
    assert ROLES["analyst"] - ROLES["viewer"] == {
        "promises.write",
        "alerts.handle",
        "incidents.work",
        "playbooks.run",
        "audiences.write",
        "people.tag",
        "dashboards.write",
        "sql.run",
        "reports.manage",
        "orders.read", "people.see", "events.see", "quarantine.manage", "export", "import.write", "jobs.cancel", "definitions.write",
    }  # fmt: skip
    assert ROLES["viewer"] < ROLES["analyst"] < ROLES["lead"] < ROLES["admin"]


def test_an_actor_may_what_the_role_holds() -> None:
    assert SYSTEM.may("members.manage")
    assert cli_actor().may("public")
    assert (cli_actor().id, cli_actor("anna").id, cli_actor("anna").via) == ("cli", "cli:anna", "cli")
    assert not cli_actor().may("fly")
    assert as_role("lead") == "lead"
    with pytest.raises(InvalidInput):
        as_role("root")


@pytest.mark.parametrize("password", ["short", "a" * 201, "aaaaaaaaaaaaaa", "xxanna.rossixx1", "my example.org pass", "Rossi is my word"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_password(password, email="anna.rossi@example.org", name="Anna Rossi")
    assert caught.value.where == "password"


@pytest.mark.parametrize("password", ["correct horse battery", "一二三四五六七八九十十一", "𝔭𝔞𝔰𝔰 word 12", "Al goes flying"])
def test_strong_passwords_pass(password: str) -> None:
    check_password(password, email="al@example.org", name="Al")


@pytest.mark.parametrize("text", ["", "a", "a@", "@b", "a b@c.d", "a@b\n.c", "<a@b.c>", "a@b.c\0", "x" * 65 + "@b.c", "a@" + "b" * 300, "a@@b.c"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        as_email(text)


def test_addresses_and_names_are_normalised() -> None:
    assert as_email("  Anna@Example.ORG ") == "anna@example.org"
    assert as_name("  Anna Rossi ") == "Anna Rossi"
    for wrong in ("", " ", "x" * 81, "a\nb", "a\u202eb", "a\0"):
        with pytest.raises(InvalidInput):
            as_name(wrong)


def test_the_wait_doubles_after_the_free_tries() -> None:
    found, now, waits = Failures(), 1_000_000, []
    for _ in range(12):
        found = count_try(found, PAIR, now)
        waits.append(wait_ms(found, now) // 1000)
        now = max(now, found.blocked_until_ms)
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]


def test_quiet_time_is_forgiven() -> None:
    found = Failures(9, 0, 0)
    assert count_try(found, PAIR, PAIR.forget_ms).count == 10
    assert count_try(found, PAIR, PAIR.forget_ms + 1) == Failures(1, PAIR.forget_ms + 1, 0)


@given(st.lists(st.integers(0, 4_000_000), max_size=80), st.sampled_from([PAIR, ADDRESS]))
def test_no_wait_is_longer_than_the_longest(pauses: list[int], throttle: object) -> None:
    found, now = Failures(), 1_000_000_000
    for pause in pauses:
        now += pause
        found = count_try(found, throttle, now)  # pyright: ignore[reportArgumentType]
        assert 0 <= wait_ms(found, now) <= 15 * 60_000
