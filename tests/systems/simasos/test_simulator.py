"""Meta's side: citizens write, webhooks arrive, and everything that goes wrong goes wrong."""

from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import msgspec
import pytest

from adapters.simasos import spec
from adapters.simasos.deliveries import deliver_over_http
from gateway.domain.complaint import KategoriPengaduan
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.transport import Call, Endpoint
from tests.systems.simasos.support import (
    CONFIG,
    EMPAT_BELAS,
    NOMOR,
    TOKEN,
    WORLD,
    Street,
    aduan,
)

TULISAN = {"nomor": NOMOR, "nama": "CONTOH WARGA", "teks": "Mohon bantuan sembako"}


class Visitor:
    """Somebody who uses the simulator's own addresses."""

    def __init__(self, street: Street) -> None:
        self._http = street.pools("simasos", Endpoint(base_url="http://meta.test"))

    async def __call__(
        self, method: str, path: str, content: object = None, **headers: str
    ) -> tuple[int, Any]:
        answer = await self._http.send(
            Call(
                operation="visit",
                method=method,
                path=path,
                headers=headers,
                body=b"" if content is None else msgspec.json.encode(content),
            )
        )
        return answer.status, msgspec.json.decode(answer.body)


@pytest.fixture
def street():
    return Street()


@pytest.fixture
def visit(street):
    return Visitor(street)


async def test_a_citizen_writes_and_the_office_gets_a_complaint(street, visit):
    status, told = await visit("POST", "/_citizen", TULISAN)
    (complaint,) = street.office.taken
    assert status == 200
    assert told == [{"id": complaint.id_sumber, "attempts": [200]}]
    assert complaint.isi == TULISAN["teks"]
    assert complaint.kategori is KategoriPengaduan.PERMOHONAN_BANTUAN


async def test_s34_the_14_reports_arrive_by_category(street, visit):
    await visit("POST", "/_deliver")
    counted = Counter(each.kategori for each in street.office.taken)
    assert counted == {
        KategoriPengaduan.BANTUAN_TIDAK_DITERIMA: 7,
        KategoriPengaduan.AKTIVASI_BPJS: 3,
        KategoriPengaduan.PERMOHONAN_BANTUAN: 4,
    }
    assert counted[KategoriPengaduan.PPKS_BELUM_TERDATA] == 0
    assert [each.kategori for each in street.office.taken] == [each for each, _ in EMPAT_BELAS]


async def test_all_reports_in_one_delivery_are_the_same_complaints(street, visit):
    await visit("POST", "/_deliver_together")
    assert len(street.office.bodies) == 1
    assert [each.id_sumber for each in street.office.taken] == [
        each.id_sumber for each in WORLD.pengaduan
    ]


async def test_the_callback_is_verified_by_the_handshake(visit):
    assert await visit("POST", "/_subscribe") == (200, {"verified": True})


async def test_a_delivery_is_repeated_with_the_same_bytes_until_it_is_taken(street, visit):
    await visit("PUT", "/_control", {"pause_seconds": 0})
    street.office.answers = [500, 0, 404]
    _, told = await visit("POST", "/_citizen", TULISAN)
    assert told[0]["attempts"] == [500, 0, 404, 200]
    assert len(set(street.office.bodies)) == 1
    assert len(street.office.taken) == 1


async def test_a_delivery_that_nobody_takes_is_given_up(street, visit):
    await visit("PUT", "/_control", {"pause_seconds": 0, "attempts": 2})
    street.office.answers = [500] * 9
    _, told = await visit("POST", "/_citizen", TULISAN)
    assert told[0]["attempts"] == [500, 500]


async def test_duplicates_carry_the_same_identifier(street, visit):
    await visit("PUT", "/_control", {"duplicates": 2})
    await visit("POST", "/_citizen", TULISAN)
    assert len(street.office.taken) == 3
    assert len({each.id_sumber for each in street.office.taken}) == 1


async def test_messages_may_come_out_of_order(street, visit):
    await visit("PUT", "/_control", {"out_of_order": True})
    await visit("POST", "/_citizen", [{**TULISAN, "teks": "satu"}, {**TULISAN, "teks": "dua"}])
    assert [each.isi for each in street.office.taken] == ["dua", "satu"]


async def test_a_false_signature_is_refused_by_the_office(street, visit):
    await visit("PUT", "/_control", {"bad_signature": True, "attempts": 1})
    _, told = await visit("POST", "/_citizen", TULISAN)
    assert told[0]["attempts"] == [403]
    assert street.office.taken == []


async def test_the_secret_from_before_a_rotation_still_counts(street, visit):
    await visit("PUT", "/_control", {"use_previous_secret": True})
    await visit("POST", "/_citizen", TULISAN)
    assert len(street.office.taken) == 1


async def test_a_file_is_described_but_never_sent(street, visit):
    await visit("POST", "/_citizen", {**TULISAN, "jenis": "image", "mime": "image/jpeg"})
    (lampiran,) = street.office.taken[0].lampiran
    bearer = {"authorization": f"Bearer {TOKEN}"}
    status, told = await visit("GET", f"/v26.0/{lampiran.rujukan}", **bearer)
    assert status == 200
    assert told["mime_type"] == "image/jpeg"
    assert told["sha256"] == lampiran.sha256
    assert (await visit("GET", "/v26.0/antah", **bearer))[0] == 400
    assert (await visit("GET", f"/v26.0/{lampiran.rujukan}"))[0] == 401


