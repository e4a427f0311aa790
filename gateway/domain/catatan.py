"""What of the audit log one engagement shows, and under which names; pure.

The same view is compiled to SQL by the store; the tests hold both against each other.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.grant import SEMUA, Grant
from gateway.domain.policy import View
from gateway.domain.wilayah import memuat
from gateway.kit.struct import Quiet

_NAMES: Final = ("subjek", "request_id", "permintaan_sidik")


class DimensiCatatan(StrEnum):
    """What entries may be counted by."""

    HARI = "hari"
    CLIENT_ID = "client_id"
    NOMOR_PKS = "nomor_pks"
    TUJUAN = "tujuan"
    HASIL = "hasil"
    PERISTIWA = "peristiwa"


class PandanganCatatan(msgspec.Struct, frozen=True, kw_only=True):
    """One engagement, compiled for use. None = no limit; empty = nothing at all."""

    kunci: str
    """Names the key of its pseudonyms."""
    sejak: datetime
    sampai: datetime
    client_id: frozenset[str] | None
    nomor_pks: frozenset[str] | None
    wilayah: frozenset[str] | None
    """Entries of grants whose areas all lie in these."""
    bukti: bool = False
    """Whether places, leaves, checkpoints and proofs are told."""


class KondisiCatatan(msgspec.Struct, frozen=True, kw_only=True):
    """What an auditor filters entries by. None = not filtered."""

    sejak: datetime | None = None
    sampai: datetime | None = None
    client_id: str | None = None
    nomor_pks: str | None = None
    tujuan: str | None = None
    hasil: HasilAudit | None = None
    peristiwa: str | None = None
    alasan: str | None = None

    @property
    def disaring(self) -> tuple[str, ...]:
        """Names of the filters that are used."""
        names = self.__struct_fields__
        return tuple(sorted(name for name in names if getattr(self, name) is not None))


class Letak(NamedTuple):
    """Where a reading of the log stands: at which place it goes on, and before which it ends.

    The end is fixed when the reading begins, so that it ends although it is itself recorded. It is
    the size of a checkpoint: all that is told can be proved to be in that tree.
    """

    dari: int
    sampai: int


class EntriTercatat(Quiet, frozen=True, kw_only=True):
    """An entry at its place in the log."""

    tempat: int
    """The number of its leaf."""
    entri: EntriAudit
    daun: str | None = None
    """The leaf's text, where it was asked for."""


class Kelompok(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that are alike in what they were counted by."""

    nilai: dict[DimensiCatatan, str | None]
    entri: int
    jumlah: int
    """Records that they disclosed together."""


_NEVER: Final = datetime.min.replace(tzinfo=UTC)
NOTHING: Final = PandanganCatatan(
    kunci="",
    sejak=_NEVER,
    sampai=_NEVER,
    client_id=frozenset(),
    nomor_pks=frozenset(),
    wilayah=frozenset(),
)


def buka_catatan(grant: Grant, view: View) -> PandanganCatatan:
    """What of the log a grant shows; `view` is what its token leaves of its areas."""
    engagement = grant.penugasan
    if engagement is None:
        return NOTHING
    return PandanganCatatan(
        # No id of a grant has a slash: this name is no other key's.
        kunci=f"{grant.grant_id}/{engagement.kode}",
        sejak=engagement.log_sejak,
        sampai=engagement.log_sampai,
        client_id=_limit(engagement.client_id),
        nomor_pks=_limit(engagement.nomor_pks),
        wilayah=view.wilayah,
        bukti=engagement.bukti,
    )


def tampak_di_catatan(
    view: PandanganCatatan, entri: EntriAudit, wilayah_grant: frozenset[str]
) -> bool:
    """Whether the engagement shows an entry; `wilayah_grant` are the areas of the entry's grant."""
    return (
        view.sejak <= entri.pada < view.sampai
        and _within(view.client_id, entri.client_id)
        and _within(view.nomor_pks, entri.nomor_pks)
        and seluruhnya_di_dalam(view.wilayah, wilayah_grant)
    )


def seluruhnya_di_dalam(luar: frozenset[str] | None, wilayah: Iterable[str]) -> bool:
    """Whether areas, one at least, all lie in others; None = there is no limit."""
    if luar is None:
        return True
    inner = tuple(wilayah)
    return bool(inner) and all(any(memuat(area, kode) for area in luar) for kode in inner)


def samarkan_entri(entri: EntriAudit, sebut: Callable[[str], str]) -> EntriAudit:
    """An entry under the names of one engagement; `sebut` renames a text under its key.

    A client may choose its request ids itself, so they could join what two auditors see, too.
    """
    told = {name: getattr(entri, name) for name in _NAMES}
    renamed = {name: sebut(f"{name}|{text}") for name, text in told.items() if text is not None}
    # Whose records were on a page is not told: the names there are the same for every auditor.
    return msgspec.structs.replace(entri, daftar=None, **renamed)


def _limit(names: frozenset[str]) -> frozenset[str] | None:
    return None if SEMUA in names else names


def _within(limit: frozenset[str] | None, name: str | None) -> bool:
    return limit is None or name in limit
