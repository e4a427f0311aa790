"""The house's record -> SIJOSKU's record; only what SIJOSKU has a field for leaves the house."""

from datetime import UTC
from typing import Any, Final

from msgspec import UNSET

from adapters.sijosku.codes import ATRIBUT, PROSES, PROSES_KELUAR, SISTEM, TAMBAHAN, TANPA_PROSES
from adapters.sijosku.schema import KategoriWire, RekamanWire
from gateway.domain.person import Alamat, Penduduk
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori, StatusBantuan
from gateway.domain.taxonomy import PAS_12, PPKS_26, PSKS_12

_JENIS: Final = {entry.kode: entry for entry in (*PPKS_26, *PAS_12, *PSKS_12)}
_BANTUAN: Final = ((StatusBantuan.MENERIMA, "SUDAH"), (StatusBantuan.TIDAK_MENERIMA, "BELUM"))


def kunci(rekaman: RekamanPpks) -> str:
    """The key under which SIJOSKU knows a pushed record: system and id, never a NIK."""
    return f"{rekaman.sistem}:{rekaman.id_sumber}"


def ke_wire(rekaman: RekamanPpks, *, asal: str) -> RekamanWire:
    """A record to push in the name of `asal`. A deleted one is a key and the mark alone."""
    own = rekaman.sistem == SISTEM
    told = rekaman.diubah_sumber
    head: dict[str, Any] = {
        "id": rekaman.id_sumber if own else UNSET,
        "kunci": kunci(rekaman),
        # Another system's edition says nothing about the version that SIJOSKU holds.
        "versi": (rekaman.versi or UNSET) if own else UNSET,
        "asal": asal,
        "diubah_pada": UNSET if told is None else told.astimezone(UTC).isoformat(),
    }
    if rekaman.dihapus:
        return RekamanWire(**head, dihapus=True)
    return RekamanWire(
        **head,
        **_orang(rekaman.orang),
        kategori=tuple(_kategori(kategori) for kategori in rekaman.kategori) or UNSET,
        status_keberadaan=rekaman.keberadaan,
        proses=_proses(rekaman),
        **_tambahan(rekaman, own=own),
    )


def _orang(orang: Penduduk) -> dict[str, Any]:
    alamat = orang.alamat or Alamat()
    sex, born = orang.jenis_kelamin, orang.tanggal_lahir
    return {
        **{field: getattr(orang, attribute) for attribute, field in ATRIBUT.items()},
        "nik": orang.nik,
        "nokk": orang.no_kk,
        "jenis_kelamin": sex,
        "tgl_lahir": born.isoformat() if born else born,
        "alamat": alamat.jalan,
        "rt": alamat.rt,
        "rw": alamat.rw,
        "kode_wilayah": orang.kode_wilayah,
    }


def _proses(rekaman: RekamanPpks) -> str:
    """SIJOSKU's own words, as long as they still say what the house says."""
    raw = rekaman.status_asli
    if raw and rekaman.sistem == SISTEM and (PROSES.get(raw) or TANPA_PROSES) is rekaman.status:
        return raw
    return PROSES_KELUAR[rekaman.status]


def _kategori(kategori: Kategori) -> KategoriWire:
    """The official name within its list; the words of 2007 travel as those of 2012."""
    jenis = _JENIS.get(kategori.kode)
    if jenis is None:
        return KategoriWire(nama=kategori.asli or kategori.kode, subjenis=kategori.subjenis)
    return KategoriWire(
        nama=jenis.nama,
        nomor=jenis.nomor,
        skema=SkemaKategori(jenis.skema).value,
        subjenis=kategori.subjenis,
    )


def _tambahan(rekaman: RekamanPpks, *, own: bool) -> dict[str, Any]:
    """SIJOSKU's own extra fields go back to it; of others it learns whether aid was given."""
    if own:
        return {name: rekaman.tambahan[name] for name in TAMBAHAN if name in rekaman.tambahan}
    given = {aid.status for aid in rekaman.bantuan or ()}
    return next(({"status_bantuan": text} for status, text in _BANTUAN if status in given), {})
