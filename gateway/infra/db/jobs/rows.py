"""Between the tables of lookup jobs and the domain's words: jobs told, NIKs and answers sealed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports import Sealer
from gateway.domain.tugas import (
    Baris,
    HasilTersimpan,
    JawabanBaris,
    KodeBaris,
    PemilikTugas,
    StatusTugas,
    Tugas,
)
from gateway.infra.db.tables import TUGAS, TUGAS_HASIL, TUGAS_POTONG

_OWNER: Final = ("client_id", "grant_id")
_PLAIN: Final = tuple(
    name for name in Tugas.__struct_fields__ if name not in {"pemilik", "status", "sempit"}
)
TOLD: Final = tuple(TUGAS.c[name] for name in (*_PLAIN, *_OWNER, "status", "sempit"))
"""The columns of which a `Tugas` is made."""

_BLOCK: Final[msgspec.msgpack.Decoder[tuple[Baris, ...]]] = msgspec.msgpack.Decoder(
    tuple[Baris, ...]
)
_ANSWER: Final[msgspec.msgpack.Decoder[JawabanBaris]] = msgspec.msgpack.Decoder(JawabanBaris)


def tugas_of(row: Any) -> Tugas:
    """The job in a row of `TOLD`."""
    sempit = row.sempit
    return Tugas(
        **{name: getattr(row, name) for name in _PLAIN},
        pemilik=PemilikTugas(client_id=row.client_id, grant_id=row.grant_id),
        status=StatusTugas(row.status),
        sempit=None if sempit is None else msgspec.convert(sempit, Penyempitan, strict=False),
    )


def values_of(tugas: Tugas) -> dict[str, Any]:
    """The row of a job that has just begun."""
    plain = {name: getattr(tugas, name) for name in _PLAIN}
    owner = msgspec.structs.asdict(tugas.pemilik)
    status = {"status": tugas.status.value, "sempit": tugas.sempit, "giliran": tugas.dibuat_pada}
    return plain | owner | status


def is_of(pemilik: PemilikTugas) -> sa.ColumnElement[bool]:
    """The owner's jobs, of those that were handed in."""
    return sa.and_(
        TUGAS.c.client_id == pemilik.client_id,
        TUGAS.c.grant_id == pemilik.grant_id,
        TUGAS.c.status != StatusTugas.MENERIMA.value,
    )


def is_open(statuses: Iterable[StatusTugas]) -> sa.ColumnElement[bool]:
    """Jobs in one of these states."""
    return TUGAS.c.status.in_([status.value for status in statuses])


class SealedRows:
    """Seals and opens what is personal of a job, each value bound to its place."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def block(self, tugas_id: str, nomor: int, rows: Sequence[Baris]) -> Mapping[str, Any]:
        """The row of a block that nobody has worked on."""
        plain = msgspec.msgpack.encode(rows)
        return {
            "tugas_id": tugas_id,
            "nomor": nomor,
            "masukan": self._sealer.seal(plain, _place(TUGAS_POTONG, tugas_id, nomor)),
            "selesai": False,
            "percobaan": 0,
        }

    def open_block(self, tugas_id: str, nomor: int, sealed: bytes) -> tuple[Baris, ...]:
        """A block's rows."""
        return _BLOCK.decode(self._sealer.open(sealed, _place(TUGAS_POTONG, tugas_id, nomor)))

    def result(self, tugas_id: str, urut: int, jawaban: JawabanBaris) -> Mapping[str, Any]:
        """The row of what came of asking."""
        plain = msgspec.msgpack.encode(jawaban)
        isi = self._sealer.seal(plain, _place(TUGAS_HASIL, tugas_id, urut))
        return {"tugas_id": tugas_id, "urut": urut, "baris": jawaban.baris, "isi": isi}

    def open_result(self, row: Any) -> HasilTersimpan:
        """A stored result."""
        if row.salah is not None:
            return HasilTersimpan(urut=row.urut, baris=row.baris, salah=KodeBaris(row.salah))
        plain = self._sealer.open(row.isi, _place(TUGAS_HASIL, row.tugas_id, row.urut))
        return HasilTersimpan(urut=row.urut, baris=row.baris, jawaban=_ANSWER.decode(plain))


def _place(table: sa.Table, tugas_id: str, number: int) -> bytes:
    return f"{table.name}|{tugas_id}|{number}".encode()
