"""Entries of the audit log on the wire, as a page or line by line, and the cursors between them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.cursor import Cursors
from gateway.application.audit.read_audit import Bacaan
from gateway.domain.audit import HasilAudit
from gateway.domain.catatan import EntriTercatat, KondisiCatatan, Letak
from gateway.domain.tree.proofs import InclusionProof
from gateway.kit.struct import Quiet

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
LINES: Final = {
    "200": {
        "content": {
            NDJSON: {
                "schema": {
                    "type": "string",
                    "description": 'An entry a line, then `{"lengkap": ..., "next_cursor": ...}`.',
                }
            }
        }
    }
}
"""The second form of the answer, of which the framework knows nothing."""
Text = str | UnsetType

# The house's cursors hold a moment and a text; of all lengths, so that none tells a number's size.
_ANY_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


class EntryProof(msgspec.Struct, frozen=True, kw_only=True):
    """That the entry is in the log: its leaf, and the way from it to the checkpoint's root."""

    leaf: str
    """The leaf's text; the entry's hash is made of it."""
    index: int
    size: int
    hashes: tuple[str, ...]
    """In base64, lowest first."""


class AuditEntry(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One entry; what does not apply is absent."""

    entri_id: str
    pada: datetime
    peristiwa: str
    """What was asked, for example `penduduk.lookup`; of refusals also method and route."""
    hasil: HasilAudit
    client_id: Text = UNSET
    grant_id: Text = UNSET
    grant_versi: int | UnsetType = UNSET
    nomor_pks: Text = UNSET
    tujuan: Text = UNSET
    dasar_hukum: Text = UNSET
    subjek: Text = UNSET
    """The person, under a name of this engagement's own."""
    atribut: tuple[str, ...] = ()
    """Attributes disclosed; of counts and of readings of the log, what was asked by."""
    jumlah: int = 0
    """Records disclosed."""
    sumber: Text = UNSET
    alasan: Text = UNSET
    """Error code of a refusal."""
    request_id: Text = UNSET
    """The request, under a name of this engagement's own."""
    umur: int | UnsetType = UNSET
    """Seconds since the source said what was disclosed."""
    permintaan_sidik: Text = UNSET
    """What was asked, under a name of this engagement's own."""
    oleh: Text = UNSET
    """The operator of an act."""
    objek: Text = UNSET
    rincian: dict[str, Any] | UnsetType = UNSET
    """What the act changed."""
    bukti: EntryProof | UnsetType = UNSET


class AuditPage(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """`{"items": [...], "next_cursor": ...}`; no cursor = the last page."""

    items: tuple[AuditEntry, ...]
    next_cursor: str | None
    checkpoint: Text = UNSET
    """The signed note to which the proofs lead."""


class AuditExportEnd(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last line: an export that does not end with it was cut off."""

    lengkap: bool
    next_cursor: str | None
    checkpoint: Text = UNSET


class AuditCursors:
    """Places of the log in the house's cursors, bound to the grant and to the filters."""

    def __init__(self, cursors: Cursors, grant_id: str, kondisi: KondisiCatatan) -> None:
        self._cursors = cursors
        self._grant_id = grant_id
        self._kondisi = kondisi

    def seal(self, letak: Letak | None) -> str | None:
        """The cursor of what follows, None where nothing does."""
        if letak is None:
            return None
        text = ".".join(f"{place:019d}" for place in letak)
        return self._cursors.seal((_ANY_MOMENT, text), self._grant_id, self._kondisi)

    def open(self, cursor: str | None) -> Letak | None:
        """Where to go on. Raises BadInput for a cursor that is not ours or of other filters."""
        if cursor is None:
            return None
        _, text = self._cursors.open(cursor, self._grant_id, self._kondisi)
        return Letak(*map(int, text.split(".")))


async def as_ndjson(groups: AsyncIterator[Bacaan], cursors: AuditCursors) -> AsyncIterator[bytes]:
    """A line per entry, then one that says whether these are all."""
    encoder = msgspec.json.Encoder()
    following: Letak | None = None
    checkpoint: str | None = None
    async for group in groups:
        following, checkpoint = group.lanjut, group.cap
        yield encoder.encode_lines(_entries(group))
    end = AuditExportEnd(
        lengkap=following is None,
        next_cursor=cursors.seal(following),
        checkpoint=checkpoint or UNSET,
    )
    yield encoder.encode_lines([end])


def as_page(read: Bacaan, cursors: AuditCursors) -> AuditPage:
    """One page as it leaves."""
    return AuditPage(
        items=tuple(_entries(read)),
        next_cursor=cursors.seal(read.lanjut),
        checkpoint=read.cap or UNSET,
    )


def _entries(read: Bacaan) -> list[AuditEntry]:
    told = map(_entry, read.items)
    if not read.bukti:
        return list(told)
    return [
        msgspec.structs.replace(entry, bukti=_proof(each, proof))
        for entry, each, proof in zip(told, read.items, read.bukti, strict=True)
    ]


def _entry(each: EntriTercatat) -> AuditEntry:
    told: dict[str, Any] = msgspec.structs.asdict(each.entri)
    return AuditEntry(**{name: value for name, value in told.items() if value is not None})


def _proof(each: EntriTercatat, proof: InclusionProof) -> EntryProof:
    return EntryProof(leaf=each.daun or "", **msgspec.to_builtins(proof))
