"""Pages of the change feed as the API has them."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.v1.ppks_record import PpksRecord
from gateway.application.feed.read_changes import BacaanUmpan
from gateway.domain.umpan import JenisPerubahan, Perubahan
from gateway.kit.struct import Quiet


class Change(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One item: the record as the grant shows it now, or that it is no longer shown."""

    jenis: JenisPerubahan
    id: str
    versi: int
    pada: datetime
    data: PpksRecord | UnsetType = UNSET
    digabung_ke: str | UnsetType = UNSET
    """Of a record that is gone since it was joined to another one of the same person: that one."""


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of changes. `next_cursor` is always there; `lengkap` = this was all there is now."""

    items: tuple[Change, ...]
    next_cursor: str
    lengkap: bool


def changes_page(read: BacaanUmpan, next_cursor: str) -> ChangesPage:
    """A page that was read."""
    return ChangesPage(
        items=tuple(map(_shown, read.halaman.items)),
        next_cursor=next_cursor,
        lengkap=read.halaman.akhir,
    )


def _shown(item: Perubahan) -> Change:
    return Change(
        jenis=item.jenis,
        id=item.id,
        versi=item.versi,
        pada=item.pada,
        data=UNSET if item.data is None else PpksRecord(**item.data),
        digabung_ke=item.digabung_ke or UNSET,
    )
