"""JSON, CSV and XLSX of the same page: by `Accept`, and safe to open in a spreadsheet."""

import csv
import io
import re
import zipfile

import pytest
from python_calamine import load_workbook

from gateway.domain.grant import JenisGrant
from gateway.domain.person import Alamat, Penduduk
from gateway.domain.ppks import Dtks
from tests.fixtures.gateway_people import DISABILITAS, LANSIA, SATU, rekaman

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
SATU_COLUMNS = {
    "nik": SATU.nik,
    "no_kk": SATU.no_kk,
    "nama_lengkap": "CONTOH PALSU SATU",
    "tanggal_lahir": "1990-08-17",
    "alamat.rt": "005",
    "alamat.dusun": "",
    "kode_wilayah": "64.02.06.1001",
    "kategori.kode": f"{DISABILITAS}|{LANSIA}",
    "kategori.subjenis": "",
    "dtks.desil.jenis": "NILAI",
    "bantuan.program": "pkh",
    "sumber.sistem": "sijosku",
    "sumber.asli": '{"pekerjaan":{"teks":"tani"},"nama_lengkap":{"teks":"Contoh Palsu Satu"}}',
}


async def page_as(asker, form, path="/v1/ppks", **headers):
    answer = await asker.get(path, accept=form, **headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == form
    assert answer.headers["vary"] == "Accept"
    return answer


def csv_rows(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def unmarked(cell):
    return cell.removeprefix("'")


def xlsx_rows(answer):
    sheet = load_workbook(io.BytesIO(answer.content)).get_sheet_by_name("ppks")
    return sheet.to_python(skip_empty_area=False)


def as_dicts(rows):
    header, *rest = rows
    return [dict(zip(header, row, strict=True)) for row in rest]


def row_of_satu(rows):
    return next(row for row in rows if row["nama_lengkap"] == SATU.nama_lengkap)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv; header=present", CSV),
        ("text/csv;q=0.5, application/json;q=0.4", CSV),
        ("text/csv;q=0.5, application/json", JSON),
        ("text/csv, application/json", JSON),
        ("text/csv, */*;q=0.1", CSV),
        (f"{XLSX}, text/csv;q=0.9", XLSX),
        (f"text/csv;q=0, {XLSX};q=0.001, application/json;q=0", XLSX),
        ("application/json;q=0, */*", CSV),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("bukan-jenis, text/csv", CSV),
        ("text/csv;q=abc", CSV),
    ],
)
async def test_the_form_that_is_wanted_most_is_given(common_gateway, accept, form):
    asker = await common_gateway.asking()
    for answer in (
        await asker.get("/v1/ppks?limit=1", accept=accept),
        await asker.post("/v1/ppks/search", {"limit": 1}, accept=accept),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == form


async def test_a_table_names_its_charset_once(common_gateway):
    asker = await common_gateway.asking()
    told = (await asker.get("/v1/ppks?limit=1", accept=CSV)).headers["content-type"]
    assert told == "text/csv; header=present; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "forms"),
    [
        ("/v1/penduduk/jobs/{job_id}/results", {"application/x-ndjson", CSV}),
        (
            "/v1/exports/{export_id}/files/{berkas}",
            {"application/x-ndjson", "application/vnd.apache.parquet"},
        ),
    ],
)
async def test_the_description_names_every_form(common_gateway, path, forms):
    document = (await common_gateway.http.get("/openapi.json")).json()
    assert set(document["paths"][path]["get"]["responses"]["200"]["content"]) == forms


@pytest.mark.parametrize(
    "accept", ["text/html", "*/*;q=0", "application/json;q=0", "x", "text/csv;q=0.0", "*/json"]
)
async def test_a_form_that_there_is_not_is_refused_before_anything_is_read(common_gateway, accept):
    asker = await common_gateway.asking()
    if accept == "application/json;q=0":
        accept += ", image/png"
    for answer in (
        await asker.get("/v1/ppks", accept=accept),
        await asker.post("/v1/ppks/search", {}, accept=accept),
    ):
        assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
        assert answer.headers["content-type"] == "application/problem+json"
    assert [row["hasil"] for row in await common_gateway.audited()] == ["ditolak", "ditolak"]


