"""A record as a client pushes it: told whole, in the words in which records are read."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.v1.fields import KodeKategori, KodeWilayah, Moment, Sixteen, in_utc
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.person import (
    HubunganKeluarga,
    JenisKelamin,
    Penduduk,
    StatusKawin,
    StatusPenduduk,
)
from gateway.domain.ppks import Bantuan, Kategori, RekamanPpks, StatusBantuan, StatusPpks
from gateway.domain.taxonomy import PAS_12, PPKS_26, PSKS_12
from gateway.kit.struct import Quiet

_SKEMA: Final = {entry.kode: entry.skema for entry in (*PPKS_26, *PAS_12, *PSKS_12)}
_MOST_ENTRIES: Final = 50
_YEAR_ONE: Final = date(1850, 1, 1)
_EASTERNMOST: Final = timezone(timedelta(hours=9), "WIT")
"""Where the day of a birth begins first."""
# What a clock may be ahead. A change that is yet to come would be the newest word for good.
_SKEW: Final = timedelta(minutes=10)
_AHEAD: Final = (
    "di masa depan; periksa jam dan zona waktu / is yet to come; check the clock and the time zone"
)

# A pattern for each text would cost as much as all else; U+0000 is looked for in `batch_body`.
Tertulis = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Teks = Tertulis | UnsetType | None
Number = Sixteen | UnsetType | None
Pendek = Annotated[str, msgspec.Meta(min_length=1, max_length=5, pattern=r"^[0-9]+(?!\n)$")]


class AlamatKiriman(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A street address below the village."""

    jalan: Teks = UNSET
    dusun: Teks = UNSET
    rt: Pendek | UnsetType | None = UNSET
    rw: Pendek | UnsetType | None = UNSET
    kode_pos: Pendek | UnsetType | None = UNSET


class KategoriKiriman(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category by its code, and its kind."""

    kode: str
    subjenis: KodeKategori | None = None


class BantuanKiriman(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One aid programme."""

    program: KodeKategori
    status: StatusBantuan
    periode: Tertulis | None = None


class PpksKiriman(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record. What is left out is not told; a record is replaced whole."""

    id_sumber: Annotated[
        str,
        msgspec.Meta(
            description="The client's own name of the record, for good. Never a NIK.",
            examples=["R-000123"],
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}(?!\n)$",
        ),
    ]
    urutan: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=2**62,
            description="Version of the record at the client; greater = newer.",
            examples=[7],
        ),
    ]
    dihapus: bool = False
    diubah_pada: Moment | None = None
    nik: Number = UNSET
    no_kk: Number = UNSET
    nama_lengkap: Teks = UNSET
    tempat_lahir: Teks = UNSET
    tanggal_lahir: date | UnsetType | None = UNSET
    jenis_kelamin: JenisKelamin | UnsetType | None = UNSET
    agama: Teks = UNSET
    status_kawin: StatusKawin | UnsetType | None = UNSET
    pekerjaan: Teks = UNSET
    pendidikan: Teks = UNSET
    golongan_darah: Teks = UNSET
    nama_ibu_kandung: Teks = UNSET
    nama_ayah: Teks = UNSET
    status_hubungan_keluarga: HubunganKeluarga | UnsetType | None = UNSET
    alamat: AlamatKiriman | UnsetType = UNSET
    kode_wilayah: KodeWilayah | UnsetType | None = UNSET
    provinsi: Teks = UNSET
    kab_kota: Teks = UNSET
    kecamatan: Teks = UNSET
    desa_kelurahan: Teks = UNSET
    status_penduduk: StatusPenduduk | UnsetType = UNSET
    catatan_disabilitas: Teks = UNSET
    kategori: Annotated[tuple[KategoriKiriman, ...], msgspec.Meta(max_length=_MOST_ENTRIES)] = ()
    status: StatusPpks = StatusPpks.TERDATA
    bantuan: (
        Annotated[tuple[BantuanKiriman, ...], msgspec.Meta(max_length=_MOST_ENTRIES)] | UnsetType
    ) = UNSET
    kebutuhan: (
        Annotated[tuple[Tertulis, ...], msgspec.Meta(max_length=_MOST_ENTRIES)] | UnsetType
    ) = UNSET
    keberadaan: Teks = UNSET


def as_record(sistem: str, sent: PpksKiriman, orang: Penduduk) -> RekamanPpks:
    """The record in the house's words; `orang`: what the same text says of the person.

    What is withdrawn keeps no content.
    """
    if sent.dihapus:
        return RekamanPpks(
            sistem=sistem,
            id_sumber=sent.id_sumber,
            orang=Penduduk(),
            urutan=sent.urutan,
            dihapus=True,
        )
    changed, aid = sent.diubah_pada, sent.bantuan
    return RekamanPpks(
        sistem=sistem,
        id_sumber=sent.id_sumber,
        orang=orang,
        kategori=tuple([_category(one) for one in sent.kategori]),
        status=sent.status,
        bantuan=aid if isinstance(aid, UnsetType) else tuple([_aid(one) for one in aid]),
        kebutuhan=sent.kebutuhan,
        keberadaan=sent.keberadaan,
        diubah_sumber=None if changed is None else changed.astimezone(UTC),
        urutan=sent.urutan,
    )


def _category(one: KategoriKiriman) -> Kategori:
    return Kategori(kode=one.kode, skema=_SKEMA[one.kode], subjenis=one.subjenis)


def _aid(one: BantuanKiriman) -> Bantuan:
    return Bantuan(program=one.program, status=one.status, periode=one.periode)


def wrong_content(sent: PpksKiriman, now: datetime) -> tuple[FieldError, ...]:
    """What the types cannot tell."""
    errors = [
        FieldError(f"kategori[{number}].kode", "bukan kategori yang dikenal / not a known category")
        for number, one in enumerate(sent.kategori)
        if one.kode not in _SKEMA
    ]
    errors += _wrong_moment(sent.diubah_pada, now)
    born = sent.tanggal_lahir
    if isinstance(born, date) and not _YEAR_ONE <= born <= now.astimezone(_EASTERNMOST).date():
        errors.append(FieldError("tanggal_lahir", "bukan tanggal lahir / not a date of birth"))
    return tuple(errors)


def _wrong_moment(changed: datetime | None, now: datetime) -> tuple[FieldError, ...]:
    if changed is None:
        return ()
    try:
        moment = in_utc(changed, "diubah_pada")
    except BadInput as error:
        return error.errors
    return (FieldError("diubah_pada", _AHEAD),) if moment > now + _SKEW else ()
