"""Authorization details (RFC 9396): a token may have less than its grant, and never more."""

from typing import Any

import msgspec
import pytest

from gateway.domain.narrowing import RAR_TYPE
from gateway.infra.oauth.token_claims import MAX_TOKEN_CHARS
from tests.api.oauth.status_calls import Asking, proof
from tests.fixtures.dpop import Possession
from tests.fixtures.gateway_app import Asker, Gateway, environment, opened
from tests.fixtures.gateway_people import DI_LUAR, DISABILITAS, LANSIA, SATU, nik_of
from tests.fixtures.oauth import grant_of

WHOLE = {
    "actions": ["penduduk:read", "ppks:read"],
    "wilayah": ["64.02"],
    "kategori": ["*"],
    "atribut": ["kode_wilayah", "nama_lengkap"],
    "atribut_cocok": [],
}
"""All that the bench's grant has."""


def details(**members: Any) -> str:
    return msgspec.json.encode([{"type": RAR_TYPE} | members]).decode()


async def narrowed(gateway: Gateway, asker: Asker, **members: Any) -> Asker:
    """The same agency under the same grant with a narrower token."""
    form = proof(gateway.clock) | {
        "grant_type": "client_credentials",
        "grant_id": asker.grant.grant_id,
        "authorization_details": details(**members),
    }
    answer = await gateway.http.post("/oauth2/token", data=form, auth=Possession(gateway.clock))
    assert answer.status_code == 200, answer.text
    return Asker(gateway.http, answer.json()["access_token"], asker.grant, gateway.clock)


async def seen(asker: Asker) -> set[str]:
    """The names of all records that the agency sees."""
    answer = await asker.get("/v1/ppks?limit=1000")
    assert answer.status_code == 200, answer.text
    return {item.get("nama_lengkap", item["id"]) for item in answer.json()["items"]}


async def test_the_answer_says_what_was_granted(bench):
    text = details(wilayah=["64.02.07", "64.02.06", "64.02.06"], atribut=["nama_lengkap"])
    body = (await bench.strict_token(authorization_details=text)).json()
    granted = {
        "type": RAR_TYPE,
        "wilayah": ["64.02.06", "64.02.07"],
        "atribut": ["nama_lengkap"],
    }
    assert body["authorization_details"] == [granted]
    told = await Asking(bench.http, bench.clock).introspect(body["access_token"])
    assert told.json()["authorization_details"] == [granted]


async def test_without_details_nothing_is_said_of_them(bench):
    body = (await bench.strict_token()).json()
    assert "authorization_details" not in body
    told = await Asking(bench.http, bench.clock).introspect(body["access_token"])
    assert "authorization_details" not in told.json()


@pytest.mark.parametrize("member", WHOLE)
async def test_the_whole_of_what_the_grant_has_may_be_asked_for(bench, member):
    text = details(**{member: WHOLE[member]})
    assert (await bench.strict_token(authorization_details=text)).status_code == 200


REFUSED = {
    "no JSON": "wilayah",
    "an object": f'{{"type": "{RAR_TYPE}"}}',
    "no object": "[]",
    "two objects": f'[{{"type": "{RAR_TYPE}"}}, {{"type": "{RAR_TYPE}"}}]',
    "an array of text": f'["{RAR_TYPE}"]',
    "no type": '[{"wilayah": ["64.02"]}]',
    "another type": '[{"type": "https://ppks-gateway/rar/lain"}]',
    "an unknown member": details(region=["64.02"]),
    "a member of null": details(wilayah=None),
    "a text for an array": details(wilayah="64.02"),
    "a number in an array": details(wilayah=[64]),
    "an empty name": details(kategori=[""]),
    "a name of other letters": details(kategori=["é"]),
    "a name that goes on in the next line": details(kategori=["ppks\n"]),
    "a very long name": details(kategori=["x" * 81]),
    "an unknown scope": details(actions=["ppks:write"]),
    "no scope": details(actions=[]),
    "another scope": details(actions=["ppks:read", "systems:read"]),
    "another area": details(wilayah=["64.03"]),
    "the area around": details(wilayah=["64"]),
    "an area of the same characters": details(wilayah=["64.021"]),
    "all areas": details(wilayah=["*"]),
    "another attribute": details(atribut=["nik"]),
    "another attribute to match": details(atribut_cocok=["nama_lengkap"]),
    "very long": details(kategori=[f"ppks:{number:070}" for number in range(40)]),
    "deep": "[" * 400 + "]" * 400,
}


