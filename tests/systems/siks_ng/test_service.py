"""DTSEN as a service: paging, changes, keys, and what each failure does."""

import json
from datetime import timedelta

import pytest

from adapters.siks_ng import spec
from adapters.siks_ng.client import connect
from adapters.siks_ng.simulator import simulator
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import Capability, Outside
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret
from gateway.kit.transport import BreakerState, Call, Endpoint
from tests.systems.siks_ng.support import (
    KODE,
    KUNCI,
    NAMA,
    NIK,
    NOW,
    PENDUDUK,
    VERSI,
    SatuDesa,
    Tetap,
    config,
    dunia,
    terhubung,
)


async def semua(system, cursor=None):
    return [batch async for batch in system.record_source.read(cursor)]


def rekaman(batches) -> list[RekamanPpks]:
    return [isi for batch in batches for isi in batch.rekaman]


async def kendali(app, **isi):
    http = HttpPools(transport_for=lambda _: asgi_transport(app))(
        "uji", Endpoint(base_url="http://sim")
    )
    answer = await http.send(
        Call(operation="control", method="PUT", path="/_control", body=json.dumps(isi).encode())
    )
    await http.close()
    return answer.status


@pytest.mark.parametrize(
    "ubah",
    [
        {},
        {"shape": "A"},
        {"auth": "bearer"},
        {"tenant": "contoh.go.id", "context": "/dtsen/", "api_key_header": "X-Kunci"},
        {"items_field": "rows", "next_field": "lanjut", "cursor_parameter": "sesudah"},
    ],
    ids=["B", "A", "bearer", "tenant", "other names"],
)
async def test_everybody_with_a_nik_is_read_once_page_by_page(ubah):
    settings = config(**ubah)
    async with terhubung(simulator(settings, dunia(7), lambda: NOW), settings) as system:
        batches = await semua(system)
    orang = rekaman(batches)
    assert sorted(r.orang.nik for r in orang) == [f"99010141018{n:05}" for n in range(1, 8)]
    assert len(batches) == 4 if settings.shape == "B" else 2
    assert {r.orang.kode_wilayah for r in orang} == {KODE}
    assert {(r.dtks.desil.bawah, r.dtks.desil.versi) for r in orang} == {(2, VERSI)}
    assert all(not batch.ditolak for batch in batches)
    awalan = "nik:" if settings.shape == "B" else "semesta:"
    assert all(r.id_sumber.startswith(awalan) for r in orang)


async def test_a_reading_goes_on_from_any_page():
    async with terhubung(simulator(config(), dunia(7), lambda: NOW)) as system:
        batches = await semua(system)
        rest = await semua(system, batches[1].cursor)
    assert rekaman(rest) == rekaman(batches[2:])


@pytest.mark.parametrize("bentuk", ["A", "B"])
async def test_the_last_cursor_brings_only_what_has_changed_since(bentuk):
    clock = ManualClock(NOW)
    settings = config(shape=bentuk, page_size=100)
    app = simulator(settings, dunia(6), clock)
    async with terhubung(app, settings, clock) as system:
        [batch] = await semua(system)
        clock.advance(timedelta(hours=1))
        [tetap] = await semua(system, batch.cursor)
        clock.advance(timedelta(hours=1))
        await kendali(app, touch=1)
        [ubah] = await semua(system, tetap.cursor)
        clock.advance(timedelta(hours=1))
        await kendali(app, delete=1)
        [hapus] = await semua(system, ubah.cursor)
    assert len(batch.rekaman) == 6
    # The boundary moment itself comes twice rather than never.
    assert len(tetap.rekaman) in {0, 6}
    assert 0 < len(ubah.rekaman) < 3
    assert all(r.diubah_sumber == NOW + timedelta(hours=2) for r in ubah.rekaman)
    assert hapus.rekaman
    assert all(r.dihapus for r in hapus.rekaman)


