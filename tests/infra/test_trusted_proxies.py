"""A client's address behind proxies: whose word counts, and how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.infra.trusted_proxies import TrustedProxies

PROXY = "10.0.0.7"
CLIENT = "198.51.100.4"
PROXIES = TrustedProxies([PROXY, "10.1.0.0/16", "fd00::/8", "::ffff:192.0.2.0/120"])
ADDRESSES = st.ip_addresses().map(str)
STRANGERS = st.sampled_from(["198.51.100.0/24", "2001:db8::/32"]).flatmap(
    lambda network: st.ip_addresses(network=network).map(str)
)


@pytest.mark.parametrize(
    ("told", "client"),
    {
        (): PROXY,
        (CLIENT,): CLIENT,
        ("203.0.113.9, " + CLIENT,): CLIENT,
        (CLIENT + ", 10.1.2.3, fd00::1",): CLIENT,
        ("203.0.113.9", CLIENT, "10.1.2.3"): CLIENT,
        ("sampah, " + CLIENT,): CLIENT,
        ("," + CLIENT + " ,, ",): CLIENT,
        ("",): PROXY,
        ("10.1.2.3, 10.1.2.4",): "10.1.2.3",
        ("10.1.2.3, 192.0.2.8",): "10.1.2.3",
        (CLIENT + ":41234",): CLIENT,
        ("2001:DB8::0:1",): "2001:db8::1",
        ("[2001:db8::1]",): "2001:db8::1",
        ("[2001:db8::1]:443, [fd00::2]:8443",): "2001:db8::1",
        ("::ffff:198.51.100.4",): CLIENT,
        ("[::ffff:198.51.100.4]:1, ::ffff:10.1.0.1",): CLIENT,
    }.items(),
)  # fmt: skip
def test_the_right_most_address_that_is_no_proxys_is_the_clients(told, client):
    assert PROXIES.client_address(PROXY, told) == client


@pytest.mark.parametrize(
    "entry",
    [
        "unknown",
        "unix:",
        "_gerbang",
        "for=198.51.100.4",
        '"[2001:db8::1]"',
        "[2001:db8::1",
        "2001:db8::1]:443",
        "[]",
        "[198.51.100]",
        "198.51.100.4:",
        "198.51.100.4:port",
        "198.51.100.004",
        "198.51.100.4 203.0.113.9",
        "fe80::1%eth0",
        "\u0661.2.3.4",
        "9901014101800001",
    ],
)
@pytest.mark.parametrize("after", ["", ", 10.1.2.3"])
def test_where_something_else_than_an_address_stands_it_is_the_peers(entry, after):
    assert PROXIES.client_address(PROXY, [CLIENT + ", " + entry + after]) == PROXY


@pytest.mark.parametrize("peer", ["10.0.0.8", "192.0.3.1", "2001:db8::7", "::ffff:10.0.0.8"])
def test_a_strangers_header_is_not_read(peer):
    shown = peer.removeprefix("::ffff:")
    assert PROXIES.client_address(peer, [CLIENT]) == shown
    assert TrustedProxies([]).client_address(peer, [CLIENT]) == shown


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.0.7", "192.0.2.9", "::ffff:192.0.2.9"])
def test_a_proxy_is_known_in_both_ways_of_writing_it(peer):
    assert PROXIES.client_address(peer, [CLIENT]) == CLIENT


@pytest.mark.parametrize("peer", [None, "", "unix:", "/run/gateway.sock"])
def test_a_connection_without_an_address_has_none_whatever_it_says(peer):
    assert PROXIES.client_address(peer, [CLIENT]) is None


@given(st.lists(st.text() | ADDRESSES), STRANGERS)
def test_what_the_client_wrote_itself_never_matters(forged, client):
    """The proxy writes on the right, so nothing on the left of it can be believed."""
    assert PROXIES.client_address(PROXY, [*forged, client]) == client


@given(st.lists(st.text()), st.none() | st.text() | ADDRESSES)
def test_garbage_is_never_more_than_ignored(told, peer):
    PROXIES.client_address(peer, told)
