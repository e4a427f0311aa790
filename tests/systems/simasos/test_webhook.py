"""The webhook: proof of origin first, then every message once."""

import pytest

from adapters.simasos.config import Config
from gateway.domain.complaint import KategoriPengaduan
from gateway.domain.systems import WebhookRefused
from gateway.kit.secret import Secret
from tests.systems.simasos.support import (
    CONFIG,
    NOMOR,
    OLD_SECRET,
    VERIFY,
    Street,
    signed,
    teks,
    webhook,
)

HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}


@pytest.fixture
def line():
    return Street().line


def test_the_handshake_echoes_the_challenge(line):
    assert line.handshake(HANDSHAKE) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "salah"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "verifikasi-\u0441ontoh"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
        {"hub.challenge": "dua baris\n"},
    ],
)
def test_the_handshake_refuses_whoever_does_not_hold_the_token(line, change):
    with pytest.raises(WebhookRefused) as refused:
        line.handshake({**HANDSHAKE, **change})
    assert VERIFY not in str(refused.value)


def test_a_handshake_without_parameters_is_refused(line):
    with pytest.raises(WebhookRefused):
        line.handshake({})


def test_a_signed_message_becomes_a_complaint(line):
    body = webhook(teks())
    (complaint,) = line.receive(signed(body), body).pengaduan
    assert complaint.id_sumber == "wamid.A"
    assert complaint.kategori is KategoriPengaduan.BANTUAN_TIDAK_DITERIMA
    assert complaint.pelapor is not None
    assert complaint.pelapor.nomor == NOMOR


def test_the_header_may_be_written_in_any_case(line):
    body = webhook(teks())
    headers = {name.upper(): value for name, value in signed(body).items()}
    assert len(line.receive(headers, body).pengaduan) == 1


def test_both_secrets_count_while_one_replaces_the_other(line):
    body = webhook(teks())
    assert len(line.receive(signed(body, OLD_SECRET), body).pengaduan) == 1


def test_an_empty_previous_secret_is_no_secret():
    config = Config(
        **{
            **{name: getattr(CONFIG, name) for name in CONFIG.__struct_fields__},
            "app_secret_previous": Secret(""),
        }
    )
    body = webhook(teks())
    with pytest.raises(WebhookRefused):
        Street(config).line.receive(signed(body, ""), body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha1=" + "0" * 40},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "sha256=\u0661"},
        {"x-hub-signature": "sha256=" + "0" * 64},
    ],
)
def test_a_body_without_a_true_signature_is_refused(line, headers):
    with pytest.raises(WebhookRefused):
        line.receive(headers, webhook(teks()))


def test_the_signature_is_over_the_raw_bytes(line):
    body = webhook(teks())
    with pytest.raises(WebhookRefused):
        line.receive(signed(body), body + b" ")


def test_an_unsigned_body_is_not_even_parsed(line):
    with pytest.raises(WebhookRefused) as refused:
        line.receive({}, b"[" * 1_000_000)
    assert refused.value.reason == "signature header missing"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b'{"object":"page","entry":[]}',
        b'{"object":"whatsapp_business_account","entry":{}}',
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":[]}]}]}',
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"\xff"}]}]}',
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"x":' + b"[" * 50_000,
    ],
)
def test_a_signed_body_of_another_shape_is_refused_by_type(line, body):
    with pytest.raises(WebhookRefused):
        line.receive(signed(body), body)


def test_one_odd_message_does_not_hide_the_others(line):
    body = webhook({"id": 7}, teks("wamid.B"), "bukan pesan", {**teks("wamid.C"), "text": [1]})
    batch = line.receive(signed(body), body)
    assert [each.id_sumber for each in batch.pengaduan] == ["wamid.B", "wamid.C"]
    assert [w.kode for w in batch.pengaduan[1].peringatan] == ["PESAN_TIDAK_TERBACA"]
    assert batch.diabaikan == ("message:unreadable",)


def test_a_repeated_delivery_gives_the_same_identifiers(line):
    body = webhook(teks("wamid.A"), teks("wamid.A"), teks("wamid.B"))
    first, second = (line.receive(signed(body), body) for _ in range(2))
    assert [each.id_sumber for each in first.pengaduan] == ["wamid.A", "wamid.B"]
    assert first == second


def test_another_number_of_the_account_is_refused_where_the_config_says_so():
    config = Config(
        **{
            **{name: getattr(CONFIG, name) for name in CONFIG.__struct_fields__},
            "other_numbers": "refuse",
        }
    )
    body = webhook(teks(), metadata={"phone_number_id": "990000000000002"})
    with pytest.raises(WebhookRefused):
        Street(config).line.receive(signed(body), body)
    assert Street().line.receive(signed(body), body).diabaikan == ("phone_number_id",)


@pytest.mark.parametrize("name", ["+62 800-0000-0001", "CONTOH WARGA", "x" * 65, ""])
def test_names_of_unexpected_form_are_not_repeated(line, name):
    body = webhook(teks()).replace(b'"field":"messages"', b'"field":"%s"' % name.encode())
    assert line.receive(signed(body), body).diabaikan == ("field:unknown",)


def test_a_status_of_unexpected_form_is_only_counted(line):
    body = webhook(statuses=[{"id": "wamid.R", "status": NOMOR}, {"id": "wamid.R"}])
    batch = line.receive(signed(body), body)
    assert batch.status == ()
    assert batch.diabaikan == ("status:unreadable",)
