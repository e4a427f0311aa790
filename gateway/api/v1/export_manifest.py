"""What is told of a bulk export: how far it is, and where its files are once it is there."""

from datetime import datetime
from email.utils import format_datetime
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.application.exports.follow_exports import KemajuanEkspor
from gateway.domain.ekspor import (
    JENIS_EKSPOR,
    AlasanEkspor,
    Ekspor,
    FormatEkspor,
    StatusEkspor,
    nama_berkas,
)
from gateway.domain.umpan import JenisPerubahan

PATH: Final = "/v1/exports"


class ExportFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a manifest."""

    type: str
    url: str
    count: int
    """Lines or rows."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """An export that is there, in the words of FHIR's bulk export."""

    transactionTime: datetime  # noqa: N815 - the standard's word
    """The moment that the export shows; `sejak` of the next one."""
    request: str
    requiresAccessToken: bool = True  # noqa: N815 - the standard's word
    output: tuple[ExportFile, ...]
    deleted: tuple[ExportFile, ...]
    """Files of records that are not shown any more: `{"jenis": "hapus", "id": ...}` a line."""
    error: tuple[ExportFile, ...] = ()
    """Always empty: an export is whole or not there."""


class Export(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far an export is."""

    id: str
    status: StatusEkspor
    menunggu: bool = False
    jumlah: int | UnsetType = UNSET
    """Records that it will hold, once they are counted."""
    tertulis: int
    format: FormatEkspor
    request: str
    url: str
    dibuat_pada: datetime
    selesai_pada: datetime | UnsetType = UNSET
    alasan: AlasanEkspor | UnsetType = UNSET
    """Why it waits, or has failed."""
    lanjut_pada: datetime | UnsetType = UNSET
    hapus_pada: datetime | UnsetType = UNSET
    """When it is destroyed, with its files."""


def manifest_of(found: KemajuanEkspor, public_url: str) -> Manifest:
    """Where the files are."""
    ekspor = found.ekspor
    assert ekspor.transaksi_pada is not None
    files = {
        jenis: tuple(
            ExportFile(
                type=JENIS_EKSPOR,
                url=f"{url_of(ekspor, public_url)}/files/{nama_berkas(ekspor, one)}",
                count=one.baris,
            )
            for one in found.berkas
            if one.jenis is jenis
        )
        for jenis in JenisPerubahan
    }
    return Manifest(
        transactionTime=ekspor.transaksi_pada,
        request=ekspor.permintaan,
        output=files[JenisPerubahan.ADA],
        deleted=files[JenisPerubahan.HAPUS],
    )


def told_of(found: KemajuanEkspor, public_url: str) -> Export:
    """How far it is."""
    ekspor = found.ekspor
    return Export(
        id=ekspor.id,
        status=ekspor.status,
        menunggu=found.menunggu,
        jumlah=UNSET if ekspor.jumlah is None else ekspor.jumlah,
        tertulis=ekspor.tertulis,
        format=ekspor.format,
        request=ekspor.permintaan,
        url=url_of(ekspor, public_url),
        dibuat_pada=ekspor.dibuat_pada,
        selesai_pada=ekspor.selesai_pada or UNSET,
        alasan=ekspor.alasan or UNSET,
        lanjut_pada=(ekspor.lanjut_pada if found.menunggu else None) or UNSET,
        hapus_pada=ekspor.hapus_pada or UNSET,
    )


def url_of(ekspor: Ekspor, public_url: str) -> str:
    """Where an export is followed."""
    return f"{public_url}{PATH}/{ekspor.id}"


def progress_of(found: KemajuanEkspor) -> str:
    """`X-Progress`: a short text for people."""
    ekspor = found.ekspor
    if found.menunggu and ekspor.alasan is not None:
        return f"menunggu: {ekspor.alasan.value}"
    if ekspor.jumlah is None:
        return ekspor.status.value
    return f"{ekspor.status.value}: {ekspor.tertulis}/{ekspor.jumlah}"


def expiry_of(ekspor: Ekspor) -> dict[str, str]:
    """`Expires`, where it is known."""
    if ekspor.hapus_pada is None:
        return {}
    return {"Expires": format_datetime(ekspor.hapus_pada, usegmt=True)}
