"""A person of whom several sources tell, as agencies with different rights get to know it."""

import msgspec
import pytest

from gateway.application.records.review_matches import ReviewMatches
from gateway.domain.daftar_subjek import sebutan
from gateway.domain.merging.review import StatusPadanan
from gateway.domain.person import Penduduk
from tests.api.auditors import auditor, entries, seal
from tests.fixtures.gateway_app import SEMUA_ATRIBUT
from tests.fixtures.gateway_people import DISABILITAS, LANSIA, NIK_TAK_DIKENAL, SATU, rekaman

ID, PATH = "CONTOH-SIKS", "/v1/ppks"
OTHER = NIK_TAK_DIKENAL
MADE = frozenset(("sumber", "nama_lengkap"))


def second_word(**changes):
    """What another source tells of the first person of the store, under another number."""
    usual = {
        "nik": OTHER,
        "nama_lengkap": "CONTOH PALSUU SATU",
        "tanggal_lahir": SATU.tanggal_lahir,
        "pendidikan": "SEKOLAH CONTOH",
        "kode_wilayah": "64.02.06.1001",
    }
    told = rekaman(ID, None, LANSIA, DISABILITAS, orang=Penduduk(**usual | changes))
    return msgspec.structs.replace(told, sistem="siks_ng")


@pytest.fixture
async def joined(gateway):
    """The gateway, and the id of the record that a reviewer joined."""
    await gateway.parts.imports.save([second_word()], dry_run=False)
    reviews = ReviewMatches(gateway.parts.records.reviews)
    ids = [(await search(gateway, nik=number))[0]["id"] for number in (SATU.nik, OTHER)]
    pair = await reviews.add(*ids)
    await reviews.decide(pair.id, StatusPadanan.DITERIMA, oleh="CONTOH PENINJAU", catatan=None)
    return ids[0]


async def search(gateway, **kondisi):
    answer = await (await gateway.asking()).search(**kondisi)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def told(asker, path, **headers):
    answer = await asker.get(path, **headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"], answer.json()


async def test_each_view_of_its_sources_has_a_tag_of_its_own(gateway, joined):
    views = [SEMUA_ATRIBUT, MADE, frozenset(("sumber", "pendidikan")), SEMUA_ATRIBUT - {"sumber"}]
    askers = [await gateway.asking(atribut=atribut) for atribut in views]
    one = f"{PATH}/{joined}"
    for path in (one, PATH):
        tags = [(await told(asker, path))[0] for asker in askers]
        assert len({*tags}) == len(views)
        for mine, asker in zip(tags, askers, strict=True):
            for tag in tags:
                answer = await asker.get(path, If_None_Match=tag)
                assert answer.status_code == (304 if tag == mine else 200)
                assert (answer.content == b"") == (tag == mine)
    shown = [(await told(asker, one))[1]["data"] for asker in askers]
    told_by = [{each["sistem"] for each in item["gabungan"]["anggota"]} for item in shown[:3]]
    assert told_by == [{"sijosku", "siks_ng"}, {"sijosku"}, {"siks_ng"}]
    assert "gabungan" not in shown[3]
    assert "SEKOLAH CONTOH" not in str(shown[1])


async def test_a_tag_from_before_serves_nobody_after_a_source_told_something_else(gateway, joined):
    views = [MADE, frozenset(("sumber", "pendidikan"))]
    askers = [await gateway.asking(atribut=atribut) for atribut in views]
    path = f"{PATH}/{joined}"
    before = [await told(asker, path) for asker in askers]
    await gateway.parts.imports.save([second_word(pendidikan="SEKOLAH LAIN")], dry_run=False)
    for (tag, known), asker in zip(before, askers, strict=True):
        # Who may not know what changed learns no more than the version, which everybody sees.
        _, now = await told(asker, path, If_None_Match=tag)
        assert now["data"]["versi"] == known["data"]["versi"] + 1
    assert "SEKOLAH LAIN" not in str(await told(askers[0], path))


@pytest.mark.parametrize(
    ("kondisi", "found"),
    [
        ({"nik": SATU.nik}, True),
        ({"nik": OTHER}, False),
        ({"nama_lengkap": SATU.nama_lengkap}, True),
        ({"nama_lengkap": "CONTOH PALSUU SATU"}, False),
    ],
    ids=["shown number", "other number", "shown name", "other name"],
)
async def test_it_is_found_by_what_it_shows(gateway, joined, kondisi, found):
    items = await search(gateway, **kondisi)
    assert [item["id"] for item in items] == [joined] * found
    for item in items:
        assert item["sumber"]["sistem"] == "gabungan"
        lost = {each["atribut"]: each["nilai"] for each in item["gabungan"]["konflik"]}
        assert (lost["nik"], lost["nama_lengkap"]) == (OTHER, "CONTOH PALSUU SATU")


async def test_taken_apart_each_is_found_by_its_own_again(gateway, joined):
    reviews = ReviewMatches(gateway.parts.records.reviews)
    [pair] = await reviews.pairs(StatusPadanan.DITERIMA)
    await reviews.decide(pair.id, StatusPadanan.USULAN, oleh="CONTOH PENINJAU", catatan=None)
    [one], [other] = [await search(gateway, nik=number) for number in (SATU.nik, OTHER)]
    assert one["id"] == joined != other["id"]


async def test_an_auditor_is_told_of_one_record_of_one_person_and_nothing_of_its_sources(
    gateway, joined
):
    asker = await gateway.asking(atribut=MADE | {"kode_wilayah"})
    [page] = (await told(asker, f"{PATH}?kode_wilayah=64.02.06.1001"))[1]["items"]
    await told(asker, f"{PATH}/{joined}")
    await asker.search(nik=SATU.nik)
    await asker.search(nik=OTHER)
    rows = (await gateway.audited())[-4:]
    keyring = gateway.parts.keyring
    bearer = sebutan(keyring.subject_of_reference(page["rujukan"]))
    assert [row["daftar"] for row in rows] == [bearer, bearer, bearer, None]
    await seal(gateway)
    seen = [
        each
        for each in await entries(await auditor(gateway), client_id="dinkes")
        if each.get("grant_id") == asker.grant.grant_id and each["peristiwa"].startswith("ppks.")
    ]
    assert [(each["peristiwa"], each.get("jumlah", 0)) for each in seen] == [
        ("ppks.list", 1),
        ("ppks.one", 1),
        ("ppks.search", 1),
        ("ppks.search", 0),
    ]
    for each in seen[:3]:
        assert each["atribut"] == ["kode_wilayah", "nama_lengkap", "sumber"]
    assert seen[2]["subjek"] != seen[3]["subjek"]
    for hidden in (SATU.nik, OTHER, page["rujukan"], bearer, "siks_ng", "gabungan", joined):
        assert hidden not in str(seen)
