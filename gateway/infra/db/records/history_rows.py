"""Makes the rows of a record's history: what a change put an end to, sealed, and who made it."""

from typing import Any, Final

import msgspec

from gateway.infra.crypto import Keyring
from gateway.infra.db.records.source_rows import SHOWN_COLUMNS, Row

HISTORY_COLUMNS: Final = (
    "nomor",
    "ppks_id",
    "versi",
    "pada",
    "oleh",
    "sebab",
    "atribut",
    "sebelum",
    "digabung_ke",
)
_SEALED: Final = ("nik", "no_kk")
_NOT_TOLD: Final = frozenset(
    {"id", "sidik", "versi", "dibuat_pada", "diubah_pada", "rujukan", "konflik", *_SEALED}
    | {f"{name}_indeks" for name in _SEALED}
)
_TOLD: Final = tuple(name for name in SHOWN_COLUMNS if name not in _NOT_TOLD)


def history_context(nomor: int) -> bytes:
    """To what the sealed values of a change are bound."""
    return f"riwayat|{nomor}".encode()


class History:
    """Of changes that somebody makes at one moment."""

    def __init__(self, keyring: Keyring, sebab: Any, moment: Any) -> None:
        """`moment` as the driver takes it."""
        self._keyring = keyring
        self._sebab = sebab
        self._moment = moment

    def row(
        self, nomor: int, before: Row, after: Row | None, digabung_ke: str | None
    ) -> tuple[Any, ...]:
        """The values in the order of HISTORY_COLUMNS; `after` None = the row is no longer read."""
        teller = (before if after is None else after)["sistem"]
        told = self._told(nomor, before["id"], before["versi"] + 1, teller)
        return (*told, *self._past(nomor, self._values(before, after)), digabung_ke)

    def beginning(self, nomor: int, row: Row) -> tuple[Any, ...]:
        """The same for a row that is read by itself again: before, nothing stood in it."""
        names = (*_TOLD, *_SEALED)
        past = dict.fromkeys(name for name in names if row[name])
        told = self._told(nomor, row["id"], row["versi"], row["sistem"])
        return (*told, *self._past(nomor, past), None)

    def _told(self, nomor: int, ppks_id: str, versi: int, teller: str) -> tuple[Any, ...]:
        return nomor, ppks_id, versi, self._moment, self._sebab.oleh or teller, self._sebab.sebab

    def _past(self, nomor: int, past: dict[str, Any]) -> tuple[str, bytes]:
        sealed = self._keyring.seal(msgspec.json.encode(past), history_context(nomor))
        return msgspec.json.encode(sorted(past)).decode(), sealed

    def _values(self, before: Row, after: Row | None) -> dict[str, Any]:
        """What was told before and is told otherwise now."""
        told = {
            name: before[name] for name in _TOLD if after is None or before[name] != after[name]
        }
        if "dihapus" in told:
            told["dihapus"] = bool(told["dihapus"])
        for name in _SEALED:
            index = f"{name}_indeks"
            if after is None or before[index] != after[index]:
                sealed = before[name]
                context = f"ppks|{name}|{before['id']}".encode()
                told[name] = (
                    None if sealed is None else self._keyring.open(sealed, context).decode()
                )
        return told
