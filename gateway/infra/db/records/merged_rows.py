"""Makes the row that is read of the rows of one person's sources."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec

from gateway.domain.merging.merge import HasilGabung, Ujaran, gabungkan
from gateway.domain.merging.rules import AturanGabung
from gateway.domain.ppks import StatusPpks
from gateway.infra.crypto import Keyring
from gateway.infra.db.records.rows import PERSON_COLUMNS
from gateway.infra.db.records.source_rows import GABUNGAN, Row

_SEALED: Final = ("nik", "no_kk")
_DOCUMENTS: Final = ("alamat", "kategori", "padan", "dtks", "bantuan", "kebutuhan")
_TEXTS: Final = (*PERSON_COLUMNS, "keberadaan")
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class MergedRows:
    """By one table of rules."""

    def __init__(self, keyring: Keyring, rules: AturanGabung) -> None:
        self._keyring = keyring
        self._rules = rules
        self.rules = rules.versi
        """The name of the table."""
        self._digest_key = keyring.derive("record digest")

    def opened(self, row: Row, name: str) -> str | None:
        """A sealed number of a source's row."""
        sealed = row[name]
        if sealed is None:
            return None
        return self._keyring.open(bytes(sealed), f"ppks|{name}|{row['id']}".encode()).decode()

    def merge(self, members: Sequence[Row], ppks_id: str) -> Row:
        """The columns of the record with this id; not its version and its moments.

        Members whose source withdrew them count only where all are withdrawn.
        """
        living = [row for row in members if not row["dihapus"]]
        telling = sorted(living or members, key=lambda row: (row["sistem"], row["id_sumber"]))
        origins = [msgspec.json.decode(row["asal"]) for row in telling]
        pairs = zip(telling, origins, strict=True)
        result = gabungkan([self._told(row, origin) for row, origin in pairs], self._rules)
        content = {
            "id": ppks_id,
            "sistem": GABUNGAN,
            "id_sumber": ppks_id,
            "dihapus": not living,
            "aturan": self._rules.versi,
            "asal": self._origin(result, origins, ppks_id),
            "status": result.nilai.get("status", str(StatusPpks.TERDATA)),
            "peringatan": _warnings(telling),
            "tambahan": None,
            "urutan": None,
            **{name: result.nilai.get(name) for name in _TEXTS},
            **{name: _document(result.nilai.get(name)) for name in _DOCUMENTS},
        }
        # Whom it speaks of, withdrawn or not, decides whether it is held back, and so is a change.
        keys = sorted({row["rujukan"] for row in members})
        return content | self._secrets(result, origins, content, keys)

    def _told(self, row: Row, origin: dict[str, Any]) -> Ujaran:
        told: dict[str, Any] = {name: row[name] for name in _TEXTS}
        told |= {name: _decoded(row[name]) for name in _DOCUMENTS}
        told |= {name: self.opened(row, name) for name in _SEALED}
        if row["status"] != StatusPpks.TERDATA:
            told["status"] = row["status"]
        return Ujaran(
            sistem=row["sistem"],
            id_sumber=row["id_sumber"],
            segar=_fresh(origin),
            nilai={name: value for name, value in told.items() if value is not None},
        )

    def _origin(self, result: HasilGabung, origins: list[dict[str, Any]], ppks_id: str) -> str:
        """From whom each attribute comes, and what those sources said of it in their words."""
        words = {
            name: origins[index]["asli"][name]
            for name, tellers in result.dari.items()
            for index in reversed(tellers)
            if name in origins[index].get("asli", ())
        }
        members = [
            {name: value for name, value in origin.items() if name != "asli"}
            | {"atribut": sorted(name for name, tellers in result.dari.items() if i in tellers)}
            for i, origin in enumerate(origins)
        ]
        whole = {
            "sistem": GABUNGAN,
            "id_sumber": ppks_id,
            "pada": max(origin["pada"] for origin in origins),
            "atribut": sorted(result.dari),
            "aturan": self._rules.versi,
            "anggota": members,
        }
        return _encoded(whole | ({"asli": words} if words else {}))

    def _secrets(
        self, result: HasilGabung, origins: list[dict[str, Any]], content: Row, keys: list[str]
    ) -> Row:
        """What is sealed, and the digest of all that is told and of whom it is told."""
        ppks_id, nik = content["id"], result.nilai.get("nik")
        conflicts = [
            {
                "atribut": lost.atribut,
                "nilai": lost.nilai,
                "sistem": origins[lost.oleh]["sistem"],
                "id_sumber": origins[lost.oleh]["id_sumber"],
                "pada": origins[lost.oleh]["pada"],
            }
            for lost in result.konflik
        ]
        row: Row = {"rujukan": self._keyring.reference(nik) if nik else ppks_id}
        for name in _SEALED:
            number = result.nilai.get(name)
            context = f"ppks|{name}|{ppks_id}".encode()
            row[f"{name}_indeks"] = self._keyring.blind_index(name, number) if number else None
            row[name] = self._keyring.seal(number.encode(), context) if number else None
        digested = [content, row["nik_indeks"], row["no_kk_indeks"], conflicts, keys]
        plain = _ENCODER.encode(digested)
        row["sidik"] = blake2b(plain, key=self._digest_key, digest_size=16).digest()
        row["konflik"] = self._sealed(conflicts, ppks_id) if conflicts else None
        return row

    def _sealed(self, conflicts: list[dict[str, Any]], ppks_id: str) -> bytes:
        return self._keyring.seal(_ENCODER.encode(conflicts), f"ppks|konflik|{ppks_id}".encode())


def _fresh(origin: dict[str, Any]) -> datetime:
    """When what is told last changed: no later than it was told, whatever the source's clock."""
    told = datetime.fromisoformat(origin["pada"])
    changed = origin.get("diubah_sumber")
    return told if changed is None else min(told, datetime.fromisoformat(changed))


def _warnings(members: Sequence[Row]) -> str | None:
    texts = [row["peringatan"] for row in members if row["peringatan"] is not None]
    return (
        _encoded([item for text in texts for item in msgspec.json.decode(text)]) if texts else None
    )


def _decoded(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


def _document(value: Any) -> str | None:
    return None if value is None else _encoded(value)


def _encoded(value: Any) -> str:
    return _ENCODER.encode(value).decode()
