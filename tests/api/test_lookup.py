"""Looking a resident up: granted attributes of residents of granted areas, and nothing else."""

from datetime import timedelta

import pytest

from tests.fixtures.gateway_app import SEMUA_ATRIBUT
from tests.fixtures.gateway_people import (
    DI_LUAR,
    MENINGGAL_DI_LUAR,
    NIK_TAK_DIKENAL,
    SATU,
    STATUS_TANPA_BIODATA,
    nik_of,
)

OF_THE_REQUEST = ("x-request-id", "ratelimit-remaining", "ratelimit-reset")
"""Headers that differ from one request to the next, whatever it asks."""


async def test_all_granted_attributes_are_answered_with_source_and_age(gateway):
    asker = await gateway.asking()
    answer = await asker.lookup(SATU.nik)
    assert answer.status_code == 200
    data, meta = answer.json()["data"], answer.json()["meta"]
    assert data["nik"] == SATU.nik
    assert data["nama_lengkap"] == "CONTOH PALSU SATU"
    assert data["tanggal_lahir"] == "1990-08-17"
    assert data["alamat"]["rt"] == "005"
    assert data["kode_wilayah"] == "64.02.06.1001"
    assert set(data) <= SEMUA_ATRIBUT
    told = {name: meta[name] for name in ("sistem", "hasil", "umur", "dari_cache", "pada")}
    assert told == {
        "sistem": "dukcapil",
        "hasil": "found",
        "umur": 0,
        "dari_cache": False,
        "pada": "2026-11-21T03:00:00Z",
    }


@pytest.mark.parametrize(
    "atribut", [{"nama_lengkap"}, {"jenis_kelamin", "alamat"}, {"status_penduduk"}, set()]
)
async def test_an_attribute_that_is_not_granted_is_absent_everywhere(gateway, atribut):
    asker = await gateway.asking(atribut=frozenset(atribut))
    answer = await asker.lookup(SATU.nik)
    body = answer.json()
    assert set(body["data"]) == atribut
    assert set(body["meta"]["asli"]) <= atribut
    assert {warning.get("atribut") for warning in body["meta"]["peringatan"]} <= atribut | {None}
    if "nama_lengkap" not in atribut:
        assert "CONTOH PALSU" not in answer.text


async def test_a_resident_outside_the_granted_areas_cannot_be_told_from_an_unknown_one(gateway):
    asker = await gateway.asking()
    answers = [
        await asker.lookup(nik) for nik in (NIK_TAK_DIKENAL, DI_LUAR.nik, MENINGGAL_DI_LUAR.nik)
    ]
    assert {answer.status_code for answer in answers} == {404}
    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    kinds = [{**dict(answer.headers)} | dict.fromkeys(OF_THE_REQUEST, "") for answer in answers]
    assert kinds[0] == kinds[1] == kinds[2]
    reasons = {(row["alasan"], row["hasil"]) for row in await gateway.audited()}
    assert reasons == {("not_found", "tidak_ditemukan")}


@pytest.mark.parametrize(
    ("wilayah", "found"),
    [
        ({"64.02.06.1001"}, True),
        ({"64.02.06"}, True),
        ({"64"}, True),
        ({"*"}, True),
        ({"64.02.06.1002"}, False),
        ({"64.02.0"}, False),
        ({"6"}, False),
        (set(), False),
    ],
)
async def test_areas_are_granted_by_whole_segments(gateway, wilayah, found):
    asker = await gateway.asking(wilayah=frozenset(wilayah))
    assert (await asker.lookup(SATU.nik)).status_code == (200 if found else 404)


@pytest.mark.parametrize("hasil", STATUS_TANPA_BIODATA)
async def test_the_status_of_a_resident_without_biodata_is_told_where_it_is_granted(gateway, hasil):
    orang, status = STATUS_TANPA_BIODATA[hasil]
    asker = await gateway.asking()
    body = (await asker.lookup(orang.nik)).json()
    assert body["data"] == {"nik": orang.nik, "status_penduduk": status}
    assert body["meta"]["hasil"] == hasil


@pytest.mark.parametrize("hasil", STATUS_TANPA_BIODATA)
async def test_a_status_that_is_not_granted_is_not_told_by_the_outcome_either(gateway, hasil):
    orang, status = STATUS_TANPA_BIODATA[hasil]
    asker = await gateway.asking(atribut=frozenset(("nama_lengkap",)))
    answer = await asker.lookup(orang.nik)
    assert answer.json()["data"] == {}
    assert "hasil" not in answer.json()["meta"]
    assert status not in answer.text


