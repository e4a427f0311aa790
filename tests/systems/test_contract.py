"""What the gateway relies on in every adapter, asked of each one that is found."""

import re
from typing import Any

import msgspec
import pytest

from gateway.domain.importing import FileRefused, Masalah
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import (
    Capability,
    FeedbackItem,
    FeedbackOutcome,
    HasilPadan,
    Health,
    Outside,
    PushOutcome,
    WebhookRefused,
    World,
)
from gateway.infra.systems import discover, env_prefix
from gateway.kit.clock import system_clock
from gateway.kit.env import describe_struct
from gateway.kit.http import HttpPools
from gateway.kit.secret import Secret
from tests.systems.golden import adapter_folder
from tests.systems.guests import AREAS, Guest, configured, invented_world, open_office, visiting

SPECS = discover()
SECRET_NAMES = re.compile(r"(^|_)(password|secret|token|key)(_previous)?$")
OUTSIDE_OF_CONNECTIONS = {Capability.FILE_SOURCE}

every_system = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def those_with(capability: Capability) -> pytest.MarkDecorator:
    able = {name: spec for name, spec in SPECS.items() if capability in spec.capabilities}
    return pytest.mark.parametrize("spec", able.values(), ids=able)


# The calling card


@every_system
def test_the_card_bears_the_name_of_the_folder_and_a_title(spec):
    assert adapter_folder(spec.name).name == spec.name
    assert spec.title.strip()
    assert spec.slug == spec.name.replace("_", "-")


@every_system
def test_the_folder_explains_itself(spec):
    readme = adapter_folder(spec.name) / "README.md"
    assert len(readme.read_text("utf-8")) > 500
    assert list((adapter_folder(spec.name) / "cases").glob("*.json"))


@every_system
def test_every_setting_has_a_default_and_says_what_it_is(spec):
    settings = describe_struct(spec.config, env_prefix(spec))
    assert {one.name: one.description for one in settings if len(one.description) < 5} == {}
    assert [one.name for one in settings if one.default is None] == []
    assert spec.config().url == ""


@every_system
def test_what_is_secret_never_shows_itself(spec):
    fields = msgspec.structs.fields(spec.config)
    open_ones = [
        field.name
        for field in fields
        if SECRET_NAMES.search(field.name) and not isinstance(field.default, Secret)
    ]
    assert open_ones == []
    config = configured(spec)
    for name in spec.sandbox:
        value = getattr(config, name)
        assert not isinstance(value, Secret) or value.reveal() not in repr(config)


@every_system
def test_the_sandbox_sets_what_can_be_set(spec):
    assert "url" not in spec.sandbox
    assert set(spec.sandbox) <= set(spec.config.__struct_fields__)
    assert configured(spec) == configured(spec)


@every_system
def test_only_a_complaint_channel_takes_a_callback_address(spec):
    takes = "callback_url" in spec.config.__struct_fields__
    assert takes == (Capability.COMPLAINT_CHANNEL in spec.capabilities)


# The connection


@every_system
async def test_it_can_do_what_its_card_promises(spec):
    async with visiting(spec) as guest:
        able = {
            capability
            for capability in set(Capability) - OUTSIDE_OF_CONNECTIONS
            if getattr(guest.system, capability.value) is not None
        }
    assert able == spec.capabilities - OUTSIDE_OF_CONNECTIONS
    assert (spec.file_source is not None) == (Capability.FILE_SOURCE in spec.capabilities)


@every_system
async def test_connecting_and_looking_after_its_health_makes_no_call(spec):
    async with visiting(spec) as guest:
        health = guest.system.health()
        assert guest.calls == 0
    assert isinstance(health, Health)
    assert health.breakers == {}


@every_system
async def test_a_setting_that_is_missing_is_named_when_the_system_is_connected(spec):
    bare = spec.config(url="http://simulator.test")
    outside = Outside(http=HttpPools(), clock=system_clock, wilayah=AREAS)
    try:
        system = spec.connect(bare, outside)
    except ValueError as error:
        assert any(name in str(error) for name in spec.config.__struct_fields__)
    else:
        await system.close()


@every_system
async def test_the_simulator_lives_in_a_world_without_people(spec):
    async with visiting(spec, World()) as guest:
        assert await _nothing_is_found(guest)


