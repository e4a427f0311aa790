"""Asking for a resident by NIK, against the simulator and against fixed answers."""

import msgspec
import pytest

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import StatusPenduduk
from tests.systems.dukcapil.support import (
    NIK,
    NIK_DECEASED,
    NIK_DUPLICATE,
    NIK_INACTIVE,
    NIK_UNKNOWN,
    NIK_UNPROCESSABLE,
    SATU,
    Fixed,
    Sim,
    config,
    connected,
    page,
)


@pytest.mark.parametrize("numbers", ["number", "text"], ids=["D-01", "D-02"])
async def test_a_resident_survives_the_way_over_the_wire_unchanged(numbers):
    sim = Sim()
    await sim.control(numbers=numbers, photo=True)
    async with sim.connected() as system:
        answer = await system.resident_lookup.lookup(NIK)
    assert answer.outcome is Outcome.FOUND
    told = msgspec.to_builtins(SATU)
    read = msgspec.to_builtins(answer.penduduk)
    assert {name: read[name] for name in told if name != "alamat"} == {
        name: value for name, value in told.items() if name != "alamat"
    }
    assert read["alamat"] == {**told["alamat"], "dusun": None, "kode_pos": None}
    assert answer.asli["pendidikan"].teks == "SLTA/SEDERAJAT"


@pytest.mark.parametrize(
    ("nik", "outcome"),
    [
        pytest.param(NIK_DECEASED, Outcome.DECEASED, id="D-17"),
        pytest.param(NIK_DUPLICATE, Outcome.FOUND_DUPLICATE, id="D-18"),
        pytest.param(NIK_INACTIVE, Outcome.INACTIVE, id="D-21-14"),
        pytest.param(NIK_UNPROCESSABLE, Outcome.NOT_PROCESSABLE, id="D-21-08"),
        pytest.param(NIK_UNKNOWN, Outcome.NOT_FOUND, id="D-21-13"),
    ],
)
@pytest.mark.parametrize("merge_fields", [False, True])
async def test_final_answers_about_a_person_are_returned_without_data(nik, outcome, merge_fields):
    sim = Sim()
    await sim.control(merge_fields=merge_fields)
    async with sim.connected() as system:
        answer = await system.resident_lookup.lookup(nik)
    assert (answer.outcome, answer.penduduk) == (outcome, None)


async def test_d18_a_duplicate_comes_flagged_where_the_agreement_accepts_it():
    sim = Sim(config(duplicate_policy="accept"))
    async with sim.connected() as system:
        answer = await system.resident_lookup.lookup(NIK_DUPLICATE)
    assert answer.outcome is Outcome.FOUND_DUPLICATE
    assert answer.penduduk.status_penduduk is StatusPenduduk.GANDA


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({"NAMA_LGKP": "CONTOH LAIN"}, Outcome.FOUND_DUPLICATE),
        ({"NIK": NIK, "NAMA_LGKP": "CONTOH LAIN"}, Outcome.FOUND_DUPLICATE),
        ({"RESPON": ""}, Outcome.FOUND),
        ({"NIK": NIK_DUPLICATE, "NAMA_LGKP": "CONTOH LAIN"}, Outcome.FOUND),
    ],
)
async def test_d18_two_records_of_one_nik_that_differ_are_a_duplicate(second, outcome):
    first = {"NIK": int(NIK), "NAMA_LGKP": "CONTOH"}
    async with connected(Fixed(page(first, first | second))) as system:
        answer = await system.resident_lookup.lookup(NIK)
    assert answer.outcome is outcome
    assert (answer.penduduk is None) is (outcome is Outcome.FOUND_DUPLICATE)


@pytest.mark.parametrize("text_field", ["RESPON", "RESPONSE", "RESPONSE_DESC"])
async def test_d24_the_old_style_is_read_wherever_the_text_stands(text_field):
    sim = Sim()
    await sim.control(style="texts", text_field=text_field)
    async with sim.connected() as system:
        answer = await system.resident_lookup.lookup(NIK_UNKNOWN)
    assert answer.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("control", "outcome"),
    [
        ({"content": "object"}, Outcome.FOUND),
        ({"message_second": True}, Outcome.FOUND),
        ({"content": "empty"}, Outcome.NOT_FOUND),
        ({"success_code": "00"}, Outcome.FOUND),
        ({"success_code": "01"}, Outcome.FOUND),
    ],
    ids=["D-25-object", "D-25-second", "D-25-empty", "D-16-00", "D-16-01"],
)
async def test_varieties_of_a_success_are_understood(control, outcome):
    sim = Sim()
    await sim.control(**control)
    async with sim.connected() as system:
        assert (await system.resident_lookup.lookup(NIK)).outcome is outcome


@pytest.mark.parametrize(
    "row",
    [
        {"NIK": 9999995708900001, "NAMA_LGKP": "CONTOH PALSU DUA"},
        {"NAMA_LGKP": "CONTOH PALSU SATU"},
        {"NIK": 9999995708909999.0, "NAMA_LGKP": "CONTOH PALSU SATU"},
        {"NIK": None},
        {},
    ],
    ids=["another-nik", "no-nik", "float", "null", "nothing"],
)
async def test_d08_an_answer_that_is_not_about_the_asked_nik_is_passed_on_to_nobody(row):
    async with connected(Fixed(page(row))) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_lookup.lookup(NIK)
    assert caught.value.outcome is Outcome.UNKNOWN_UPSTREAM


async def test_d38_a_new_family_card_does_not_make_another_person():
    before, after = (
        Fixed(page({"NIK": int(NIK), "NO_KK": kk})) for kk in (9999991203159999, 9999990101209999)
    )
    answers = []
    for app in (before, after):
        async with connected(app) as system:
            answers.append((await system.resident_lookup.lookup(NIK)).penduduk)
    assert {answer.nik for answer in answers} == {NIK}
    assert len({answer.no_kk for answer in answers}) == 2


async def test_digits_that_disagree_with_the_biodata_are_only_a_warning():
    row = {"NIK": int(NIK), "JENIS_KLMIN": "LAKI-LAKI", "TGL_LHR": "1991-08-17"}
    async with connected(Fixed(page(row))) as system:
        answer = await system.resident_lookup.lookup(NIK)
    assert answer.outcome is Outcome.FOUND
    assert {warning.kode for warning in answer.peringatan} == {
        "NIK_BEDA_JENIS_KELAMIN",
        "NIK_BEDA_TANGGAL_LAHIR",
    }


@pytest.mark.parametrize("nik", ["", "999999570890999", "\uff19" * 16, "9999-95708909999"])
async def test_what_is_no_nik_is_refused_before_anything_is_sent(nik):
    app = Fixed(page())
    async with connected(app) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_lookup.lookup(nik)
    assert (caught.value.outcome, app.asked) == (Outcome.BAD_REQUEST, [])
    assert not caught.value.sent


async def test_an_agreement_without_full_records_offers_no_lookup():
    async with connected(Fixed(page()), config(lookup_allowed=False)) as system:
        assert system.resident_lookup is None
        assert system.resident_verification is not None
