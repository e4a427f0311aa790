"""Between the tables of exports and the domain's words."""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.ekspor import (
    TERBUKA,
    AlasanEkspor,
    BerkasEkspor,
    Ekspor,
    FormatEkspor,
    StatusEkspor,
    Titik,
)
from gateway.domain.narrowing import Penyempitan
from gateway.domain.policy import View
from gateway.domain.tugas import PemilikTugas
from gateway.domain.umpan import JenisPerubahan, sidik_view
from gateway.infra.db.exports.tables import EKSPOR, EKSPOR_BERKAS, EKSPOR_TITIK

_DOCUMENTS: Final = {"sempit": Penyempitan, "pandangan": View, "dasar": Titik}
_WORDS: Final = {"status": StatusEkspor, "format": FormatEkspor, "alasan": AlasanEkspor}
_PLAIN: Final = tuple(
    name
    for name in Ekspor.__struct_fields__
    if name != "pemilik" and name not in _DOCUMENTS and name not in _WORDS
)
TOLD: Final = tuple(
    EKSPOR.c[name] for name in (*_PLAIN, *_DOCUMENTS, *_WORDS, "client_id", "grant_id")
)
"""The columns of which an `Ekspor` is made."""


def ekspor_of(row: Any) -> Ekspor:
    """The export in a row of `TOLD`."""
    documents = {name: _read(getattr(row, name), kind) for name, kind in _DOCUMENTS.items()}
    words = {
        name: None if getattr(row, name) is None else kind(getattr(row, name))
        for name, kind in _WORDS.items()
    }
    made: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN} | documents | words
    return Ekspor(pemilik=PemilikTugas(client_id=row.client_id, grant_id=row.grant_id), **made)


def values_of(ekspor: Ekspor) -> dict[str, Any]:
    """The row of an export that is asked for."""
    names = (*_PLAIN, *_DOCUMENTS, *_WORDS)
    own = {name: getattr(ekspor, name) for name in names}
    return own | msgspec.structs.asdict(ekspor.pemilik) | {"sidik": fingerprint(ekspor.pandangan)}


def fingerprint(view: View) -> str:
    """The same for views that show the same."""
    return sidik_view(view).hex()


def berkas_of(row: Any) -> BerkasEkspor:
    """The file in a row."""
    return BerkasEkspor(
        nomor=row.nomor, jenis=JenisPerubahan(row.jenis), baris=row.baris, ukuran=row.ukuran
    )


def titik_of(row: Any) -> Titik:
    """The moment in a row."""
    view = msgspec.convert(row.pandangan, View)
    return Titik(pandangan=view, nomor=row.nomor, pada=row.pada)


def is_of(pemilik: PemilikTugas, table: sa.Table = EKSPOR) -> sa.ColumnElement[bool]:
    """The owner's rows of a table."""
    return sa.and_(table.c.client_id == pemilik.client_id, table.c.grant_id == pemilik.grant_id)


def is_open() -> sa.ColumnElement[bool]:
    """Exports that are worked on."""
    return EKSPOR.c.status.in_([status.value for status in TERBUKA])


def files_of(ids: list[str]) -> sa.Select[Any]:
    """The files of some exports, in order."""
    return (
        sa.select(EKSPOR_BERKAS)
        .where(EKSPOR_BERKAS.c.ekspor_id.in_(ids))
        .order_by(EKSPOR_BERKAS.c.ekspor_id, EKSPOR_BERKAS.c.nomor)
    )


def newest_point(pemilik: PemilikTugas) -> sa.Select[Any]:
    """The newest moment of which the owner has a copy."""
    mine = is_of(pemilik, EKSPOR_TITIK)
    return sa.select(EKSPOR_TITIK).where(mine).order_by(EKSPOR_TITIK.c.pada.desc()).limit(1)


def _read(value: Any, kind: Any) -> Any:
    return None if value is None else msgspec.convert(value, kind, strict=False)