async def test_a_csv_holds_the_page_with_dotted_names(common_gateway):
    asker = await common_gateway.asking()
    answer = await page_as(asker, CSV)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\r\n") == 6
    rows = as_dicts(csv_rows(answer))
    items = (await asker.get("/v1/ppks")).json()["items"]
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    satu = row_of_satu(rows)
    assert {name: unmarked(satu[name]) for name in SATU_COLUMNS} == SATU_COLUMNS
    assert rows[0]["diubah_pada"] == items[0]["diubah_pada"]


async def test_a_sheet_holds_the_page_and_every_number_of_a_person_is_a_text(common_gateway):
    asker = await common_gateway.asking()
    rows = as_dicts(xlsx_rows(await page_as(asker, XLSX)))
    satu = row_of_satu(rows)
    assert {name: satu[name] for name in SATU_COLUMNS} == SATU_COLUMNS
    assert (satu["versi"], satu["dtks.desil.bawah"]) == (1, 1)
    assert len(rows) == 5


async def test_a_csv_marks_what_a_spreadsheet_would_take_for_a_number(common_gateway):
    asker = await common_gateway.asking()
    row = row_of_satu(as_dicts(csv_rows(await page_as(asker, CSV))))
    assert row["nik"] == f"'{SATU.nik}"
    assert row["alamat.rt"] == "'005"
    assert row["kode_wilayah"] == "'64.02.06.1001"
    assert (row["versi"], row["tanggal_lahir"]) == ("1", "1990-08-17")


async def test_the_columns_are_those_that_are_granted_and_chosen_whatever_the_records_hold(
    common_gateway,
):
    asker = await common_gateway.asking(atribut=frozenset(("nik", "alamat", "padan")))
    always = ["id", "versi", "diubah_pada", "rujukan"]
    streets = [f"alamat.{part}" for part in ("jalan", "dusun", "rt", "rw", "kode_pos")]
    matched = ["padan.status", "padan.asli", "padan.pada"]
    nobody = "/v1/ppks?diubah_sejak=9999-12-31T00:00:00Z"
    for path in ("/v1/ppks", nobody):
        for form, rows in ((CSV, csv_rows), (XLSX, xlsx_rows)):
            assert rows(await page_as(asker, form, path))[0] == [
                *always, "nik", *streets, *matched,
            ]  # fmt: skip
    assert csv_rows(await page_as(asker, CSV, "/v1/ppks?atribut=nik"))[0] == [*always, "nik"]


HOSTILE = [
    "=1+1", "+62811", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "'biasa", "12E5",
    '=HYPERLINK("http://contoh.invalid","x")', 'a"b,c;d|e\\f', "baris\r\nbaru", "0812", "1.5",
    "biasa - saja", "Jl. = 5",
]  # fmt: skip


