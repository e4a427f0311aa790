"""`atribut`: fewer attributes than are granted, and never another one."""

import pytest
import sqlalchemy as sa

from tests.api.ppks_pages import listing
from tests.fixtures.gateway_people import SATU

ALWAYS = {"id", "versi", "diubah_pada", "rujukan"}


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


async def asked(asker, path, names, **filters):
    """The answers of the list, the search or one record."""
    if path == "search":
        return await asker.search(atribut=names, limit=1, **filters)
    chosen = f"?atribut={','.join(names)}"
    if path == "list":
        query = "".join(f"&{name}={value}" for name, value in filters.items())
        return await asker.get(f"/v1/ppks{chosen}&limit=1{query}")
    (item,) = (await listing(asker, {"limit": 1} | filters)).json()["items"]
    return await asker.get(f"/v1/ppks/{item['id']}{chosen}")


def records(answer):
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["items"] if "items" in body else [body["data"]]


PATHS = pytest.mark.parametrize("path", ["list", "search", "one"])


@PATHS
@pytest.mark.parametrize(
    ("names", "more"),
    [
        (["nik"], {"nik"}),
        (["kategori", "nama_lengkap", "kategori"], {"kategori", "nama_lengkap"}),
        (["id"], set()),
        (["sumber"], {"sumber"}),
    ],
)
async def test_only_the_chosen_attributes_are_told_and_noted(gateway, path, names, more):
    asker = await gateway.asking()
    (item,) = records(await asked(asker, path, names, kode_wilayah="64.02.06.1001"))
    assert set(item) == ALWAYS | more
    assert (await gateway.audited())[-1]["atribut"] == sorted(more)


async def test_the_provenance_speaks_of_the_chosen_attributes_only(gateway):
    asker = await gateway.asking()
    answer = await asker.search(nama_lengkap=SATU.nama_lengkap, atribut=["sumber", "nama_lengkap"])
    (item,) = records(answer)
    assert item["sumber"]["atribut"] == ["nama_lengkap"]
    assert item["sumber"]["asli"] == {"nama_lengkap": {"teks": "Contoh Palsu Satu"}}


async def test_what_is_not_chosen_is_not_read_from_the_store(gateway):
    asker = await gateway.asking()
    statements = []

    def note(_connection, _cursor, statement, *_) -> None:
        if "FROM ppks" in statement:
            statements.append(statement)

    engine = gateway.parts.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        await asked(asker, "list", ["agama"])
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    (statement,) = statements
    assert "ppks.agama" in statement
    assert "ppks.nik" not in statement
    assert "ppks.nama_lengkap" not in statement


@PATHS
async def test_an_attribute_that_is_not_granted_is_named_and_refused(gateway, path):
    asker = await gateway.asking(atribut=frozenset(("agama", "kategori")))
    answer = await asked(asker, path, ["agama", "nik", "nama_lengkap"])
    assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == ["atribut.nama_lengkap", "atribut.nik"]
    row = (await gateway.audited())[-1]
    assert (row["hasil"], row["alasan"]) == ("ditolak", "attribute_not_granted")


@PATHS
@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["nik", "tak_ada"], ["atribut.tak_ada"]),
        (["nik_ayah"], ["atribut.nik_ayah"]),
        (["nik_indeks", "sidik"], ["atribut.nik_indeks", "atribut.sidik"]),
        (["CONTOH BUDI"], ["atribut"]),
        (["*"], ["atribut"]),
        (["nik", ""], ["atribut"]),
        ([" nik"], ["atribut"]),
    ],
)
async def test_an_unknown_attribute_is_refused_and_no_text_is_repeated(
    gateway, path, names, fields
):
    # Granted or not makes no difference to what there is.
    for granted in ({}, {"atribut": frozenset()}):
        asker = await gateway.asking(**granted)
        answer = await asked(asker, path, names)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
        assert [error["field"] for error in answer.json()["errors"]] == fields
        assert "BUDI" not in answer.text


async def test_the_choice_is_a_list_that_is_given_once(gateway):
    asker = await gateway.asking()
    for query in ("atribut=nik&atribut=agama", "atribut=", "atribut=null"):
        answer = await asker.get(f"/v1/ppks?{query}")
        assert answer.status_code == 400, query
    for names in ([], "nik", [1], ["nik"] * 36):
        assert (await asker.search(atribut=names)).status_code == 400, names


async def test_a_filter_needs_no_choice_of_its_attribute(gateway):
    asker = await gateway.asking()
    answer = await asker.get("/v1/ppks?kode_wilayah=64.02.07&atribut=agama")
    assert len(answer.json()["items"]) == 1
    assert set(answer.json()["items"][0]) <= ALWAYS | {"agama"}


async def test_a_token_for_less_chooses_from_less(gateway):
    asker = await gateway.asking()
    narrow = await gateway.asking(atribut=frozenset(("agama",)))
    assert (await asked(asker, "list", ["nik"])).status_code == 200
    assert (await asked(narrow, "list", ["nik"])).status_code == 403


async def test_pages_go_on_with_another_choice(gateway):
    asker = await gateway.asking()
    first = (await asker.get("/v1/ppks?limit=2&atribut=nik")).json()
    rest = (await asker.get(f"/v1/ppks?cursor={first['next_cursor']}&atribut=agama")).json()
    ids = [item["id"] for item in (await asker.get("/v1/ppks")).json()["items"]]
    assert [item["id"] for item in first["items"] + rest["items"]] == ids
