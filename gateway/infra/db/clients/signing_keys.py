"""Keeps the issuers' signing keys: their lives in rows, the private parts sealed until erased."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.admin import GATEWAY
from gateway.domain.errors import Conflict, Unavailable
from gateway.domain.ports import SealBroken, Sealer
from gateway.domain.signing import ALG, KunciPenerbit, StatusKunci
from gateway.infra.db.admin_log import note
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import SIGNING_KEY
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

# PostgreSQL lets writers run side by side; this lock (readers pass) lets one at a time look for the
# issuer's keys and change them. SQLite has one writer anyway.
_ONE_AT_A_TIME: Final = sa.text("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")
_ERASED: Final[dict[str, Any]] = {"status": StatusKunci.GONE.value, "privat": None}
_TOLD: Final = tuple(SIGNING_KEY.c[name] for name in KunciPenerbit.__struct_fields__)


class StoredKey(Quiet, frozen=True, kw_only=True):
    """A key as the running instances need it."""

    kunci: KunciPenerbit
    publik: dict[str, Any]
    """Its public JWK."""
    privat: bytes | None
    """The private part, sealed: only of a key that signs."""


class SqlSigningKeys:
    """The `SigningKeyStore` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database, keyring: Sealer, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def keys(self) -> Sequence[KunciPenerbit]:
        """All of them, by issuer and age."""
        query = sa.select(*_TOLD).order_by(
            SIGNING_KEY.c.penerbit, SIGNING_KEY.c.dibuat_pada, SIGNING_KEY.c.kid
        )
        async with self._database.reading() as connection:
            return [_told(row) for row in await connection.execute(query)]

    async def alive(self) -> Sequence[StoredKey]:
        """The keys of all issuers that are not gone."""
        async with self._database.reading() as connection:
            return await _stored(connection, SIGNING_KEY.c.status != StatusKunci.GONE)

    async def first(self, penerbit: str) -> None:
        """See to it that an issuer has a key that signs: it makes one where none does."""
        async with self._database.writing() as connection:
            await _take_turns(connection)
            if not await _stored(connection, _of(penerbit, StatusKunci.SIGNING)):
                await self._make(connection, penerbit, StatusKunci.SIGNING, GATEWAY)

    async def publish(self, penerbit: str, *, oleh: str) -> KunciPenerbit:
        """Make a key that is shown and does not sign yet. Raises Conflict where there is one."""
        async with self._database.writing() as connection:
            await _take_turns(connection)
            if await _stored(connection, _of(penerbit, StatusKunci.PUBLISHED)):
                raise Conflict("sudah ada kunci berikutnya / the next key is published already")
            return await self._make(connection, penerbit, StatusKunci.PUBLISHED, oleh)

    async def discard(self, kid: str, *, oleh: str) -> None:
        """Erase a published key that never signed. Raises Conflict where it is none."""
        now = self._clock()
        update = sa.update(SIGNING_KEY).where(_unused(kid)).values(_ERASED | {"hilang_pada": now})
        async with self._database.writing() as connection:
            await _take_turns(connection)
            if not (await connection.execute(update)).rowcount:
                raise _not_next()
            await _note_gone(connection, [kid], now, oleh)

    async def promote(self, kid: str, *, oleh: str, pensiun: timedelta) -> None:
        """Let a published key sign; the one that signed retires for `pensiun`.

        With 0 it is gone at once, and those that were retiring with it. Raises Conflict where the
        key is not published (any longer), and Unavailable where the keyring does not open it.
        """
        now = self._clock()
        async with self._database.writing() as connection:
            await _take_turns(connection)
            query = sa.select(SIGNING_KEY.c.penerbit, SIGNING_KEY.c.privat).where(_unused(kid))
            found = (await connection.execute(query)).one_or_none()
            if found is None:
                raise _not_next()
            # A key that cannot be opened would leave the issuer without a voice.
            open_private(self._keyring, kid, found.privat)
            retired = await _retire(connection, found.penerbit, now, pensiun)
            values = {"status": StatusKunci.SIGNING.value, "dipakai_pada": now}
            await connection.execute(sa.update(SIGNING_KEY).where(_unused(kid)).values(values))
            await note(
                connection,
                pada=now,
                oleh=oleh,
                peristiwa="kunci.pakai",
                objek=kid,
                rincian={
                    "penerbit": found.penerbit,
                    "digantikan": retired,
                    "pensiun_detik": int(pensiun.total_seconds()),
                },
            )

    async def erase_overdue(self) -> None:
        """Erase the private parts of the keys whose retirement is over."""
        now = self._clock()
        overdue = sa.and_(
            SIGNING_KEY.c.status == StatusKunci.RETIRING, SIGNING_KEY.c.hilang_pada <= now
        )
        update = sa.update(SIGNING_KEY).where(overdue).values(_ERASED)
        async with self._database.writing() as connection:
            kids = (await connection.scalars(update.returning(SIGNING_KEY.c.kid))).all()
            await _note_gone(connection, kids, now, GATEWAY)

    async def _make(
        self, connection: AsyncConnection, penerbit: str, status: StatusKunci, oleh: str
    ) -> KunciPenerbit:
        now = self._clock()
        key = ECKey.generate_key("P-256")
        kunci = KunciPenerbit(
            kid=key.thumbprint(),
            penerbit=penerbit,
            status=status,
            dibuat_pada=now,
            dipakai_pada=now if status is StatusKunci.SIGNING else None,
        )
        private = msgspec.json.encode(key.as_dict(private=True))
        values = msgspec.structs.asdict(kunci) | {
            "status": status.value,
            "alg": ALG,
            "publik": {**key.as_dict(private=False), "kid": kunci.kid, "alg": ALG, "use": "sig"},
            "privat": self._keyring.seal(private, _context(kunci.kid)),
        }
        await connection.execute(sa.insert(SIGNING_KEY).values(values))
        await note(
            connection,
            pada=now,
            oleh=oleh,
            peristiwa="kunci.terbit",
            objek=kunci.kid,
            rincian={"penerbit": penerbit, "status": status},
        )
        return kunci


