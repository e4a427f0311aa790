"""Results of lookup jobs on the wire: NDJSON or CSV, written group by group."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.v1.envelope import Meta
from gateway.api.v1.penduduk import PendudukData, told_of
from gateway.application.jobs.read_job_results import Bacaan, BarisTampak
from gateway.domain.person import ATRIBUT_PENDUDUK, Alamat
from gateway.kit.sheets import Cell, csv_rows
from gateway.kit.struct import Quiet

Groups = AsyncIterator[Sequence[BarisTampak]]
_ABOUT: Final = ("urut", "baris", "hasil", "kode", "sistem", "pada")
_ADDRESS: Final = Alamat.__struct_fields__
_COLUMNS: Final = (
    *_ABOUT,
    *(name for name in ATRIBUT_PENDUDUK if name != "alamat"),
    *(f"alamat.{part}" for part in _ADDRESS),
)


class JobResult(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the results."""

    urut: int
    baris: int
    hasil: str
    kode: str | UnsetType = UNSET
    data: PendudukData | UnsetType = UNSET
    meta: Meta | UnsetType = UNSET


class JobResultsEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last line: a reading that does not end with it was cut off."""

    lengkap: bool
    sampai: int


async def as_ndjson(groups: Groups, bacaan: Bacaan, request_id: str) -> AsyncIterator[bytes]:
    """A line per result, then one that says how far they go."""
    encoder = msgspec.json.Encoder()
    async for group in groups:
        yield encoder.encode_lines([_line(row, request_id) for row in group])
    end = JobResultsEnd(lengkap=bacaan.lengkap, sampai=bacaan.sampai)
    yield encoder.encode_lines([end])


async def as_csv(groups: Groups, _bacaan: Bacaan, _request_id: str) -> AsyncIterator[bytes]:
    """A header, then a row per result; what is not granted is an empty cell.

    As pages of records are written, so that no spreadsheet rounds a NIK or runs a formula.
    """
    yield BOM_UTF8 + csv_rows([_COLUMNS])
    async for group in groups:
        yield csv_rows([_cells(row) for row in group])


WRITERS: Final[Mapping[str, Callable[[Groups, Bacaan, str], AsyncIterator[bytes]]]] = {
    "application/x-ndjson": as_ndjson,
    "text/csv": as_csv,
}


def _line(row: BarisTampak, request_id: str) -> JobResult:
    found = row.ditemukan
    told = JobResult(urut=row.urut, baris=row.baris, hasil=row.hasil.value, kode=row.kode or UNSET)
    if found is None:
        return told
    alone = told_of(found, request_id)
    return msgspec.structs.replace(told, data=alone.data, meta=alone.meta)


def _cells(row: BarisTampak) -> tuple[Cell, ...]:
    found = row.ditemukan
    data: dict[str, Any] = {} if found is None else dict(found.data)
    address = data.pop("alamat", UNSET)
    if isinstance(address, Alamat):
        data |= {f"alamat.{part}": getattr(address, part) for part in _ADDRESS}
    about = {"urut": row.urut, "baris": row.baris, "hasil": row.hasil, "kode": row.kode}
    if found is not None:
        about |= {"sistem": found.sistem, "pada": found.pada}
    told = data | about
    return tuple([_cell(told.get(name)) for name in _COLUMNS])


def _cell(value: Any) -> Cell:
    if value is None or value is UNSET:
        return ""
    return value if isinstance(value, int) else str(msgspec.to_builtins(value))