class TestCache:
    """The registry is asked, or the cache, as grant and caller together allow."""

    async def ages(self, gateway, asker, *asked: tuple[int, dict[str, int]]):
        """Looks up, then again after so many seconds; whether each came from the cache."""
        await asker.lookup(SATU.nik)
        found = []
        for seconds, more in asked:
            gateway.clock.advance(timedelta(seconds=seconds))
            meta = (await asker.lookup(SATU.nik, **more)).json()["meta"]
            found.append((meta["dari_cache"], meta["umur"]))
        return found

    async def test_it_is_used_up_to_the_age_that_the_grant_allows(self, gateway):
        asker = await gateway.asking(boleh_cache=True, maks_umur=60)
        ages = await self.ages(gateway, asker, (60, {}), (1, {}))
        assert ages == [(True, 60), (False, 0)]

    async def test_a_caller_may_ask_for_a_fresher_answer_and_never_for_an_older_one(self, gateway):
        asker = await gateway.asking(boleh_cache=True, maks_umur=60)
        asked = (30, {"maks_umur": 29}), (30, {"maks_umur": 30}), (40, {"maks_umur": 3600})
        assert await self.ages(gateway, asker, *asked) == [(False, 0), (True, 30), (False, 0)]

    @pytest.mark.parametrize(
        "grant", [{"boleh_cache": False, "maks_umur": 60}, {"boleh_cache": True}]
    )
    async def test_it_is_not_used_where_the_grant_does_not_allow_it(self, gateway, grant):
        asker = await gateway.asking(**grant)
        assert await self.ages(gateway, asker, (0, {}), (1, {"maks_umur": 60})) == [(False, 0)] * 2

    async def test_a_kept_answer_is_cut_to_the_grant_of_whoever_asks(self, gateway):
        await (await gateway.asking(boleh_cache=True, maks_umur=60)).lookup(SATU.nik)
        narrow = await gateway.asking(atribut=frozenset(("agama",)), boleh_cache=True, maks_umur=60)
        body = (await narrow.lookup(SATU.nik)).json()
        assert body["meta"]["dari_cache"] is True
        assert body["data"] == {"agama": "ISLAM"}

    async def test_the_audit_log_tells_what_came_from_the_cache(self, gateway):
        asker = await gateway.asking(boleh_cache=True, maks_umur=60)
        await self.ages(gateway, asker, (1, {}))
        assert [row["sumber"] for row in await gateway.audited()] == ["dukcapil", "cache:dukcapil"]

    async def test_an_unknown_resident_is_kept_too(self, gateway):
        asker = await gateway.asking(boleh_cache=True, maks_umur=60)
        assert (await asker.lookup(NIK_TAK_DIKENAL)).status_code == 404
        gateway.break_registry(status=500)
        assert (await asker.lookup(NIK_TAK_DIKENAL)).status_code == 404


class TestQuota:
    """Lookups and verifications of a grant and a day of western Indonesian time."""

    async def test_a_grant_without_lookups_has_none(self, gateway):
        asker = await gateway.asking(cari_per_hari=0)
        assert (await asker.lookup(SATU.nik)).status_code == 429

    async def test_the_quota_holds_for_lookups_and_verifications_together(self, gateway):
        asker = await gateway.asking(cari_per_hari=2)
        assert (await asker.lookup(SATU.nik)).status_code == 200
        assert (await asker.verify(SATU.nik, nama_lengkap="CONTOH")).status_code == 200
        assert (await asker.get("/v1/me")).json()["data"]["cari_tersisa"] == 0
        refused = await asker.lookup(SATU.nik)
        assert refused.status_code == 429
        assert refused.json()["code"] == "grant_quota_spent"
        # 03:00 UTC is 10:00 in western Indonesia.
        assert refused.headers["retry-after"] == str(14 * 3600)
        assert (await gateway.audited())[-1]["alasan"] == "grant_quota_spent"

    async def test_a_new_day_begins_at_midnight_in_western_indonesia(self, gateway):
        grant = await gateway.grant(cari_per_hari=1)
        assert (await (await gateway.asker(grant)).lookup(SATU.nik)).status_code == 200
        gateway.clock.advance(timedelta(hours=14, seconds=-1))
        assert (await (await gateway.asker(grant)).lookup(SATU.nik)).status_code == 429
        gateway.clock.advance(timedelta(seconds=1))
        assert (await (await gateway.asker(grant)).lookup(SATU.nik)).status_code == 200

    async def test_one_grant_does_not_spend_the_quota_of_another(self, gateway):
        first, second = [await gateway.asking(cari_per_hari=1) for _ in range(2)]
        assert (await first.lookup(SATU.nik)).status_code == 200
        assert (await second.lookup(SATU.nik)).status_code == 200


async def test_every_lookup_leaves_a_row_that_says_who_asked_why_and_what_was_told(gateway):
    asker = await gateway.asking(atribut=frozenset(("nik", "nama_lengkap")))
    answer = await asker.lookup(SATU.nik)
    (row,) = await gateway.audited()
    assert row["subjek"] == gateway.parts.keyring.subject(nik_of(SATU))
    assert row["request_id"] == answer.headers["x-request-id"]
    named = ("peristiwa", "hasil", "client_id", "grant_id", "grant_versi", "tujuan", "dasar_hukum")
    assert {name: row[name] for name in (*named, "nomor_pks", "atribut", "jumlah", "sumber")} == {
        "peristiwa": "penduduk.lookup",
        "hasil": "diberikan",
        "client_id": "dinkes",
        "grant_id": asker.grant.grant_id,
        "grant_versi": 1,
        "tujuan": "P-BANSOS",
        "dasar_hukum": "UU 13/2011",
        "nomor_pks": "PKS/001/2026",
        "atribut": ["nama_lengkap", "nik"],
        "jumlah": 1,
        "sumber": "dukcapil",
    }
