"""A request's clock and its steps, and that what people are told has words for everything."""

from datetime import timedelta
from itertools import product

import pytest

from gateway.application.jobs import read_job_results
from gateway.application.lookup import verify_resident
from gateway.application.subjects import lookup_subject
from gateway.domain import kata_subjek as kata
from gateway.domain.audit import HasilAudit
from gateway.domain.daftar_subjek import PANJANG, rangkai, sebutan, urai
from gateway.domain.errors import BadInput, Conflict
from gateway.domain.grant import ATRIBUT_PPKS, DasarWalauDibatasi
from gateway.domain.permintaan_subjek import (
    LANGKAH,
    MENAHAN,
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
    melangkah,
)
from tests.fixtures.oauth import START

NIK = "9901010101900001"


def request(**more):
    usual = {
        "id": "P-1",
        "jenis": JenisPermintaan.PEMBATASAN,
        "rujukan": ("r",),
        "diterima_pada": START,
        "dicatat_pada": START,
        "dicatat_oleh": "CONTOH A",
    }
    return PermintaanSubjek(**usual | more)


def step(one, ke, **more):
    return melangkah(one, ke, **{"oleh": "CONTOH B", "alasan": "sebab", "now": START} | more)


def test_the_clock_runs_three_times_24_hours_from_when_it_was_received():
    received = START - timedelta(hours=5)
    one = request(diterima_pada=received)
    assert one.batas_pada - received == timedelta(hours=72)
    assert not one.terlambat(one.batas_pada)
    assert one.terlambat(one.batas_pada + timedelta(seconds=1))
    in_time = step(one, StatusPermintaan.DITOLAK)
    assert not in_time.terlambat(START + timedelta(days=30))


@pytest.mark.parametrize(("now", "to"), list(product(StatusPermintaan, StatusPermintaan)))
def test_only_the_steps_of_the_table_can_be_taken(now, to):
    one = request(status=now)
    if to in LANGKAH.get(now, ()):
        assert step(one, to).status is to
    else:
        with pytest.raises(Conflict):
            step(one, to)


@pytest.mark.parametrize("jenis", JenisPermintaan)
def test_disclosure_stops_from_granting_to_ending(jenis):
    asked = request(jenis=jenis)
    granted = step(asked, StatusPermintaan.DIKABULKAN)
    over = step(granted, StatusPermintaan.DIAKHIRI, now=START + timedelta(days=1), oleh="CONTOH C")
    held = [one.menahan for one in (asked, granted, over)]
    assert held == [False, jenis in MENAHAN, False]
    assert (over.diputus_pada, over.diputus_oleh) == (START, "CONTOH B")
    assert over.berakhir_pada == START + timedelta(days=1)


@pytest.mark.parametrize("words", ["", "  ", f"salah {NIK}", "9901 0101 0190 0001"])
def test_a_reason_is_given_and_names_nobody(words):
    with pytest.raises(BadInput) as refused:
        step(request(), StatusPermintaan.DITOLAK, alasan=words)
    assert NIK not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (kata.ATRIBUT, ATRIBUT_PPKS),
        (kata.JENIS, JenisPermintaan),
        (kata.STATUS, StatusPermintaan),
        (kata.WALAU_DIBATASI, DasarWalauDibatasi),
    ],
)
def test_there_are_words_for_every_code(words, codes):
    assert set(words) == set(codes)
    assert all(text.strip() for text in words.values())


def test_there_are_words_for_every_end_and_for_what_is_done_to_one_person():
    assert set(kata.HASIL) >= {*HasilAudit} | kata.KELUAR
    known = {lookup_subject.PERISTIWA, verify_resident.PERISTIWA, read_job_results.PERISTIWA}
    assert known <= set(kata.KEGIATAN)


def test_names_in_lists_have_one_length_and_are_found_where_they_stand():
    pseudonyms = [f"{number:032x}" for number in range(1 << 120, (1 << 120) + (9 << 32), 1 << 32)]
    told = rangkai(pseudonyms)
    assert len(told) == PANJANG * len(pseudonyms)
    assert urai(told) == tuple(map(sebutan, pseudonyms))
    assert len(set(urai(told))) == len(pseudonyms)
    assert rangkai(()) == ""
