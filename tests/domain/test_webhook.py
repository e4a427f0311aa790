"""Signed messages, as a reader that was written by others takes them; and how patience grows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from gateway.domain.langganan import (
    AturanKirim,
    HasilKirim,
    Langganan,
    Rahasia,
    StatusLangganan,
    jeda,
    setelah,
)
from gateway.domain.umpan import Posisi
from gateway.domain.webhook import Jawaban, Pesan, kepala, rahasia_baru

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
RULES = AturanKirim(percobaan=3, menyerah=timedelta(days=5))
NEXT = Posisi(versi=1, sidik=b"12345678", nomor=9, awal=9, sejak=NOW)
MESSAGE = Pesan(id="msg_1", isi=b'{"test": 2432232314}', jumlah=1)


def subscription(**more):
    usual = {
        "id": "l-1",
        "client_id": "dinkes",
        "grant_id": "G-1",
        "url": "https://penerima.example/",
        "dengan_data": False,
        "rahasia": (Rahasia(teks=rahasia_baru()),),
        "dibuat_pada": NOW,
        "dibuat_oleh": "CONTOH A",
        "kirim_pada": NOW,
    }
    return Langganan(**usual | more)


def test_the_signature_is_the_one_of_the_standard():
    known = Pesan(id="msg_p5jXN8AQM9LWM0D4loKWxJek", isi=b'{"test": 2432232314}', jumlah=1)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = kepala(known, [secret], datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_secrets_overlap_a_receiver_with_either_believes_the_message():
    old, new, other = (rahasia_baru() for _ in range(3))
    headers = kepala(MESSAGE, [new, old], datetime.now(UTC))
    for secret in (old, new):
        assert Webhook(secret).verify(MESSAGE.isi, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(MESSAGE.isi, headers)
    for changed in (MESSAGE.isi + b" ", b"{}"):
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(changed, headers)


def test_an_older_secret_signs_until_its_end():
    until = NOW + timedelta(hours=1)
    langganan = subscription(
        rahasia=(Rahasia(teks="whsec_baru"), Rahasia(teks="whsec_lama", berlaku_sampai=until))
    )
    assert langganan.rahasia_berlaku(NOW) == ["whsec_baru", "whsec_lama"]
    assert langganan.rahasia_berlaku(until) == ["whsec_baru"]


def test_secrets_show_nowhere():
    langganan = subscription()
    for shown in (repr(langganan), repr(langganan.rahasia), str(MESSAGE)):
        assert "whsec" not in shown
        assert "24322" not in shown


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_up_to_six_hours_and_are_spread(tries, chance):
    assert jeda(1, 0) == timedelta(seconds=2.5)
    assert jeda(1, 1) == timedelta(seconds=5)
    assert jeda(tries, 0) <= jeda(tries, chance) <= jeda(tries, 1) <= timedelta(hours=6)
    assert jeda(tries, chance) <= jeda(tries + 1, chance)


def after(langganan, now=NOW, **answer):
    return setelah(langganan, Jawaban(**answer), NEXT, now, RULES, lambda: 1.0)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_what_is_taken_moves_the_place(status):
    stood, outcome = after(subscription(percobaan=2, gagal_sejak=NOW, alasan="x"), status=status)
    assert (stood.posisi, stood.percobaan, stood.gagal_sejak, stood.alasan) == (NEXT, 0, None, None)
    assert outcome is HasilKirim.TERKIRIM


@pytest.mark.parametrize("status", [100, 301, 302, 307, 401, 404, 408, 429, 500, 503, None])
def test_trouble_of_the_receiver_moves_nothing_however_often(status):
    langganan = subscription()
    for tries in range(1, 30):
        langganan, outcome = after(langganan, status=status, alasan=None if status else "timed_out")
        assert (langganan.posisi, langganan.percobaan) == (None, tries)
        assert (langganan.status, outcome) == (StatusLangganan.AKTIF, HasilKirim.GAGAL)
    assert langganan.kirim_pada - NOW == timedelta(hours=6)


def test_content_that_is_refused_again_and_again_is_set_aside():
    langganan, outcomes = subscription(), []
    for _ in range(RULES.percobaan):
        langganan, outcome = after(langganan, status=422)
        outcomes.append(outcome)
    assert outcomes == [HasilKirim.GAGAL, HasilKirim.GAGAL, HasilKirim.MATI]
    assert langganan.posisi == NEXT
    assert langganan.status is StatusLangganan.AKTIF


def test_an_outage_is_no_refusal_of_what_comes_after_it():
    langganan = subscription()
    for status in (503, 503, 503, 400, 503, 400):
        langganan, outcome = after(langganan, status=status)
        assert (outcome, langganan.posisi) == (HasilKirim.GAGAL, None)


def test_a_receiver_that_says_it_is_gone_is_not_asked_again():
    langganan, _ = after(subscription(), status=410)
    assert (langganan.status, langganan.alasan) == (StatusLangganan.MATI, "http_410")
    assert langganan.beralih(StatusLangganan.AKTIF).alasan is None


def test_a_receiver_that_took_nothing_for_days_is_given_up():
    langganan, _ = after(subscription(), status=500)
    almost, _ = after(langganan, NOW + RULES.menyerah - timedelta(seconds=1), status=500)
    given_up, _ = after(almost, NOW + RULES.menyerah, alasan="connect_failed")
    assert almost.status is StatusLangganan.AKTIF
    assert (given_up.status, given_up.posisi) == (StatusLangganan.MATI, None)


def test_a_receiver_that_asks_for_time_gets_it():
    langganan, _ = after(subscription(), status=429, tunggu=600)
    assert langganan.kirim_pada - NOW == timedelta(seconds=600)
