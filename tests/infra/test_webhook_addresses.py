"""Whom the gateway may be made to call, and whom not, however it is written."""

import pytest

from gateway.domain.errors import BadInput
from gateway.infra.webhooks.addresses import AddressRefused, WebhookAddresses

PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.7"


def addresses(hosts=("*",), networks=(), *, plain_http=False, names=None):
    async def resolve(host, _port) -> tuple[str, ...]:
        if names is None:
            return (host,)
        if host not in names:
            raise OSError
        return names[host]

    return WebhookAddresses(hosts, networks, plain_http=plain_http, resolve=resolve)


@pytest.mark.parametrize(
    "url",
    [
        "http://penerima.example/",
        "ftp://penerima.example/",
        "penerima.example",
        "",
        "https://",
        "https:///jalan",
        "https://nama:sandi@penerima.example/",
        "https://nama@penerima.example/",
        "https://penerima.example/#bagian",
        "https://penerima.example:0/",
        "https://penerima.example:99999/",
        "https://penerima.example:x/",
        "https://penerima_.example/",
        "https://penerima.example /",
        "https://penerima.example\\@lain.example/",
        "https://penerima.example/\r\nX-A: b",
        "https://[::1/",
        "https://pen\u00ebrima.example/",
        "https://penerima.example/9901014101900001",
        f"https://penerima.example/{'x' * 500}",
    ],
)
def test_a_url_that_is_not_plainly_one_is_refused(url):
    with pytest.raises(BadInput) as refused:
        addresses().check(url)
    assert [error.field for error in refused.value.errors] == ["url"]


@pytest.mark.parametrize(
    ("hosts", "taken", "refused"),
    [
        ((), (), ("penerima.example", "93.184.215.14")),
        (("penerima.example",), ("penerima.example", "PENERIMA.example"), ("a.penerima.example",)),
        ((".go.id",), ("dinkes.go.id", "a.b.go.id"), ("go.id", "jahatgo.id", "go.id.example")),
        (("93.184.215.14",), ("93.184.215.14",), ("93.184.215.15",)),
        (("*",), ("penerima.example", "[2606:2800:21f::1]"), ()),
    ],
)
def test_only_hosts_that_are_allowed_are_taken(hosts, taken, refused):
    allowed = addresses(hosts)
    for host in taken:
        assert allowed.check(f"https://{host}/masuk")
    for host in refused:
        with pytest.raises(BadInput):
            allowed.check(f"https://{host}/masuk")


def test_plain_http_is_for_installations_that_say_so():
    assert addresses(plain_http=True).check("http://penerima.example/")


NOT_PUBLIC = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.7", "172.16.3.4", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.7", "64:ff9b::7f00:1", "64:ff9b::a00:7", "2002:7f00:1::",
    "2002:a00:7::1", "2001:db8::1", "::127.0.0.1", "192.88.99.1", "2001::7f00:1", "3fff::1",
    "fec0::1", "fec0:0:0:ffff::1", "5f00::1", "fe80::5efe:7f00:1",
)  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_an_address_that_is_not_public_is_not_called(address):
    judge = addresses(names={"penerima.example": (address,)})
    with pytest.raises(AddressRefused) as refused:
        await judge.address(judge.check("https://penerima.example/"))
    assert refused.value.reason == "address_refused"


@pytest.mark.parametrize("written", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
async def test_other_ways_to_write_an_address_end_in_the_same_judgement(written):
    # By the machine's own resolver, which knows them or knows no such name.
    judge = WebhookAddresses(("*",), (), plain_http=False)
    with pytest.raises(AddressRefused):
        await judge.address(judge.check(f"https://{written}/"))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f::1", "::ffff:93.184.215.14"])
async def test_a_public_address_is_called(address):
    judge = addresses(names={"penerima.example": (address,)})
    assert await judge.address(judge.check("https://penerima.example/")) == address


async def test_one_bad_address_among_good_ones_is_enough():
    judge = addresses(names={"penerima.example": (PUBLIC, PRIVATE)})
    with pytest.raises(AddressRefused):
        await judge.address(judge.check("https://penerima.example/"))


async def test_networks_can_be_allowed():
    judge = addresses(
        networks=("10.0.0.0/24",), names={"a.example": (PRIVATE,), "b.example": ("10.0.1.7",)}
    )
    assert await judge.address(judge.check("https://a.example/")) == PRIVATE
    with pytest.raises(AddressRefused):
        await judge.address(judge.check("https://b.example/"))


@pytest.mark.parametrize("names", [{}, {"penerima.example": ()}])
async def test_a_name_without_an_address_is_told_apart(names):
    judge = addresses(names=names)
    with pytest.raises(AddressRefused) as refused:
        await judge.address(judge.check("https://penerima.example/"))
    assert refused.value.reason == "no_address"


def test_a_network_that_is_none_is_a_wrong_setting():
    with pytest.raises(ValueError, match="host bits"):
        addresses(networks=("10.0.0.1/8",))
