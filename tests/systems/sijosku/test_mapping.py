"""The two directions of the mapping agree, and neither is upset by what strangers send."""

import contextlib
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from adapters.sijosku.inbound import ke_rekaman
from adapters.sijosku.outbound import ke_wire
from adapters.sijosku.reading import RekamanDitolak, konteks_of
from adapters.sijosku.schema import FIELDS, RekamanWire
from adapters.sijosku.wire import FieldNames
from gateway.domain.person import Penduduk
from gateway.domain.ppks import Bantuan, Kategori, SkemaKategori, StatusBantuan, StatusPpks
from tests.systems.sijosku.people import LANSIA, REKAMAN, from_elsewhere, rekaman
from tests.systems.sijosku.support import AREAS, config

KONTEKS = konteks_of(config(), AREAS)
NAMES = FieldNames({})
RENAMED = FieldNames({"nokk": "no_kk", "nama": "nama_lengkap", "kategori": "ppks"})
SIXTEEN = re.compile(r"\d{16}")


def there_and_back(one, names=NAMES):
    wire, unknown = names.decode(names.encode(ke_wire(one, asal="uji")))
    return ke_rekaman(wire, KONTEKS, unknown)


def read_item(item):
    wire, unknown = NAMES.decode(item)
    return ke_rekaman(wire, KONTEKS, unknown)


def without_raw(one):
    """What remains comparable: raw words and who wrote it are added on the way."""
    tambahan = {name: text for name, text in one.tambahan.items() if name != "asal"}
    kategori = tuple(structs.replace(k, asli=None) for k in one.kategori)
    return structs.replace(
        one, status_asli=None, asli={}, peringatan=(), tambahan=tambahan, kategori=kategori
    )


@given(REKAMAN, st.sampled_from([NAMES, RENAMED]))
def test_what_is_sent_comes_back_the_same(one, names):
    assert without_raw(there_and_back(one, names)) == without_raw(one)


@given(REKAMAN)
def test_what_came_back_once_comes_back_unchanged(one):
    once = there_and_back(one)
    assert there_and_back(once) == once


@pytest.mark.parametrize(
    "kategori",
    [
        Kategori(kode="ppks:penyandang-disabilitas", skema=SkemaKategori.PPKS_2012),
        Kategori(kode="pas:penyandang-disabilitas", skema=SkemaKategori.PAS_2025),
        Kategori(kode="psks:karang-taruna", skema=SkemaKategori.PSKS_2012),
    ],
    ids=lambda kategori: kategori.kode,
)
def test_s26_a_category_keeps_its_list_on_the_way(kategori):
    back = there_and_back(rekaman(1, kategori=(kategori,)))
    assert [(k.kode, k.skema) for k in back.kategori] == [(kategori.kode, kategori.skema)]


def test_words_of_2007_travel_as_those_of_2012():
    old = Kategori(kode="ppks:penyandang-disabilitas", skema=SkemaKategori.PMKS_2007, asli="PACA")
    (back,) = there_and_back(rekaman(1, kategori=(old,))).kategori
    assert (back.kode, back.skema) == (old.kode, SkemaKategori.PPKS_2012)


def test_another_systems_record_shows_its_key_but_neither_id_nor_version():
    wire = ke_wire(from_elsewhere(7, versi="DTSEN Versi 4 Des 2025"), asal="gateway")
    told = msgspec.to_builtins(wire)
    assert told["kunci"] == "siks_ng:D-7"
    assert told["asal"] == "gateway"
    assert not {"id", "versi"} & told.keys()


def test_only_what_sijosku_has_a_field_for_leaves():
    orang = Penduduk(nik="9901016102850003", nama_ibu_kandung="CONTOH IBU", agama="CONTOH")
    aid = (Bantuan(program="pkh", status=StatusBantuan.MENERIMA),)
    one = from_elsewhere(1, orang=orang, bantuan=aid, tambahan={"no_telp": "0800"})
    told = msgspec.to_builtins(ke_wire(one, asal="gateway"))
    assert told["status_bantuan"] == "SUDAH"
    assert not {"no_telp", "agama", "nama_ibu_kandung"} & told.keys()


@pytest.mark.parametrize(
    ("status", "raw", "sent"),
    [
        (StatusPpks.DITETAPKAN, "SK Ditetapkan", "Ditetapkan"),
        (StatusPpks.TERDATA, "Data baru", "Data baru"),
        (StatusPpks.TERDATA, "Dilimpahkan", "Dilimpahkan"),
        (StatusPpks.DITOLAK, "Usulan", "Ditolak"),
    ],
)
def test_sijoskus_own_words_for_a_state_go_back_only_while_they_hold(status, raw, sent):
    assert ke_wire(rekaman(1, status=status, status_asli=raw), asal="gateway").proses == sent


def test_a_deleted_record_travels_as_its_key_alone():
    told = msgspec.to_builtins(ke_wire(rekaman(1, dihapus=True), asal="gateway"))
    assert told == {
        "id": "SJK-0000001",
        "kunci": "sijosku:SJK-0000001",
        "asal": "gateway",
        "dihapus": True,
    }


def test_a_tombstone_becomes_a_deleted_record_without_a_person():
    back = there_and_back(rekaman(1, dihapus=True, versi="4"))
    assert (back.id_sumber, back.versi, back.dihapus) == ("SJK-0000001", "4", True)
    assert back.orang == Penduduk()


def test_a_tombstone_without_id_is_refused():
    with pytest.raises(RekamanDitolak):
        ke_rekaman(RekamanWire(dihapus=True), KONTEKS)


def test_unknown_state_and_sex_are_flagged_and_kept_raw():
    wire = RekamanWire(
        id="1", nama="CONTOH", kategori="LUT", proses="Dilimpahkan", jenis_kelamin="X"
    )
    one = ke_rekaman(wire, KONTEKS)
    assert one.status_asli == "Dilimpahkan"
    assert one.asli["jenis_kelamin"].teks == "X"
    assert sorted(p.atribut for p in one.peringatan) == ["jenis_kelamin", "status"]
    assert one.kategori[0].kode == LANSIA.kode


def test_field_names_of_an_installation_hide_ours():
    wire, unknown = RENAMED.decode(b'{"no_kk": "1", "nokk": "2", "warna": "biru"}')
    assert wire.nokk == "1"
    assert unknown == {"nokk": "2", "warna": "biru"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=12))
def test_any_object_is_read_or_refused_without_showing_it(told):
    told["nama"] = "CONTOH RAHASIA 9901016102850003"
    try:
        wire, unknown = NAMES.decode(msgspec.json.encode(told))
        one = ke_rekaman(wire, KONTEKS, unknown)
    except RekamanDitolak as refusal:
        shown = [refusal.pesan, str(refusal)]
    else:
        shown = [p.pesan for p in one.peringatan] + [v.teks for v in one.asli.values()]
        assert one.id_sumber
    assert not any("RAHASIA" in text or SIXTEEN.search(text) for text in shown)


@given(st.binary(max_size=60))
def test_any_bytes_are_an_object_or_refused(item):
    with contextlib.suppress(RekamanDitolak):
        NAMES.decode(item)


@pytest.mark.parametrize(
    "item", [b'{"nik": 1e400}', b'{"nik": ' + b"9" * 5000 + b"}", b'{"a":' * 9000]
)
def test_absurd_numbers_and_depths_are_refused(item):
    with pytest.raises(RekamanDitolak):
        read_item(item)