def open_private(keyring: Sealer, kid: str, sealed: bytes) -> ECKey:
    """The private key. Raises Unavailable where the keyring does not open it."""
    try:
        private = keyring.open(sealed, _context(kid))
    except SealBroken:
        raise Unavailable(
            "kunci penanda tangan tidak terbuka / the keyring does not open the signing key",
            code="signing_key_sealed",
        ) from None
    return ECKey.import_key(msgspec.json.decode(private))


async def _take_turns(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(_ONE_AT_A_TIME)


async def _stored(
    connection: AsyncConnection, which: sa.ColumnElement[bool]
) -> Sequence[StoredKey]:
    private = sa.case((SIGNING_KEY.c.status == StatusKunci.SIGNING, SIGNING_KEY.c.privat))
    query = sa.select(*_TOLD, SIGNING_KEY.c.publik, private.label("sealed")).where(which)
    return [
        StoredKey(kunci=_told(row), publik=row.publik, privat=row.sealed)
        for row in await connection.execute(query)
    ]


async def _retire(
    connection: AsyncConnection, penerbit: str, now: datetime, pensiun: timedelta
) -> Sequence[str]:
    which = _of(penerbit, StatusKunci.SIGNING)
    values: dict[str, Any] = {
        "status": StatusKunci.RETIRING.value,
        "pensiun_pada": now,
        "hilang_pada": now + pensiun,
    }
    if not pensiun:
        which = sa.or_(which, _of(penerbit, StatusKunci.RETIRING))
        values = _ERASED | {"hilang_pada": now}
    update = sa.update(SIGNING_KEY).where(which).values(values)
    return (await connection.scalars(update.returning(SIGNING_KEY.c.kid))).all()


async def _note_gone(
    connection: AsyncConnection, kids: Sequence[str], now: datetime, oleh: str
) -> None:
    for kid in kids:
        await note(connection, pada=now, oleh=oleh, peristiwa="kunci.hilang", objek=kid, rincian={})


def _not_next() -> Conflict:
    return Conflict("kunci itu bukan kunci berikutnya / that key is not the next one")


def _unused(kid: str) -> sa.ColumnElement[bool]:
    return sa.and_(SIGNING_KEY.c.kid == kid, SIGNING_KEY.c.status == StatusKunci.PUBLISHED.value)


def _of(penerbit: str, status: StatusKunci) -> sa.ColumnElement[bool]:
    return sa.and_(SIGNING_KEY.c.penerbit == penerbit, SIGNING_KEY.c.status == status.value)


def _told(row: Any) -> KunciPenerbit:
    values = {name: getattr(row, name) for name in KunciPenerbit.__struct_fields__}
    return msgspec.convert(values, KunciPenerbit)


def _context(kid: str) -> bytes:
    return f"signing_key|privat|{kid}".encode()