async def _nothing_is_found(guest: Guest) -> bool:
    system = guest.system
    if system.resident_lookup is not None:
        answer = await system.resident_lookup.lookup("9999990101900001")
        assert answer.outcome is Outcome.NOT_FOUND
    if system.record_source is not None:
        assert [one async for page in system.record_source.read(None) for one in page.rekaman] == []
    if system.complaint_channel is not None:
        assert msgspec.json.decode(await guest.press("/_deliver")) == []
    return True


# A registry of residents


@those_with(Capability.RESIDENT_LOOKUP)
async def test_lookup_finds_who_is_there_and_nobody_else(spec):
    known = invented_world(spec.name).penduduk[2]
    async with visiting(spec) as guest:
        lookup = guest.system.resident_lookup
        found = await lookup.lookup(known.nik)
        missing = await lookup.lookup("9999990101900001")
    assert found.outcome is Outcome.FOUND
    assert found.penduduk.nik == known.nik
    assert found.penduduk.nama_lengkap == known.nama_lengkap
    assert found.penduduk.tanggal_lahir == known.tanggal_lahir
    assert (missing.outcome, missing.penduduk) == (Outcome.NOT_FOUND, None)


@those_with(Capability.RESIDENT_VERIFICATION)
async def test_verification_tells_right_from_wrong_and_no_more(spec):
    known = invented_world(spec.name).penduduk[2]
    async with visiting(spec) as guest:
        verification = guest.system.resident_verification
        told = Penduduk(nik=known.nik, nama_lengkap=known.nama_lengkap, tempat_lahir="CONTOHKOTA")
        answer = await verification.verify(told)
        missing = await verification.verify(Penduduk(nik="9999990101900001", nama_lengkap="X"))
    assert answer.outcome is Outcome.FOUND
    assert answer.elemen["nama_lengkap"].hasil is HasilPadan.SESUAI
    assert answer.elemen["tempat_lahir"].hasil is HasilPadan.TIDAK_SESUAI
    assert set(answer.elemen) <= {"nik", "nama_lengkap", "tempat_lahir"}
    assert (missing.outcome, missing.elemen) == (Outcome.NOT_FOUND, {})


@those_with(Capability.FEEDBACK)
async def test_feedback_twice_is_feedback_once(spec):
    known = invented_world(spec.name).penduduk[0]
    item = FeedbackItem(nik=known.nik, param=({"layanan": "CONTOH"},))
    async with visiting(spec) as guest:
        outcomes = [await guest.system.feedback.send([item]) for _ in range(2)]
    assert outcomes == [FeedbackOutcome.DONE, FeedbackOutcome.ALREADY_DONE]


# Records


@those_with(Capability.RECORD_SOURCE)
async def test_a_full_reading_brings_every_record_in_the_same_order_each_time(spec):
    world = invented_world(spec.name, people=7)
    async with visiting(spec, world) as guest:
        first, second = [await _read(guest, None) for _ in range(2)]
    assert [_person(one) for one in first] == [_person(one) for one in world.rekaman]
    assert {one.sistem for one in first} == {spec.name}
    assert len({one.id_sumber + str(one.orang.nik) for one in first}) == len(first)
    assert [(one.id_sumber, one.orang) for one in second] == [
        (one.id_sumber, one.orang) for one in first
    ]


@those_with(Capability.RECORD_SOURCE)
async def test_a_reading_goes_on_where_a_page_ended(spec):
    async with visiting(spec) as guest:
        pages = [page async for page in guest.system.record_source.read(None)]
        assert all(page.cursor for page in pages[:-1])
        last = pages[-1].cursor
        later = [] if last is None else await _read(guest, last)
    everything = [_person(one) for page in pages for one in page.rekaman]
    assert pages[-1].ditolak == ()
    # At the boundary a record may come once more, but nothing that was read before comes along.
    assert len(later) < len(everything)
    assert all(_person(one) in everything for one in later)


@those_with(Capability.RECORD_SOURCE)
@pytest.mark.parametrize("cursor", ["ngawur", "", "{}", '{"kursor": 1}', "\x00", "1" * 5000])
async def test_a_cursor_of_another_house_is_a_failure_or_a_fresh_start(spec, cursor):
    async with visiting(spec) as guest:
        try:
            again = await _read(guest, cursor)
        except UpstreamFailure:
            return
    assert len(again) == len(invented_world(spec.name).rekaman)