async def test_without_a_time_in_the_pages_the_last_cursor_is_none():
    app = Tetap({"data": [PENDUDUK], "next_cursor": None})
    async with terhubung(app) as system:
        [batch] = await semua(system)
    assert batch.cursor is None
    async with terhubung(simulator(config(), dunia(1)), config(since_parameter="")) as system:
        [batch] = await semua(system)
    assert batch.cursor is None


async def test_s40_refused_credentials_are_a_configuration_error_and_end_all_trying(caplog):
    app = Tetap({"code": "900901", "message": "Invalid Credentials"}, 401)
    async with terhubung(app) as system:
        with pytest.raises(UpstreamFailure) as first:
            await semua(system)
        with pytest.raises(UpstreamFailure):
            await semua(system)
        health = system.health()
    assert first.value.outcome is Outcome.CONFIG
    assert first.value.reaction.alarm
    assert len(app.ditanya) == 1
    assert health.breakers == {"read": BreakerState.OPEN}
    assert "Invalid Credentials" in health.catatan
    [alarm] = [r for r in caplog.records if r.levelname == "ERROR"]
    assert KUNCI not in alarm.getMessage()


async def test_s40_a_wrong_key_is_refused_by_the_simulator_and_a_right_one_after_the_pause_is_not():
    clock = ManualClock(NOW)
    app = simulator(config(), dunia(1), clock)
    async with terhubung(app, config(key=Secret("salah")), clock) as system:
        with pytest.raises(UpstreamFailure) as refused:
            await semua(system)
    assert refused.value.outcome is Outcome.CONFIG
    async with terhubung(app, clock=clock) as system:
        assert await kendali(app, refuse_key=True, times=1) == 200
        with pytest.raises(UpstreamFailure):
            await semua(system)
        clock.advance(timedelta(seconds=31))
        assert len(await semua(system)) == 1
        assert system.health().catatan is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.BAD_REQUEST),
        (403, Outcome.AGREEMENT_ENDED),
        (404, Outcome.BAD_REQUEST),
        (410, Outcome.BAD_REQUEST),
        (429, Outcome.BUSY),
        (500, Outcome.TRANSPORT),
        (503, Outcome.TRANSPORT),
        (302, Outcome.UNKNOWN_UPSTREAM),
    ],
)
async def test_every_status_has_its_meaning(status, outcome):
    async with terhubung(Tetap(b"rahasia", status, retry_after="7")) as system:
        with pytest.raises(UpstreamFailure) as failure:
            await semua(system)
    assert failure.value.outcome is outcome
    assert failure.value.retry_after == 7
    assert "rahasia" not in str(failure.value)


@pytest.mark.parametrize(
    "isi",
    [b"", b"<html>masuk</html>", b"[]", b"{}", {"data": {}}, {"data": [1]}, {"data": None}, b'{"data":["\xff"]}', b"[" * 100_000],
)  # fmt: skip
async def test_an_answer_that_is_no_page_is_malformed_and_counts(isi):
    app = Tetap(isi)
    async with terhubung(app) as system:
        for _ in range(5):
            with pytest.raises(UpstreamFailure) as failure:
                await semua(system)
        assert failure.value.outcome is Outcome.MALFORMED
        assert system.health().breakers == {"read": BreakerState.OPEN}


async def test_a_cursor_that_does_not_move_is_not_followed_for_ever():
    app = simulator(config(), dunia(7))
    await kendali(app, repeat_cursor=True)
    async with terhubung(app) as system:
        with pytest.raises(UpstreamFailure) as failure:
            await semua(system)
    assert failure.value.outcome is Outcome.MALFORMED


@pytest.mark.parametrize(("salah", "outcome"), [
    ({"not_subscribed": True}, Outcome.AGREEMENT_ENDED),
    ({"throttle_seconds": 9}, Outcome.BUSY),
])  # fmt: skip
async def test_the_simulator_refuses_on_demand(salah, outcome):
    app = simulator(config(), dunia(1))
    await kendali(app, **salah)
    async with terhubung(app) as system:
        with pytest.raises(UpstreamFailure) as failure:
            await semua(system)
    assert failure.value.outcome is outcome


