"""What goes over the wire to a subscriber, and what of its answers is believed."""

import pytest

from gateway.domain.errors import BadInput
from gateway.infra.webhooks.addresses import WebhookAddresses
from gateway.infra.webhooks.sender import WebhookSender
from tests.kit.certificates import Certificate
from tests.kit.raw_server import cut_after, drip, late, reply, serving, silence

HOST = "penerima.example"
CA = Certificate("CONTOH CA", is_ca=True)
RECEIVER = Certificate("contoh", issuer=CA, host=HOST)
STRANGER = Certificate("contoh", issuer=CA, host="lain.example")
OTHER_CA = Certificate("CONTOH CA LAIN", is_ca=True)
BODY = b'{"isi": 1}'


class Names:
    """A resolver that its owner changes between two questions (DNS rebinding)."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers) or ["127.0.0.1"]
        self.asked = []

    async def __call__(self, host, _port) -> tuple[str, ...]:
        self.asked.append(host)
        return (self.answers[min(len(self.asked), len(self.answers)) - 1],)


def sender(names=None, *, networks=("127.0.0.0/8",), ca_file=None, seconds=5.0):
    addresses = WebhookAddresses(("*",), networks, plain_http=True, resolve=names or Names())
    return WebhookSender(addresses, ca_file, seconds=seconds)


async def post(raw, one, scheme="http"):
    return await one.post(f"{scheme}://{HOST}:{raw.port}/masuk?a=b", {"webhook-id": "msg_1"}, BODY)


async def test_a_message_arrives_whole_under_the_receivers_own_name():
    names = Names()
    async with serving(reply(204, b"")) as raw:
        answer = await post(raw, sender(names))
    assert (answer.status, answer.alasan, answer.diterima) == (204, None, True)
    (request,) = raw.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /masuk?a=b HTTP/1.1\r\n")
    lines = head.lower().split(b"\r\n")
    assert f"host: {HOST}:{raw.port}".encode() in lines
    assert b"webhook-id: msg_1" in lines
    assert body == BODY
    # Resolved once: the address that was judged is the one that was called.
    assert names.asked == [HOST]


async def test_a_name_that_points_elsewhere_the_next_time_is_judged_anew():
    names = Names("127.0.0.1", "10.0.0.7")
    async with serving(reply(200)) as raw:
        one = sender(names)
        assert (await post(raw, one)).status == 200
        refused = await post(raw, one)
        assert (refused.status, refused.alasan) == (None, "address_refused")
        assert len(raw.requests) == 1


async def test_without_leave_nothing_is_called_at_home():
    async with serving(reply(200)) as raw:
        answer = await post(raw, sender(networks=()))
        assert (answer.alasan, raw.connections) == ("address_refused", 0)


async def test_what_is_no_longer_allowed_is_no_longer_called():
    addresses = WebhookAddresses(("lain.example",), (), plain_http=True, resolve=Names())
    one = WebhookSender(addresses, None, seconds=1)
    assert (await one.post(f"http://{HOST}/", {}, BODY)).alasan == "url_refused"
    with pytest.raises(BadInput):
        one.check(f"http://{HOST}/")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_an_answer_and_no_way(status):
    async with serving(reply(200)) as other:
        location = f"location: http://{HOST}:{other.port}/"
        async with serving(reply(status, b"", location)) as raw:
            answer = await post(raw, sender())
        assert (answer.status, answer.diterima, other.connections) == (status, False, 0)


NO_PLACE = ("data:,x", "mailto:x", "http://xn--/", "http://[::1", "https://a:x/", "\xff")


@pytest.mark.parametrize("location", NO_PLACE)
async def test_a_redirect_to_what_is_no_place_is_an_answer_too(location):
    async with serving(reply(302, b"", f"location: {location}")) as raw:
        assert (await post(raw, sender())).status == 302


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (silence, "timed_out"),
        (late(5, reply(200)), "timed_out"),
        (cut_after(b""), "broken_off"),
        (cut_after(b"HTTP/1.1 200 OK\r\ncontent-"), "broken_off"),
        (cut_after(b"no HTTP at all\r\n\r\n"), "broken_off"),
    ],
)
async def test_what_is_no_answer_is_told_apart(behaviour, reason):
    async with serving(behaviour) as raw:
        answer = await post(raw, sender(seconds=0.3))
        assert (answer.status, answer.alasan) == (None, reason)


async def test_an_answer_without_an_end_is_not_waited_for():
    async with serving(drip) as raw:
        assert (await post(raw, sender(seconds=3))).status == 200


async def test_nobody_there():
    async with serving(reply(200)) as raw:
        pass
    assert (await post(raw, sender())).alasan == "connect_failed"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("600", 600),
        ("99999999", 86_400),
        ("-1", None),
        ("Sat, 21 Nov 2026 00:00:00 GMT", None),
        ("x", None),
    ],
)
async def test_a_receiver_may_ask_for_time_but_not_for_ever(told, seconds):
    async with serving(reply(503, b"", f"retry-after: {told}")) as raw:
        assert (await post(raw, sender())).tunggu == seconds


@pytest.mark.parametrize(
    ("certificate", "bundle", "expected"),
    [
        (RECEIVER, CA, (200, None)),
        (STRANGER, CA, (None, "certificate_refused")),
        (RECEIVER, OTHER_CA, (None, "certificate_refused")),
        (RECEIVER, None, (None, "certificate_refused")),
    ],
)
async def test_the_certificate_must_be_the_hosts_own(certificate, bundle, expected, tmp_path):
    ca_file = None if bundle is None else bundle.written(tmp_path)
    async with serving(reply(200), context=certificate.server_context(tmp_path)) as raw:
        answer = await post(raw, sender(ca_file=ca_file), "https")
    assert (answer.status, answer.alasan) == expected
