"""The log's own keys: rows whose private parts are sealed under the keyring until they retire."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from gateway.domain.checkpoint import Checkpoint
from gateway.domain.ports import SealBroken, Sealer
from gateway.infra.db.audit.sealed_tables import AUDIT_KUNCI
from gateway.infra.sealing.notes import SigningKey, VerifyingKey, new_private, note, read_vkey
from gateway.infra.sealing.rows import LogBroken, Signed

_IN_FORCE: Final = AUDIT_KUNCI.c.pensiun_pada.is_(None)


class LogKeys:
    """Makes, opens and retires them; every method takes the connection of its transaction."""

    def __init__(self, keyring: Sealer) -> None:
        self._keyring = keyring
        self._opened: dict[str, SigningKey] = {}

    def first(self, connection: sa.Connection, asal: str, now: datetime) -> SigningKey:
        """Make a key for a log; the caller sees to it that no other is in force."""
        private = new_private()
        key = SigningKey(asal, private)
        vkey = key.public.vkey()
        sealed = self._keyring.seal(private, _context(vkey))
        connection.execute(sa.insert(AUDIT_KUNCI).values(vkey=vkey, privat=sealed, dibuat_pada=now))
        self._opened[vkey] = key
        return key

    def in_force(self, connection: sa.Connection) -> SigningKey:
        """The key that signs. Raises LogBroken where there is none that the keyring opens."""
        query = sa.select(AUDIT_KUNCI.c.vkey, AUDIT_KUNCI.c.privat).where(_IN_FORCE)
        found = connection.execute(query).one_or_none()
        if found is None:
            raise LogBroken("no key of the log is in force: `gateway audit key rotate --lost`")
        if found.vkey not in self._opened:
            self._opened = {found.vkey: self._open(found.vkey, found.privat)}
        return self._opened[found.vkey]

    def vkey_in_force(self, connection: sa.Connection) -> str:
        """The text of the key that signs, whether or not the keyring opens it."""
        return str(connection.scalar(sa.select(AUDIT_KUNCI.c.vkey).where(_IN_FORCE)))

    def retire(self, connection: sa.Connection, vkey: str, now: datetime) -> None:
        """Let a key sign no more, and erase its private part."""
        same = AUDIT_KUNCI.c.vkey == vkey
        values = {"privat": None, "pensiun_pada": now}
        connection.execute(sa.update(AUDIT_KUNCI).where(same).values(values))

    def _open(self, vkey: str, sealed: bytes) -> SigningKey:
        try:
            private = self._keyring.open(sealed, _context(vkey))
        except SealBroken:
            raise LogBroken(
                "the keyring does not open the log's signing key: set the GATEWAY_DATA_KEYS under"
                " which it was made, or `gateway audit key rotate --lost`"
            ) from None
        return SigningKey(read_vkey(vkey).name, private)


def all_keys(connection: sa.Connection) -> list[VerifyingKey]:
    """Every key that the log ever had, oldest first."""
    query = sa.select(AUDIT_KUNCI.c.vkey).order_by(AUDIT_KUNCI.c.dibuat_pada, AUDIT_KUNCI.c.vkey)
    return [read_vkey(vkey) for vkey in connection.scalars(query)]


def signed(checkpoint: Checkpoint, *keys: SigningKey) -> Signed:
    """A checkpoint with its signatures."""
    text = checkpoint.text()
    return Signed(
        pada=checkpoint.pada,
        ukuran=checkpoint.ukuran,
        catatan=note(text, [key.sign(text) for key in keys]),
        rotasi=checkpoint.rotasi is not None,
    )


def _context(vkey: str) -> bytes:
    return f"audit_kunci|privat|{vkey}".encode()
