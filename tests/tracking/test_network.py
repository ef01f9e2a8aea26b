"""Networks of internal traffic: read with a fix for each mistake, asked as the standard library would answer, believed from trusted proxies only."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import IntakeSettings
from windsock.tracking.body import Body, pack, unpack
from windsock.tracking.door.client import HOPS_MOST, client_of
from windsock.tracking.model.internal import networks_of, parse_internal, text_test
from windsock.tracking.model.network import NOWHERE, NetworkRule, NetworkRules, Networks, number_of, parse_network

OURS = Networks([("proxy", ["10.0.0.0/8", "fd00::/16"])])


def networks(*values: str, **more: object) -> dict[str, object]:
    return {"name": "office", "by": "network", "values": list(values), **more}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7/32", "203.0.113.7"),
        (" 203.0.113.0/24 ", "203.0.113.0/24"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2000::/16", "2000::/16"),
    ],
)
def test_a_network_is_kept_in_short_form(written: str, kept: str) -> None:
    (rule,) = parse_internal({"rules": [networks(written)]})
    assert rule.values == (kept,)
    assert networks_of([rule]) == (NetworkRule("office", (kept,)),)


@pytest.mark.parametrize(
    ("written", "what", "fix"),
    [
        ("203.0.113.5/24", "network and an address", "Write 203.0.113.0/24 for the network, or 203.0.113.5 for this address"),
        ("2001:db8::5/32", "network and an address", "Write 2001:db8::/32 for the network, or 2001:db8::5 for"),
        ("::ffff:10.1.2.3/104", "network and an address", "Write 10.0.0.0/8 for"),
        ("0.0.0.0/0", "wider than /8", "/8 or narrower"),
        ("10.0.0.0/7", "wider than /8", "/8 or narrower"),
        ("::ffff:0:0/96", "wider than /8", "/8 or narrower"),
        ("2000::/15", "wider than /16", "/16 or narrower"),
        ("10.1.2.3/4", "wider than /8", "/8 or narrower"),
        *((text, "no network address", "203.0.113.0/24") for text in (
            "office", "203.0.113", "203.0.113.256", "203.0.113.0/33", "203.0.113.0/255.255.255.0", "010.0.0.1", "fe80::1%eth0", "1.2.3.4/", "/8",
            "1/2/3", "٣.0.0.1",
        )),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_what_to_write(written: str, what: str, fix: str) -> None:
    with pytest.raises(InvalidInput, match=what) as raised:
        parse_internal({"rules": [networks("203.0.113.0/24", written)]})
    assert raised.value.where == "rules.0.values"
    assert fix in str(raised.value.fix)


def test_a_rule_has_a_hundred_networks_at_most() -> None:
    many = [f"10.{number}.0.0/16" for number in range(101)]
    assert len(parse_internal({"rules": [networks(*many[:100])]})[0].values) == 100
    with pytest.raises(InvalidInput, match="1 to 100"):
        parse_internal({"rules": [networks(*many)]})


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("203.0.113.0/24", ("203.0.113.0", "203.0.113.255", "::ffff:203.0.113.9", "::FFFF:cb00:7109"), ("203.0.112.255", "203.0.114.0", "2001::1")),
        ("203.0.113.7", ("203.0.113.7",), ("203.0.113.6", "203.0.113.8", "", "203.0.113.7:80", "unknown", "203.0.113.7\0")),
        ("2001:db8::/32", ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), ("2001:db7:ffff::", "2001:db9::", "32.1.13.184")),
        ("fe80::/64", ("fe80::1%eth0",), ("fe80:0:0:1::",)),
        ("::/16", ("::1",), ("::ffff:10.0.0.1", "10.0.0.1")),
        ("255.0.0.0/8", ("255.255.255.255",), ("254.255.255.255",)),
        ("ffff::/16", ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",), ("0.0.0.1",)),
    ],
)  # fmt: skip
def test_edges_of_networks(network: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    test = text_test(parse_internal({"rules": [networks(network)]})[0])
    assert [one for one in inside if not test(one)] == []
    assert [one for one in outside if test(one)] == []


def test_the_first_rule_of_the_source_counts() -> None:
    rules = NetworkRules(
        [NetworkRule("desk", ("203.0.113.7",), ("app",)), NetworkRule("city", ("203.0.113.0/24",)), NetworkRule("same", ("203.0.113.0/24",))]
    )
    assert [rules.known(source, "203.0.113.7") for source in ("app", "site", "shop")] == ["desk", "city", "city"]
    assert [rules.known("app", given) for given in ("203.0.114.1", None, 7, ["203.0.113.7"], "?")] == [None] * 5
    assert NetworkRules(()).known("app", "203.0.113.7") is None


ADDRESS = st.one_of(
    st.ip_addresses(),
    st.ip_addresses(network="203.0.113.0/28"),
    st.ip_addresses(network="2001:db8::/124"),
    st.ip_addresses(network="203.0.113.0/28").map(lambda address: IPv6Address(f"::ffff:{address}")),
)


@st.composite
def some_network(draw: st.DrawFn) -> str:
    address = draw(ADDRESS)
    least = 8 if address.version == 4 else 104 if address.ipv4_mapped else 16
    return parse_network(str(ip_network((address, draw(st.integers(least, address.max_prefixlen))), strict=False)), "")


def oracle(rules: list[list[str]], address: IPv4Address | IPv6Address) -> str | None:
    """The first rule that holds an address, asked network by network."""
    plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    return next((str(place) for place, held in enumerate(rules) if any(plain in ip_network(network) for network in held)), None)


@settings(max_examples=60, deadline=None)
@given(rules=st.lists(st.lists(some_network(), min_size=1, max_size=6), max_size=6), others=st.lists(ADDRESS, max_size=6))
def test_it_answers_as_the_standard_library(rules: list[list[str]], others: list[IPv4Address | IPv6Address]) -> None:
    known = Networks([(str(place), held) for place, held in enumerate(rules)])
    asked = list(others)
    for network in (ip_network(text) for held in rules for text in held):
        edges = (int(network[0]) - 1, int(network[0]), int(network[-1]), int(network[-1]) + 1)
        asked += [type(network[0])(edge) for edge in edges if 0 <= edge < 1 << network.max_prefixlen]
    for address in asked:
        texts = {str(address), address.exploded}
        assert {known.holding(text) for text in texts} == {oracle(rules, address)}, address


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(alphabet="0123456789abcdef:./%x ", max_size=24), ADDRESS.map(str)))
def test_what_is_an_address_is_what_the_standard_library_says(text: str) -> None:
    try:
        found = ip_address(text)
    except ValueError:
        # A zone may be of any text; it does not count.
        assert "%" in text or number_of(text) == NOWHERE
    else:
        assert number_of(text) > NOWHERE
        assert (number_of(text) < 0) == (found.version == 4 or found.ipv4_mapped is not None)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("6.6.6.6", ["203.0.113.7"], "6.6.6.6"),  # nobody's proxy says so
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.7"], "203.0.113.7"),  # what stands left of the last stranger is the stranger's word
        ("10.0.0.1", ["6.6.6.6", "203.0.113.7 , 10.0.0.2", "[fd00::3]:443"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7:51234"], "203.0.113.7"),
        ("10.0.0.1", ['"[2001:db8::7]:443"'], "2001:db8::7"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # somebody among the proxies
        ("10.0.0.1", ["", " , "], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, unknown"], "unknown"),  # nobody knows, and it lies in no network
        ("", ["203.0.113.7"], ""),  # a socket without addresses
        ("10.0.0.1", [", ".join(["203.0.113.7"] + ["10.0.0.2"] * (HOPS_MOST + 9))], "10.0.0.2"),
    ],
)  # fmt: skip
def test_who_sent_a_request(peer: str, forwarded: list[str], client: str) -> None:
    assert client_of(peer, forwarded, OURS) == client
    assert client_of(peer, forwarded, Networks([])) == peer


@pytest.mark.parametrize("given", ["office", "10.0.0.1/8", "10.0.0.0/33"])
def test_proxies_are_networks(given: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        IntakeSettings(trusted_proxies=["10.0.0.0/8", given])


def test_blocks_of_before_are_read_and_new_ones_by_what_was_before() -> None:
    class OldBody(msgspec.Struct, frozen=True, array_like=True, gc=False):
        source: str
        trust: str
        protocol: str
        kind: str
        received_ms: int
        user_agent: str
        events: int
        key_id: str
        data: bytes

    said = ("web", "public", "segment", "track", 1, "agent", 1, "key", b"{}")
    packed = msgspec.msgpack.encode([OldBody(*said)])
    assert unpack(len(packed).to_bytes(8, "big") + pa.compress(packed, codec="zstd", asbytes=True)) == [Body(*said)]
    new = pack([Body(*said, "office")])
    plain = pa.decompress(new[8:], decompressed_size=int.from_bytes(new[:8], "big"), codec="zstd", asbytes=True)
    assert msgspec.msgpack.decode(plain, type=list[OldBody]) == [OldBody(*said)]
    assert unpack(new) == [Body(*said, "office")]
