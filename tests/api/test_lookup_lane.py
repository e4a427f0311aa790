"""The plain lookup's way around the framework: whatever happens, the same as the way through it."""

from collections.abc import AsyncIterator

import pytest
from httpx import Response

from gateway.domain.grant import Scope
from tests.fixtures.gateway_people import DI_LUAR, MENINGGAL_DI_LUAR, NIK_TAK_DIKENAL, SATU

AROUND, THROUGH = "application/json", "application/json; charset=utf-8"
PATH = "/v1/penduduk/lookup"
OF_THE_REQUEST = {"x-request-id", "ratelimit-remaining", "ratelimit-reset"}
ROW = ("peristiwa", "hasil", "client_id", "grant_id", "atribut", "jumlah", "sumber", "alasan")


async def both(gateway, ask):
    """The answers on both ways, and the rows that they left in the audit log."""
    told = []
    for way in (AROUND, THROUGH):
        await gateway.begin_anew()
        answer = await ask(way)
        body = answer.json() if answer.content else None
        for part in ("meta", ""):
            place = body.get(part, {}) if part else body
            place.pop("request_id", None)
        headers = {
            name: text for name, text in answer.headers.items() if name not in OF_THE_REQUEST
        }
        rows = [{name: row[name] for name in ROW} for row in await gateway.audited()]
        told.append((answer.status_code, headers, body, rows))
    return told


def lookup(asker, gateway, **body):
    async def ask(way) -> Response:
        return await asker.through(gateway.http).post(PATH, body, content_type=way)

    return ask


@pytest.mark.parametrize("nik", [SATU.nik, NIK_TAK_DIKENAL, DI_LUAR.nik, MENINGGAL_DI_LUAR.nik])
@pytest.mark.parametrize("cached", [False, True])
async def test_every_person_is_answered_alike(common_gateway, nik, cached):
    asker = await common_gateway.asking(boleh_cache=cached, maks_umur=600)
    if cached:
        await asker.lookup(nik)
    around, through = await both(common_gateway, lookup(asker, common_gateway, nik=nik))
    assert around == through
    assert len(around[3]) == 1


BODIES = {
    "no field": {},
    "a short number": {"nik": "64"},
    "a number": {"nik": 6402995708900001},
    "an unknown field": {"nik": SATU.nik, "apa": 1},
    "a bad age": {"nik": SATU.nik, "maks_umur": -1},
    "a list": [],
}


@pytest.mark.parametrize("case", BODIES)
async def test_every_wrong_body_is_refused_alike(common_gateway, case):
    asker = await common_gateway.asking()

    async def ask(way) -> Response:
        there = asker.through(common_gateway.http)
        return await there.post(PATH, BODIES[case], content_type=way)

    around, through = await both(common_gateway, ask)
    assert around == through
    assert around[0] == 400


CALLERS = {
    "another scope": {"scopes": frozenset((Scope.PPKS_READ,)), "cari_per_hari": 0},
    "no quota": {"cari_per_hari": 1},
    "no attribute": {"atribut": frozenset()},
}


@pytest.mark.parametrize("case", CALLERS)
async def test_every_caller_is_answered_alike(common_gateway, case):
    asker = await common_gateway.asking(**CALLERS[case])
    await asker.lookup(SATU.nik)
    around, through = await both(common_gateway, lookup(asker, common_gateway, nik=SATU.nik))
    assert around == through


@pytest.mark.parametrize("authorization", ["", "Bearer x", "DPoP x.y.z", "Basic eDp5"])
async def test_every_stranger_is_refused_alike(common_gateway, authorization):
    async def ask(way) -> Response:
        headers = {"content-type": way, "authorization": authorization}
        return await common_gateway.http.post(PATH, json={"nik": SATU.nik}, headers=headers)

    around, through = await both(common_gateway, ask)
    assert around == through
    assert around[0] == 401


@pytest.mark.parametrize("fault", [{"status": 503}, {"html": True}, {"cut_body": True}])
async def test_a_registry_in_trouble_is_told_alike(gateway, fault):
    asker = await gateway.asking()

    async def ask(way) -> Response:
        gateway.break_registry(**fault)
        return await lookup(asker, gateway, nik=SATU.nik)(way)

    around, through = await both(gateway, ask)
    gateway.break_registry()
    assert around == through
    assert around[0] == 503


async def test_a_body_in_pieces_goes_through_the_framework(common_gateway):
    asker = await common_gateway.asking()

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"nik": '
        yield f'"{SATU.nik}"}}'.encode()

    answer = await common_gateway.http.post(
        PATH, content=pieces(), headers={"content-type": AROUND}, auth=asker.possession
    )
    assert answer.json()["data"]["nik"] == SATU.nik