@pytest.mark.parametrize("case", REFUSED)
async def test_refused_is(bench, case):
    answer = await bench.strict_token(authorization_details=REFUSED[case])
    body = answer.json()
    assert (answer.status_code, body["error"]) == (400, "invalid_authorization_details")
    assert "64.0" not in body["error_description"]
    assert bench.audit.entries[-1].alasan == "invalid_authorization_details"


async def test_a_category_beyond_the_grant_is_refused(bench):
    grant = grant_of("dinkes", "G-1", versi=2, kategori=frozenset((LANSIA,)))
    await bench.clients.append_grant(grant, oleh="CONTOH A")
    for kategori, status in (([LANSIA], 200), ([DISABILITAS], 400), (["*"], 400)):
        text = details(kategori=kategori)
        answer = await bench.strict_token(authorization_details=text)
        assert answer.status_code == status


async def test_actions_narrow_the_scopes(bench):
    text = details(actions=["ppks:read"])
    assert (await bench.strict_token(authorization_details=text)).json()["scope"] == "ppks:read"
    both = await bench.strict_token(authorization_details=text, scope="ppks:read penduduk:read")
    assert both.json()["scope"] == "ppks:read"
    apart = await bench.strict_token(authorization_details=text, scope="penduduk:read")
    assert apart.json()["error"] == "invalid_authorization_details"


async def test_the_second_issuer_narrows_too(bench):
    text = details(wilayah=["64.02.06"])
    answer = await bench.legacy_token(authorization_details=text)
    assert answer.json()["authorization_details"][0]["wilayah"] == ["64.02.06"]


async def test_the_longest_details_still_fit_into_a_token(bench):
    grant = grant_of("dinkes", "G-1", versi=2, kategori=frozenset("*"))
    await bench.clients.append_grant(grant, oleh="CONTOH A")
    names = [f"ppks:{number:072}" for number in range(21)]
    text = details(kategori=names)
    assert 1700 < len(text) <= 1800
    token = (await bench.strict_token(authorization_details=text)).json()["access_token"]
    assert len(token) <= MAX_TOKEN_CHARS
    assert await bench.verifier.verify(token)


async def test_records_outside_of_the_narrowed_areas_do_not_exist(gateway):
    asker = await gateway.asking()
    whole = await seen(asker)
    narrow = await seen(await narrowed(gateway, asker, wilayah=["64.02.07"]))
    assert narrow == {"CONTOH kecamatan-lain"}
    assert narrow < whole
    assert await seen(await narrowed(gateway, asker, wilayah=[])) == set()


async def test_only_the_narrowed_categories_are_seen(gateway):
    asker = await gateway.asking()
    narrow = await narrowed(gateway, asker, kategori=[LANSIA])
    items = (await narrow.get("/v1/ppks?limit=1000")).json()["items"]
    assert {kind["kode"] for item in items for kind in item["kategori"]} == {LANSIA}
    refused = await narrow.get(f"/v1/ppks?kategori={DISABILITAS}")
    assert refused.json()["items"] == []


async def test_only_the_narrowed_attributes_are_shown(gateway):
    asker = await gateway.asking()
    narrow = await narrowed(gateway, asker, atribut=["kode_wilayah"])
    items = (await narrow.get("/v1/ppks?limit=1000")).json()["items"]
    assert {name for item in items for name in item} == {
        "id", "versi", "diubah_pada", "rujukan", "kode_wilayah",
    }  # fmt: skip
    found = (await narrow.lookup(nik_of(SATU))).json()
    assert found["data"] == {"kode_wilayah": SATU.kode_wilayah}
    refused = await narrow.get("/v1/ppks?status=TERDATA")
    assert refused.json()["code"] == "attribute_not_granted"


