"""Comparing elements: verdicts on what was sent and is granted, and no data."""

import pytest

from tests.fixtures.gateway_people import NIK_TAK_DIKENAL, SATU, STATUS_TANPA_BIODATA, nik_of

RIGHT = {
    "nama_lengkap": "CONTOH PALSU SATU",
    "tempat_lahir": "TENGGARONG",
    "tanggal_lahir": "1990-08-17",
    "jenis_kelamin": "P",
}
WRONG = {
    "nama_lengkap": "CONTOH LAIN SEKALI",
    "tempat_lahir": "SAMARINDA",
    "tanggal_lahir": "1991-08-17",
    "jenis_kelamin": "L",
}


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


@pytest.mark.parametrize("name", RIGHT)
async def test_each_element_is_judged_by_itself(gateway, name):
    asker = await gateway.asking()
    for told, verdict in ((RIGHT, "SESUAI"), (WRONG, "TIDAK_SESUAI")):
        answer = await asker.verify(SATU.nik, **{name: told[name]})
        assert answer.status_code == 200
        assert {key: item["hasil"] for key, item in answer.json()["data"].items()} == {
            name: verdict
        }


async def test_right_and_wrong_elements_are_told_apart_in_one_answer(gateway):
    asker = await gateway.asking()
    answer = await asker.verify(SATU.nik, **(RIGHT | {"jenis_kelamin": "L"}))
    verdicts = {name: item["hasil"] for name, item in answer.json()["data"].items()}
    assert verdicts == dict.fromkeys(RIGHT, "SESUAI") | {"jenis_kelamin": "TIDAK_SESUAI"}


async def test_nothing_that_was_sent_or_is_known_comes_back(gateway):
    asker = await gateway.asking()
    answer = await asker.verify(SATU.nik, **RIGHT)
    for value in (*RIGHT.values(), "CONTOH", nik_of(SATU)):
        assert f'"{value}"' not in answer.text


async def test_an_address_is_judged_part_by_part(gateway):
    asker = await gateway.asking()
    answer = await asker.verify(SATU.nik, alamat={"rt": "005", "rw": "011"})
    verdicts = {name: item["hasil"] for name, item in answer.json()["data"].items()}
    assert verdicts == {"alamat.rt": "SESUAI", "alamat.rw": "TIDAK_SESUAI"}


async def test_verdicts_that_nobody_asked_for_do_not_leave(gateway):
    asker = await gateway.asking()
    await gateway.control_registry(echo=["JENIS_KLMIN", "NAMA_LGKP"])
    answer = await asker.verify(SATU.nik, tempat_lahir="TENGGARONG")
    assert set(answer.json()["data"]) == {"tempat_lahir"}


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"pekerjaan": "PETANI"}, ["pekerjaan"]),
        ({"nama_lengkap": "X", "nama_ibu_kandung": "X"}, ["nama_ibu_kandung"]),
        ({"alamat": {"rt": "001"}, "status_kawin": "KAWIN"}, ["alamat", "status_kawin"]),
    ],
)
async def test_an_element_that_is_not_granted_is_named_and_nothing_is_asked(gateway, told, refused):
    asker = await gateway.asking(atribut_cocok=frozenset(("nama_lengkap",)))
    gateway.break_registry(status=500)
    answer = await asker.verify(SATU.nik, **told)
    assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")
    assert [error["field"] for error in answer.json()["errors"]] == refused
    assert (await asker.get("/v1/me")).json()["data"]["cari_tersisa"] == 1000
    row = (await gateway.audited())[0]
    assert (row["hasil"], row["alasan"]) == ("ditolak", "attribute_not_granted")


async def test_the_right_to_see_an_attribute_is_no_right_to_compare_it(gateway):
    asker = await gateway.asking(
        atribut=frozenset(("nama_lengkap",)), atribut_cocok=frozenset(("tempat_lahir",))
    )
    assert (await asker.verify(SATU.nik, nama_lengkap="X")).status_code == 403
    assert (await asker.verify(SATU.nik, tempat_lahir="X")).status_code == 200


async def test_an_unknown_resident_is_not_found(gateway):
    asker = await gateway.asking()
    answer = await asker.verify(NIK_TAK_DIKENAL, nama_lengkap="X")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("hasil", STATUS_TANPA_BIODATA)
async def test_the_status_of_a_resident_is_told_only_where_it_is_granted(gateway, hasil):
    orang, _ = STATUS_TANPA_BIODATA[hasil]
    for atribut, told in ((("status_penduduk",), hasil), (("nik",), None)):
        asker = await gateway.asking(atribut=frozenset(atribut))
        body = (await asker.verify(orang.nik, nama_lengkap="X")).json()
        assert body["data"] == {}
        assert body["meta"].get("hasil") == told


async def test_the_audit_log_tells_which_elements_were_judged(gateway):
    asker = await gateway.asking()
    answer = await asker.verify(SATU.nik, alamat={"rt": "005"}, nama_lengkap="X")
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["hasil"], row["sumber"]) == (
        "penduduk.verify",
        "diberikan",
        "dukcapil",
    )
    assert row["atribut"] == ["alamat", "nama_lengkap"]
    assert row["subjek"] == gateway.parts.keyring.subject(nik_of(SATU))
    assert row["request_id"] == answer.headers["x-request-id"]
