"""Makes a record to send of what a grant shows of one: what is not shown is not in it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.domain.person import ATRIBUT_PENDUDUK, Penduduk
from gateway.domain.ppks import RekamanPpks, StatusPpks
from gateway.domain.umpan import Perubahan

NAMA_DI_LUAR: Final = "gateway"
"""The system by whose name our records are known to others; their ids are ours."""
_OF_RECORD: Final = ("kategori", "padan", "dtks", "bantuan", "kebutuhan", "keberadaan")
_Origin = Mapping[str, Any]


def told_by(data: _Origin) -> frozenset[str]:
    """The systems that told what the grant shows of a record; empty where it does not show them."""
    joined: _Origin | None = data.get("gabungan")
    sources = [data.get("sumber") or {}] if joined is None else joined["anggota"]
    return frozenset(source["sistem"] for source in sources if "sistem" in source)


def shown_record(item: Perubahan) -> RekamanPpks:
    """What is to be sent of a record that is there."""
    data = item.data or {}
    person = {name: data[name] for name in ATRIBUT_PENDUDUK if name in data}
    told = {name: data[name] for name in _OF_RECORD if name in data}
    fields: dict[str, Any] = {
        "sistem": NAMA_DI_LUAR,
        "id_sumber": item.id,
        "orang": msgspec.convert(person, Penduduk),
        "status": StatusPpks(data.get("status", StatusPpks.TERDATA)),
        "diubah_sumber": item.pada,
        **{name: msgspec.to_builtins(value) for name, value in told.items()},
    }
    return msgspec.convert(fields, RekamanPpks)


def ended_record(ppks_id: str) -> RekamanPpks:
    """What is to be sent of a record that is gone."""
    return RekamanPpks(sistem=NAMA_DI_LUAR, id_sumber=ppks_id, orang=Penduduk(), dihapus=True)