async def test_a_person_outside_of_the_narrowed_areas_is_not_found(gateway):
    asker = await gateway.asking(wilayah=frozenset("*"))
    narrow = await narrowed(gateway, asker, wilayah=["64.02"])
    assert (await asker.lookup(nik_of(DI_LUAR))).status_code == 200
    assert (await narrow.lookup(nik_of(DI_LUAR))).status_code == 404
    assert (await narrow.lookup(nik_of(SATU))).status_code == 200


async def test_nothing_is_matched_by_that_was_given_up(gateway):
    asker = await gateway.asking()
    narrow = await narrowed(gateway, asker, atribut_cocok=["tanggal_lahir"])
    refused = await narrow.verify(nik_of(SATU), nama_lengkap="CONTOH")
    assert (refused.status_code, refused.json()["code"]) == (403, "attribute_not_granted")
    assert (await narrow.verify(nik_of(SATU), tanggal_lahir="1990-08-17")).status_code == 200
    assert (await narrow.search(nik=nik_of(SATU))).status_code == 403


async def test_a_scope_that_was_given_up_opens_nothing(gateway):
    asker = await gateway.asking()
    narrow = await narrowed(gateway, asker, actions=["penduduk:verify"])
    assert (await narrow.get("/v1/ppks")).json()["code"] == "scope_missing"


async def test_what_the_grant_loses_the_narrowed_token_loses_too(gateway):
    asker = await gateway.asking(wilayah=frozenset(("64",)))
    narrow = await narrowed(
        gateway, asker, wilayah=["64.02", "64.03"], atribut=["nama_lengkap", "nik"]
    )
    assert "CONTOH kabupaten-lain" in await seen(narrow)
    await gateway.amend(
        asker.grant, wilayah=frozenset(("64.02.06", "65")), atribut=frozenset(("nik", "agama"))
    )
    me = (await narrow.get("/v1/me")).json()["data"]
    assert (me["wilayah"], me["atribut"]) == (["64.02.06"], ["nik"])
    items = (await narrow.get("/v1/ppks?limit=1000")).json()["items"]
    assert {item.get("nik") for item in items} == {nik_of(SATU), None}


async def test_me_tells_the_rights_in_effect(gateway):
    asker = await gateway.asking()
    narrow = await narrowed(
        gateway,
        asker,
        actions=["ppks:read"],
        wilayah=["64.02.06"],
        kategori=[LANSIA],
        atribut=["nama_lengkap"],
        atribut_cocok=[],
    )
    whole, less = [(await each.get("/v1/me")).json()["data"] for each in (asker, narrow)]
    names = ("scopes", "wilayah", "kategori", "atribut", "atribut_cocok")
    assert [less[name] for name in names] == [
        ["ppks:read"], ["64.02.06"], [LANSIA], ["nama_lengkap"], [],
    ]  # fmt: skip
    assert whole["scopes"] == sorted(asker.grant.scopes)
    assert (whole["wilayah"], whole["kategori"]) == (["64.02"], ["*"])
    changed = {name for name in whole if whole[name] != less[name]}
    assert changed == set(names)


async def test_the_type_is_a_setting_and_told_in_the_metadata(sqlite_url):
    name = "https://contoh.go.id/rar/sosial"
    async with opened(environment(sqlite_url, GATEWAY_RAR_TYPE=name)) as gateway:
        for place in ("oauth-authorization-server", "oauth-protected-resource"):
            told = (await gateway.http.get(f"/.well-known/{place}")).json()
            assert told["authorization_details_types_supported"] == [name]
        asker = await gateway.asking()
        assert await narrowed(gateway, asker, type=name)
        form = proof(gateway.clock) | {"grant_type": "client_credentials"}
        answer = await gateway.http.post(
            "/oauth2/token",
            data=form | {"authorization_details": details()},
            auth=Possession(gateway.clock),
        )
        assert answer.json()["error"] == "invalid_authorization_details"
