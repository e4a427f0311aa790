"""Who may read an export: its owner, as long as all that it holds may be shown."""

from datetime import datetime

from gateway.application.caller.caller import Caller
from gateway.domain.ekspor import Ekspor, termuat
from gateway.domain.errors import Gone, NotFound, NotPermitted
from gateway.domain.policy import susun
from gateway.domain.ports_ekspor import ExportStore


async def may_read(store: ExportStore, caller: Caller, ekspor: Ekspor, now: datetime) -> None:
    """Raises Gone where less may be shown than when it was made, NotPermitted for the token."""
    if not termuat(ekspor.pandangan, susun(caller.grant)):
        raise grant_changed()
    if not termuat(ekspor.pandangan, caller.view(now)):
        raise NotPermitted(
            "token ini tidak memuat seluruh isi ekspor / this token does not cover all of it",
            code="token_too_narrow",
        )
    await nobody_withheld(store, ekspor)


async def nobody_withheld(store: ExportStore, ekspor: Ekspor) -> None:
    """Raises Gone where it holds somebody who stopped disclosure since it was made."""
    if await store.withheld(ekspor):
        raise Gone(
            "sebagian isi ekspor tidak boleh lagi diberikan; mintalah yang baru / "
            "some of the export may no longer be told; ask for a new one",
            code="export_outdated",
        )


def grant_changed() -> Gone:
    """The grant does not show any more what the export holds."""
    return Gone(
        "grant berubah sejak ekspor dibuat; mintalah yang baru / "
        "the grant has changed since; ask for a new export",
        code="grant_changed",
    )


def no_such_export() -> NotFound:
    """The same words for an export of somebody else's and for none."""
    return NotFound("ekspor tidak ditemukan / no such export")
