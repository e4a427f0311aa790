"""Invented records, and a strategy for any record that SIJOSKU's fields can hold."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET

from gateway.domain.person import Alamat, JenisKelamin, Penduduk
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori, StatusPpks
from gateway.domain.taxonomy import PAS_12, PPKS_26, PSKS_12, RAGAM_DISABILITAS

LANSIA = Kategori(kode="ppks:lanjut-usia-terlantar", skema=SkemaKategori.PPKS_2012)


def rekaman(number: int, **changed: Any) -> RekamanPpks:
    """An invented record of SIJOSKU's own."""
    told = {
        "sistem": "sijosku",
        "id_sumber": f"SJK-{number:07}",
        "orang": Penduduk(
            nik=f"99010{number:011}", nama_lengkap=f"CONTOH {number}", kode_wilayah="65.01.05"
        ),
        "kategori": (LANSIA,),
    }
    return RekamanPpks(**{**told, **changed})


def from_elsewhere(number: int, **changed: Any) -> RekamanPpks:
    """An invented record that another system told."""
    return rekaman(number, **{"sistem": "siks_ng", "id_sumber": f"D-{number}", **changed})


_LETTERS = st.characters(categories=("Lu", "Ll"))
TEXT = st.text(_LETTERS, min_size=3, max_size=12).map(lambda text: f"CONTOH {text}")
MAYBE = st.one_of(st.just(UNSET), st.none(), TEXT)
NUMBER = st.integers(0, 10**11 - 1).map(lambda number: f"99010{number:011}")
MAYBE_NUMBER = st.one_of(st.just(UNSET), st.none(), NUMBER)
RT = st.one_of(st.just(UNSET), st.none(), st.integers(1, 999).map(lambda n: f"{n:03}"))
MOMENT = st.integers(6 * 10**8, 38 * 10**8).map(lambda second: datetime.fromtimestamp(second, UTC))
ALAMAT = st.builds(Alamat, jalan=TEXT, rt=RT, rw=RT)
KATEGORI = st.builds(
    lambda jenis, subjenis: Kategori(kode=jenis.kode, skema=jenis.skema, subjenis=subjenis),
    st.sampled_from([*PPKS_26, *PAS_12, *PSKS_12]),
    st.one_of(st.none(), st.sampled_from([ragam.kode for ragam in RAGAM_DISABILITAS])),
)
ORANG = st.builds(
    Penduduk,
    nik=MAYBE_NUMBER,
    no_kk=MAYBE_NUMBER,
    nama_lengkap=MAYBE,
    tempat_lahir=MAYBE,
    tanggal_lahir=st.one_of(
        st.just(UNSET), st.none(), st.dates(date(1900, 1, 1), date(2030, 1, 1))
    ),
    jenis_kelamin=st.one_of(st.just(UNSET), st.none(), st.sampled_from(JenisKelamin)),
    alamat=st.one_of(st.just(UNSET), ALAMAT),
    kode_wilayah=st.sampled_from(["65", "65.01", "65.01.05", "65.01.05.1001"]),
    provinsi=MAYBE,
    kab_kota=MAYBE,
    kecamatan=MAYBE,
    desa_kelurahan=MAYBE,
)
REKAMAN = st.builds(
    RekamanPpks,
    sistem=st.just("sijosku"),
    id_sumber=TEXT,
    orang=ORANG,
    kategori=st.lists(KATEGORI, min_size=1, max_size=3).map(tuple),
    status=st.sampled_from(StatusPpks),
    keberadaan=MAYBE,
    versi=st.integers(1, 10**6).map(str),
    diubah_sumber=MOMENT,
    tambahan=st.dictionaries(st.sampled_from(["status_bantuan", "status_panti", "foto"]), TEXT),
)
