"""Grants are drafted by one person and put in force by another; no version is ever changed."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from gateway.application.admin.manage_grants import FieldChange, ManageGrants
from gateway.domain.client import AuthMethod
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import StatusGrant
from tests.fixtures.oauth import START, client_of

A, B = "CONTOH A", "CONTOH B"


@pytest.fixture
async def manage(clients, clock):
    await clients.save_client(client_of("dinkes"), oleh=A)
    await clients.save_client(client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=A)
    return ManageGrants(clients, clock)


def document(**changes: Any):
    usual = {
        "grant_id": "G-1",
        "client_id": "dinkes",
        "scopes": ["ppks:read"],
        "atribut": ["nama_lengkap"],
        "wilayah": ["64.02"],
        "kategori": ["*"],
        "tujuan": "P-BANSOS",
        "dasar_hukum": "UU 13/2011",
        "nomor_pks": "PKS/001/2026",
        "berlaku_dari": "2026-01-01T00:00:00Z",
        "berlaku_sampai": "2027-01-01T00:00:00Z",
        "pks_berlaku_sampai": "2028-01-01T00:00:00Z",
        "baris_per_hari": 1000,
    }
    fields = {name: value for name, value in (usual | changes).items() if value is not None}
    return msgspec.json.encode(fields)


async def active(manage, **changes: Any):
    await manage.draft(document(**changes), oleh=A)
    return await manage.approve("G-1", oleh=B)


async def test_a_draft_grants_nothing_until_a_second_person_approves(manage):
    draft = await manage.draft(document(), oleh=A)
    assert (draft.versi, draft.status, draft.dibuat_oleh, draft.disetujui_oleh) == (
        1,
        StatusGrant.DRAFT,
        A,
        None,
    )
    assert not draft.berlaku(START)
    approved = await manage.approve("G-1", oleh=B)
    assert (approved.versi, approved.status, approved.disetujui_oleh) == (2, StatusGrant.AKTIF, B)
    assert approved.berlaku(START)
    assert await manage.show("G-1") == approved
    assert await manage.show("G-1", 1) == draft


@pytest.mark.parametrize("name", [A, "contoh a", " CONTOH   A ", "CON\u200bT\u00d3H A."])
async def test_whoever_drafted_a_grant_cannot_approve_it(manage, name):
    await manage.draft(document(), oleh=A)
    with pytest.raises(Conflict):
        await manage.approve("G-1", oleh=name)
    assert (await manage.show("G-1")).status is StatusGrant.DRAFT


async def test_what_was_read_is_what_is_approved(manage):
    await manage.draft(document(), oleh=A)
    await manage.draft(document(wilayah=["*"]), oleh=A)
    with pytest.raises(Conflict):
        await manage.approve("G-1", oleh=B, versi=1)
    assert (await manage.approve("G-1", oleh=B, versi=2)).versi == 3


async def test_whoever_drafts_anew_becomes_the_drafter(manage):
    await manage.draft(document(), oleh=A)
    await manage.draft(document(tujuan="P-LAIN"), oleh=B)
    with pytest.raises(Conflict):
        await manage.approve("G-1", oleh=B)
    assert (await manage.approve("G-1", oleh=A)).tujuan == "P-LAIN"


async def test_a_suspended_grant_is_resumed_by_a_second_person_and_an_ended_one_never(manage):
    await active(manage)
    with pytest.raises(Conflict):
        await manage.resume("G-1", oleh=B)
    assert (await manage.suspend("G-1", oleh=A)).status is StatusGrant.DITANGGUHKAN
    for step in (
        manage.resume("G-1", oleh=A),
        manage.resume("G-1", oleh=B, versi=2),
        manage.approve("G-1", oleh=B),
    ):
        with pytest.raises(Conflict):
            await step
    assert (await manage.resume("G-1", oleh=B, versi=3)).status is StatusGrant.AKTIF
    assert (await manage.end("G-1", oleh=A)).status is StatusGrant.BERAKHIR
    for step in (
        manage.approve("G-1", oleh=B),
        manage.resume("G-1", oleh=B),
        manage.suspend("G-1", oleh=B),
        manage.end("G-1", oleh=B),
        manage.draft(document(), oleh=A),
    ):
        with pytest.raises(Conflict):
            await step


async def test_a_grant_in_force_is_not_redrafted_under_its_holder(manage):
    await active(manage)
    with pytest.raises(Conflict):
        await manage.draft(document(wilayah=["*"]), oleh=A)
    assert (await manage.show("G-1")).status is StatusGrant.AKTIF


async def test_a_grant_whose_time_is_over_is_not_approved(manage, clock):
    await manage.draft(document(), oleh=A)
    clock.advance(timedelta(days=400))
    with pytest.raises(BadInput):
        await manage.approve("G-1", oleh=B)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"{", "JSON"),
        (b"[]", "JSON"),
        (document(scopes=["admin"]), "scopes"),
        (document(scopes=None), "scopes"),
        (document(lain=1), "lain"),
        (document(atribut=["gaji"]), "atribut"),
        (document(wilayah=["6402"]), "wilayah"),
        (document(berlaku_sampai="2025-01-01T00:00:00Z"), "berlaku_sampai"),
        (document(berlaku_sampai="2027-01-01T00:00:00"), "zona"),
        (document(tujuan=" "), "tujuan"),
        (document(grant_id="G 1"), "grant_id"),
        (document(grant_id="G-9901010101900001"), "grant_id"),
        (document(status="AKTIF"), "status"),
        (document(versi=7), "versi"),
        (document(dibuat_oleh=B), "dibuat_oleh"),
        (document(disetujui_oleh=B), "disetujui_oleh"),
        (document(client_id="demo"), "RENDAH"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_in_words(manage, text, word):
    with pytest.raises(BadInput) as raised:
        await manage.draft(text, oleh=A)
    assert word in raised.value.detail or word in str(raised.value.errors)
    assert list(await manage.all()) == []


async def test_a_draft_needs_its_client(manage):
    with pytest.raises(NotFound):
        await manage.draft(document(client_id="tak-ada"), oleh=A)


async def test_a_client_with_a_secret_may_hold_low_class_grants(manage):
    draft = await manage.draft(document(client_id="demo", kelas="RENDAH"), oleh=A)
    assert draft.client_id == "demo"


async def test_versions_can_be_compared(manage):
    await manage.draft(document(), oleh=A)
    await manage.draft(document(wilayah=["64.02", "64.03"]), oleh=A)
    assert await manage.diff("G-1", 1, 2) == {
        "versi": FieldChange(sebelum=1, sesudah=2),
        "wilayah": FieldChange(sebelum=["64.02"], sesudah=["64.02", "64.03"]),
    }
    assert await manage.diff("G-1") == await manage.diff("G-1", 1, 2)
    for versions in ((1, 9), (0, None), (None, 1)):
        with pytest.raises(NotFound):
            await manage.diff("G-1", *versions)


async def test_grants_are_listed_for_all_or_for_one_client(manage):
    await manage.draft(document(), oleh=A)
    await manage.draft(document(grant_id="G-2", client_id="demo", kelas="RENDAH"), oleh=A)
    assert {grant.grant_id for grant in await manage.all()} == {"G-1", "G-2"}
    assert [grant.grant_id for grant in await manage.all("demo")] == ["G-2"]
    with pytest.raises(NotFound):
        await manage.show("G-9")