async def test_no_cell_begins_a_formula_and_every_text_comes_back_whole(gateway):
    people = [
        rekaman(f"jahat-{n}", None, orang=Penduduk(
            nama_lengkap=text, kode_wilayah="64.02.09", alamat=Alamat(jalan=text),
        ), kebutuhan=(text, "lain"), dtks=Dtks(id_dtks=text))
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    await gateway.parts.imports.save(people, dry_run=False)
    asker = await gateway.asking()
    path = "/v1/ppks?kode_wilayah=64.02.09"
    rows = as_dicts(csv_rows(await page_as(asker, CSV, path)))
    cells = [cell for row in rows for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝"))] == []
    for name in ("nama_lengkap", "alamat.jalan", "dtks.id_dtks"):
        assert sorted(unmarked(row[name]) for row in rows) == sorted(HOSTILE)
    needs = [re.split(r"(?<!\\)\|", unmarked(row["kebutuhan"])) for row in rows]
    told = [need[0].replace(r"\|", "|").replace("\\\\", "\\") for need in needs]
    assert sorted(told) == sorted(HOSTILE)
    sheet = await page_as(asker, XLSX, path)
    told = [row["nama_lengkap"] for row in as_dicts(xlsx_rows(sheet))]
    assert sorted(told) == sorted(HOSTILE)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(sheet.content)).read("xl/worksheets/sheet1.xml")


async def test_a_pseudonymised_reader_gets_tables_without_words_of_the_source(gateway):
    asker = await gateway.asking(
        jenis=JenisGrant.SAMARAN, atribut=frozenset(("kategori", "kode_wilayah"))
    )
    rows = as_dicts(csv_rows(await page_as(asker, CSV)))
    items = (await asker.get("/v1/ppks")).json()["items"]
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert {row["kategori.asli"] for row in rows} == {""}


async def test_the_same_page_is_the_same_file(common_gateway):
    asker = await common_gateway.asking()
    for form in (CSV, XLSX):
        answers = [await page_as(asker, form) for _ in range(2)]
        assert answers[0].content == answers[1].content
        assert answers[0].headers["etag"] == answers[1].headers["etag"]


def next_of(answer):
    link = answer.headers.get("link")
    return None if link is None else re.fullmatch(r'<([^<>]+)>; rel="next"', link)[1]


@pytest.mark.parametrize(("form", "rows_of"), [(CSV, csv_rows), (XLSX, xlsx_rows)])
async def test_the_link_leads_through_all_pages_with_filters_and_choice(
    common_gateway, form, rows_of
):
    asker = await common_gateway.asking()
    query = (
        "kode_wilayah=64.02&atribut=nama_lengkap&limit=2&diubah_sejak=2026-11-21T10:00:00%2B07:00"
    )
    path, ids, headers = f"/v1/ppks?{query}", [], set()
    while path is not None:
        answer = await page_as(asker, form, path)
        header, *rows = rows_of(answer)
        headers.add(tuple(header))
        ids += [row[0] for row in rows]
        path = next_of(answer)
    whole = (await asker.get("/v1/ppks?kode_wilayah=64.02")).json()["items"]
    assert ids == [item["id"] for item in whole]
    assert headers == {("id", "versi", "diubah_pada", "rujukan", "nama_lengkap")}


async def test_the_link_of_json_is_the_next_cursor(common_gateway):
    asker = await common_gateway.asking()
    answer = await asker.get("/v1/ppks?limit=3")
    assert next_of(answer) == f"/v1/ppks?limit=3&cursor={answer.json()['next_cursor']}"
    assert next_of(await asker.get("/v1/ppks")) is None


async def test_the_link_of_a_search_wants_the_same_body_and_tells_nothing_of_it(common_gateway):
    asker = await common_gateway.asking()
    body = {"tanggal_lahir": None, "kode_wilayah": "64.02", "limit": 2}
    path, ids = "/v1/ppks/search", []
    while path is not None:
        answer = await asker.post(path, body, accept=CSV)
        ids += [row["id"] for row in as_dicts(csv_rows(answer))]
        path = next_of(answer)
        assert path is None or re.fullmatch(r"/v1/ppks/search\?cursor=[\w-]+", path)
    whole = (await asker.search(kode_wilayah="64.02")).json()["items"]
    assert ids == [item["id"] for item in whole]


async def test_a_search_takes_one_cursor(common_gateway):
    asker = await common_gateway.asking()
    cursor = (await asker.search(limit=1)).json()["next_cursor"]
    answer = await asker.post(f"/v1/ppks/search?cursor={cursor}", {"limit": 1, "cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")
    other = await asker.post(f"/v1/ppks/search?cursor={cursor}", {"kode_wilayah": "64.02"})
    assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")
