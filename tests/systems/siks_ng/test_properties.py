"""Whatever a file or a page holds: rows or problems come out of it, and no personal data in words."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.siks_ng.berkas.source import BerkasSiksNg
from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.mapping import petakan_objek
from adapters.siks_ng.outbound import baris_keluarga, baris_penduduk
from gateway.domain.importing import FileRefused
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.person import HubunganKeluarga, JenisKelamin, StatusKawin
from gateway.domain.ppks import RekamanPpks
from tests.systems.siks_ng.support import (
    BERKODE,
    DTKS,
    KELUARGA,
    NAMA,
    PENDUDUK,
    SatuDesa,
    Tetap,
    baris,
    bnba,
    orang,
    terhubung,
)

ENAM_BELAS = re.compile(r"\d{16}")
BENIH = [
    bnba(baris(), baris()),
    json.dumps([DTKS, KELUARGA, PENDUDUK, BERKODE]).encode(),
    "\n".join(json.dumps(o) for o in (DTKS, KELUARGA, PENDUDUK, BERKODE)).encode(),
]

# Half pairs of surrogates too: JSON can spell them, nothing can store them.
aksara = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
skalar = st.none() | st.booleans() | st.integers() | st.floats() | aksara
nilai = st.recursive(
    skalar,
    lambda isi: st.lists(isi, max_size=3) | st.dictionaries(st.text(max_size=8), isi, max_size=3),
    max_leaves=6,
)
kunci = st.sampled_from(sorted({k for o in (DTKS, KELUARGA, PENDUDUK, BERKODE) for k in o}))
objek = st.builds(
    lambda dasar, ganti: dasar | ganti,
    st.sampled_from([DTKS, KELUARGA, PENDUDUK, BERKODE, {}]),
    st.dictionaries(kunci, nilai, max_size=4),
)


def periksa(rows):
    """Every row has contents or a problem, and no problem tells whom it is about."""
    for row in rows:
        assert row.isi or row.masalah
        for masalah in row.masalah:
            assert masalah.baris == row.baris
            assert not ENAM_BELAS.search(masalah.pesan)
            assert NAMA not in masalah.pesan
            assert NAMA not in (masalah.kolom or "")
        for isi in row.isi:
            assert isinstance(isi, RekamanPpks)
            assert not isi.orang.nik or isi.orang.nik not in isi.id_sumber
            assert not any(ENAM_BELAS.search(asli.teks) for asli in isi.asli.values())
            # What cannot be encoded could be neither stored nor sent.
            assert msgspec.json.decode(msgspec.json.encode(isi), type=RekamanPpks) == isi


def baca_semua(isi: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "berkas"
        path.write_bytes(isi)
        try:
            periksa(BerkasSiksNg().read(path, {}, SatuDesa()))
        except FileRefused as refused:
            assert not ENAM_BELAS.search(refused.masalah.pesan)
            assert NAMA not in refused.masalah.pesan


@given(st.sampled_from(BENIH), st.data())
def test_a_damaged_file_is_read_as_far_as_it_goes(benih, data):
    isi = bytearray(benih)
    for _ in range(data.draw(st.integers(1, 4))):
        letak = data.draw(st.integers(0, len(isi)))
        ganti = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"|", b"\n", b'"', b"}", b",", b"9"])
        )
        isi[letak : letak + data.draw(st.integers(0, 6))] = ganti
    baca_semua(bytes(isi))


@given(st.binary(max_size=400))
@example(b"PK\x03\x04")
@example(b"{")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_a_file(isi):
    baca_semua(isi)


@given(
    st.lists(
        st.text(max_size=20).filter(lambda t: "|" not in t and "\n" not in t),
        min_size=23,
        max_size=23,
    )
)
def test_any_cells_are_a_row(sel):
    baca_semua(bnba("|".join(sel).encode("utf-8", "replace").decode()))


@given(objek)
def test_any_object_becomes_a_row(satu):
    periksa([petakan_objek(satu, Konteks({}, SatuDesa()), 1)])


@given(st.lists(objek | nilai, max_size=3))
def test_any_json_is_a_file(isi):
    baca_semua(json.dumps(isi).encode())


@given(isi=st.fixed_dictionaries({"data": st.lists(objek, max_size=3)}) | nilai)
@pytest.mark.parametrize("bentuk", ["A", "B"])
async def test_any_answer_is_a_page_or_a_failure(bentuk, isi):
    from tests.systems.siks_ng.support import config

    async with terhubung(Tetap(json.dumps(isi).encode()), config(shape=bentuk)) as system:
        try:
            async for batch in system.record_source.read(None):
                assert not any(ENAM_BELAS.search(p.pesan) for p in batch.ditolak)
        except UpstreamFailure:
            pass


manusia = st.builds(
    lambda nomor, kelamin, kawin, hubungan, nama: orang(
        nomor,
        jenis_kelamin=kelamin,
        status_kawin=kawin,
        status_hubungan_keluarga=hubungan,
        nama_lengkap=nama,
    ),
    st.integers(1, 99_998).filter(lambda n: n % 1000),
    st.sampled_from(JenisKelamin),
    st.sampled_from(StatusKawin),
    st.sampled_from(HubunganKeluarga),
    st.text("ABCDEFGHIJ '", min_size=1, max_size=12).map(str.strip).filter(bool),
)


@given(manusia)
def test_a_person_survives_the_way_out_and_back_in_both_shapes(satu):
    rekaman = RekamanPpks(sistem="siks_ng", id_sumber="nik:", orang=satu)
    konteks = Konteks({"sistem_wilayah": "kemendagri"}, SatuDesa())
    for wire in (baris_penduduk(rekaman), baris_keluarga(1, [rekaman])):
        [kembali] = petakan_objek(wire, konteks, 1).isi
        for nama in (
            "nik",
            "no_kk",
            "nama_lengkap",
            "tanggal_lahir",
            "jenis_kelamin",
            "status_kawin",
            "kode_wilayah",
        ):
            assert getattr(kembali.orang, nama) == getattr(satu, nama)