@pytest.mark.parametrize("bentuk", ["A", "B"])
async def test_an_unreadable_row_is_reported_and_the_others_are_read(bentuk):
    settings = config(shape=bentuk, page_size=100)
    app = simulator(settings, dunia(3))
    await kendali(app, broken_row=True)
    async with terhubung(app, settings) as system:
        [batch] = await semua(system)
    assert len(batch.rekaman) == 3
    assert [p.kode for p in batch.ditolak] == ["NIK_FORMAT"]
    assert batch.ditolak[0].pesan.startswith("baris ke-1 pada halaman")


async def test_a_decile_without_version_is_flagged_unless_the_settings_tell_one():
    app = simulator(config(), dunia(1))
    await kendali(app, hide_version=True)
    async with terhubung(app) as system:
        [satu] = rekaman(await semua(system))
    assert [p.kode for p in satu.peringatan] == ["VERSION_MISSING"]
    async with terhubung(app, config(versi=VERSI)) as system:
        [satu] = rekaman(await semua(system))
    assert satu.dtks.desil.versi == VERSI
    assert satu.peringatan == ()


@pytest.mark.parametrize("cursor", ["", "bukan kursor", '{"sejak": 7}'])
async def test_a_cursor_of_another_make_is_refused(cursor):
    async with terhubung(simulator(config(), dunia(1))) as system:
        with pytest.raises(UpstreamFailure) as failure:
            await semua(system, cursor)
    assert failure.value.outcome is Outcome.BAD_REQUEST


async def test_no_key_and_no_person_stands_in_an_address_or_a_failure():
    app = Tetap({"data": [PENDUDUK | {"nomor_induk_kependudukan": "99"}], "next_cursor": None})
    async with terhubung(app) as system:
        [batch] = await semua(system)
    [scope] = app.ditanya
    alamat = scope["path"] + scope["query_string"].decode()
    assert KUNCI not in alamat
    assert dict(scope["headers"])[b"apikey"] == KUNCI.encode()
    assert NAMA not in repr(batch.ditolak)
    assert NIK not in repr(batch)


@pytest.mark.parametrize(
    "isi", ["{", "[]", '{"times": 0}', '{"asing": 1}', '{"throttle_seconds": -1}']
)
async def test_the_simulators_controls_take_nothing_that_they_do_not_know(isi):
    http = HttpPools(transport_for=lambda _: asgi_transport(simulator(config(), dunia(1))))
    pool = http("uji", Endpoint(base_url="http://sim"))
    answer = await pool.send(Call(operation="c", method="PUT", path="/_control", body=isi.encode()))
    assert answer.status == 400


@pytest.mark.parametrize("query", ["cursor=x", "limit=x", "updated_since=x"])
async def test_the_simulator_refuses_a_question_that_it_cannot_read(query):
    http = HttpPools(transport_for=lambda _: asgi_transport(simulator(config(), dunia(1))))
    pool = http("uji", Endpoint(base_url="http://sim"))
    nama, isi = query.split("=")
    answer = await pool.send(
        Call(
            operation="c",
            method="GET",
            path="/dtsen/v1/penduduk",
            query={nama: isi},
            headers={"apikey": KUNCI},
        )
    )
    assert answer.status == 400


async def test_a_connected_service_has_what_the_card_promises():
    assert spec.capabilities == {
        Capability.RECORD_SOURCE, Capability.FILE_SOURCE, Capability.HEALTH,
    }  # fmt: skip
    assert spec.file_source is not None
    assert {o.name for o in spec.file_source(config()).options} >= {"tahun", "versi", "kategori"}
    async with terhubung(simulator(config(), dunia(1))) as system:
        assert system.record_source is not None
        assert system.health().breakers == {}


def test_a_url_without_a_key_is_refused():
    clock = ManualClock(NOW)
    luar = Outside(http=HttpPools(), clock=clock, wilayah=SatuDesa())
    with pytest.raises(ValueError, match="key"):
        connect(config(key=Secret("")), luar)


def test_the_sandbox_settings_connect_to_the_simulator():
    nama = set(spec.config.__struct_fields__)
    assert spec.sandbox.keys() <= nama