@those_with(Capability.RECORD_SINK)
async def test_pushing_the_same_records_again_changes_nothing(spec):
    fresh = invented_world(spec.name, people=3).rekaman
    async with visiting(spec, World()) as guest:
        sink = guest.system.record_sink
        first, repeated = [await sink.push(fresh) for _ in range(2)]
        mixed = await sink.push(fresh[::-1])
    assert [one.id_rekaman for one in first] == [one.id_sumber for one in fresh]
    assert {one.outcome for one in first} == {PushOutcome.CREATED}
    # The very same call may be answered with the very same answer; other calls see no change.
    assert {one.outcome for one in repeated} <= {PushOutcome.CREATED, PushOutcome.UNCHANGED}
    assert {one.outcome for one in mixed} == {PushOutcome.UNCHANGED}
    remote = [(one.id_rekaman, one.id_jauh, one.versi_jauh) for one in first]
    assert [(one.id_rekaman, one.id_jauh, one.versi_jauh) for one in repeated] == remote
    assert [(one.id_rekaman, one.id_jauh, one.versi_jauh) for one in mixed[::-1]] == remote


async def _read(guest: Guest, cursor: str | None) -> list[Any]:
    assert guest.system.record_source is not None
    return [one async for page in guest.system.record_source.read(cursor) for one in page.rekaman]


def _person(record: Any) -> tuple[Any, Any]:
    return record.orang.nik, record.orang.nama_lengkap


# Complaints


@those_with(Capability.COMPLAINT_CHANNEL)
async def test_complaints_are_delivered_signed_and_a_repeat_is_recognised(spec):
    world = invented_world(spec.name)
    with open_office() as office:
        async with visiting(spec, world, callback_url=office.url) as guest:
            office.system = guest.system
            for _ in range(2):
                await guest.press("/_deliver")
    taken = [item for batch in office.taken for item in batch.pengaduan]
    told = {(item.sistem, item.id_sumber, item.isi) for item in world.pengaduan}
    assert {(item.sistem, item.id_sumber, item.isi) for item in taken} == told
    assert len(taken) == 2 * len(told)
    assert taken[: len(told)] == taken[len(told) :]


@those_with(Capability.COMPLAINT_CHANNEL)
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"object": "whatsapp_business_account"}'])
async def test_an_unsigned_delivery_is_refused_before_it_is_read(spec, body):
    async with visiting(spec) as guest:
        channel = guest.system.complaint_channel
        for headers in ({}, {"x-hub-signature-256": "sha256=00"}, {"authorization": "Bearer x"}):
            with pytest.raises(WebhookRefused):
                channel.receive(headers, body)
        for query in ({}, {"hub.mode": "subscribe", "hub.challenge": "1"}):
            with pytest.raises(WebhookRefused):
                channel.handshake(query)


@those_with(Capability.COMPLAINT_CHANNEL)
async def test_a_reply_is_sent_and_its_id_told(spec):
    complaint = invented_world(spec.name).pengaduan[0]
    async with visiting(spec) as guest:
        ids = [await guest.system.complaint_channel.reply(complaint, "Terima kasih") for _ in "12"]
    assert all(ids)
    assert len(set(ids)) == 2


# Files


@those_with(Capability.FILE_SOURCE)
def test_what_a_file_leaves_out_is_asked_for_in_words(spec):
    options = spec.file_source(spec.config()).options
    assert len({option.name for option in options}) == len(options)
    assert [option.name for option in options if len(option.help) < 10] == []


@those_with(Capability.FILE_SOURCE)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x00\xff\xfe",
        b"{",
        b"[[[",
        b"PK\x03\x04 bukan buku kerja",
        b"<html>",
        b"a;b\n1;2\n",
    ],
)
def test_a_file_of_no_known_kind_is_refused_in_words(spec, content, tmp_path):
    path = tmp_path / "kiriman.bin"
    path.write_bytes(content)
    source = spec.file_source(spec.config())
    settings = {option.name: "CONTOH" for option in source.options if option.required}
    with pytest.raises(FileRefused) as refused:
        list(source.read(path, settings, AREAS))
    assert isinstance(refused.value.masalah, Masalah)
    assert refused.value.masalah.pesan