async def test_the_office_answers_within_24_hours_only(street, visit):
    await visit("POST", "/_citizen", TULISAN)
    complaint = street.office.taken[0]
    street.clock.advance(timedelta(hours=24))
    wamid = await street.line.reply(complaint, "Kami terima")
    street.clock.advance(timedelta(seconds=1))
    with pytest.raises(UpstreamFailure) as failed:
        await street.line.reply(complaint, "Kami terima")
    assert failed.value.outcome is Outcome.NOT_PROCESSABLE
    assert (await visit("GET", "/_outbox"))[1] == [
        {
            "id": wamid,
            "kepada": NOMOR,
            "teks": "Kami terima",
            "balasan_atas": complaint.id_sumber,
        }
    ]


async def test_whoever_never_wrote_cannot_be_written_to(street):
    with pytest.raises(UpstreamFailure) as failed:
        await street.line.reply(aduan(500), "Halo")
    assert failed.value.outcome is Outcome.NOT_PROCESSABLE


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(190, Outcome.CONFIG), (130429, Outcome.BUSY), (131047, Outcome.NOT_PROCESSABLE)],
)
async def test_errors_of_meta_come_on_request_and_as_often_as_asked(street, visit, code, outcome):
    await visit("PUT", "/_control", {"error_code": code, "error_times": 1})
    with pytest.raises(UpstreamFailure) as failed:
        await street.line.reply(aduan(1), "Halo")
    assert failed.value.outcome is outcome
    fresh = street.connect(CONFIG).complaint_channel
    assert (await fresh.reply(aduan(1), "Halo")).startswith("wamid.")


async def test_a_wrong_token_or_number_is_refused_as_meta_does(street):
    for field, value, outcome in (
        ("access_token", type(CONFIG.access_token)("salah"), Outcome.CONFIG),
        ("phone_number_id", "990000000000009", Outcome.BAD_REQUEST),
    ):
        config = type(CONFIG)(**{**msgspec.structs.asdict(CONFIG), field: value})
        with pytest.raises(UpstreamFailure) as failed:
            await street.connect(config).complaint_channel.reply(aduan(1), "Halo")
        assert failed.value.outcome is outcome


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", {}, {"messaging_product": "whatsapp", "to": NOMOR},
        {"messaging_product": "sms", "to": NOMOR, "type": "text", "text": {"body": "x"}},
        {"messaging_product": "whatsapp", "to": 1, "type": "text", "text": {"body": "x"}},
        {"messaging_product": "whatsapp", "to": NOMOR, "type": "text", "text": {"body": ""}},
        {"messaging_product": "whatsapp", "to": NOMOR, "type": "text", "text": {"body": 5}},
    ],
)  # fmt: skip
async def test_a_reply_that_meta_would_not_take_is_refused(visit, body):
    status, told = await visit(
        "POST", "/v26.0/990000000000001/messages", body, authorization=f"Bearer {TOKEN}"
    )
    assert status == 400
    assert told["error"]["code"] == 100


@pytest.mark.parametrize("body", [None, "x", {"teks": "x"}, {"nomor": NOMOR, "lain": 1}])
async def test_what_is_no_writing_is_refused(visit, body):
    assert (await visit("POST", "/_citizen", body))[0] == 400


@pytest.mark.parametrize("body", [None, [], {"lain": 1}, {"attempts": "x"}])
async def test_an_unknown_switch_is_refused_and_nothing_changes(visit, body):
    before = await visit("GET", "/_control")
    assert (await visit("PUT", "/_control", body))[0] == 400
    assert await visit("GET", "/_control") == before


async def test_without_a_callback_nothing_is_delivered(street, visit):
    await visit("PUT", "/_control", {"callback_url": ""})
    _, told = await visit("POST", "/_citizen", TULISAN)
    assert told[0]["attempts"] == []


async def test_nobody_at_the_other_end_is_status_0():
    for url in ("http://127.0.0.1:9/x", "https://127.0.0.1:9/x", "no url"):
        assert await deliver_over_http("POST", url, {}, b"{}") == (0, b"")


class Callback(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode() + body + self.headers["x-hub-signature-256"].encode())

    def log_message(self, *_told: object) -> None:
        """Says nothing."""


async def test_webhooks_go_out_over_the_network():
    with HTTPServer(("127.0.0.1", 0), Callback) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/hook?a=b"
        answer = await deliver_over_http("POST", url, {"X-Hub-Signature-256": "s"}, b"{}")
        thread.join()
    assert answer == (200, b"/hook?a=b{}s")


def test_the_sandbox_connects_to_the_simulator_with_what_the_card_says():
    assert spec.name == "simasos"
    assert {name for name, text in spec.sandbox.items() if text} >= {
        "phone_number_id", "access_token", "app_secret", "verify_token",
    }  # fmt: skip
    assert set(spec.sandbox) < set(spec.config.__struct_fields__)
