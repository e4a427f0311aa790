"""Has witnesses cosign the newest checkpoint (C2SP tlog-witness); nothing waits for them."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.domain.tree.proofs import ConsistencyProof
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT, AUDIT_SAKSI
from gateway.infra.db.engine import Database
from gateway.infra.sealing.notes import (
    COSIGNATURE,
    Signature,
    VerifyingKey,
    read_note,
    read_signature,
    read_vkey,
)
from gateway.infra.sealing.proofs import consistency_proof
from gateway.infra.sealing.rows import Signed, last_signed
from gateway.kit.transport import Answer, Call, Endpoint, Http, HttpFactory, TransportFailure

_PAUSE: Final = 30.0
"""Seconds between two looks for a checkpoint that was not cosigned yet."""
_STAMP_BYTES: Final = 8
_LOG: Final = structlog.get_logger("gateway.audit")


class Witness:
    """One witness: its key, the way to it, and the size that it last cosigned."""

    def __init__(self, vkey: str, http: Http) -> None:
        """Raises ValueError for a vkey that is no witness's."""
        self.key = read_vkey(vkey)
        if self.key.kind != COSIGNATURE:
            raise ValueError("not the vkey of a witness")
        self.http = http
        self.size = 0

    async def ask(self, signed: Signed, proof: ConsistencyProof) -> Answer:
        """Send a checkpoint and the proof from what the witness knows. Raises TransportFailure."""
        lines = [f"old {proof.old}", *(base64.b64encode(each).decode() for each in proof.hashes)]
        body = "\n".join(lines) + f"\n\n{signed.catatan}"
        return await self.http.send(
            Call(operation="cosign", path="/add-checkpoint", body=body.encode(), retry_safe=True)
        )

    def cosigned(self, signed: Signed, told: str) -> Signature | None:
        """The witness's own sound signature among the lines that it answered."""
        text, _ = read_note(signed.catatan)
        for line in told.splitlines():
            each = read_signature(line)
            if (each.name, each.key_id) == (self.key.name, self.key.key_id):
                return each if is_cosignature(self.key, text, each.signature) else None
        return None


class Cosigning:
    """All witnesses of one log."""

    def __init__(self, database: Database, witnesses: Mapping[str, str], http: HttpFactory) -> None:
        """`witnesses`: base URL -> vkey. Raises ValueError."""
        self._database = database
        self._witnesses = [
            Witness(vkey, http(f"witness-{number}", Endpoint(base_url=url)))
            for number, (url, vkey) in enumerate(witnesses.items(), 1)
        ]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Ask until the block ends."""
        loop = asyncio.create_task(self._run()) if self._witnesses else None
        try:
            yield
        finally:
            if loop is not None:
                loop.cancel()
                await asyncio.gather(loop, return_exceptions=True)

    async def close(self) -> None:
        """Close every connection."""
        for witness in self._witnesses:
            await witness.http.close()

    async def ask_all(self) -> None:
        """Have each witness cosign the newest checkpoint; what fails is tried again later."""
        try:
            async with self._database.reading() as connection:
                signed = await connection.run_sync(last_signed)
            for witness in self._witnesses:
                if signed is not None and signed.ukuran > witness.size:
                    await self._ask(witness, signed)
        except SQLAlchemyError as trouble:
            _LOG.warning("audit_not_cosigned", said=type(trouble).__name__)

    async def _run(self) -> None:
        while True:
            await self.ask_all()
            await asyncio.sleep(_PAUSE)

    async def _ask(self, witness: Witness, signed: Signed) -> None:
        try:
            answer = await witness.ask(signed, await self._proof(witness.size, signed.ukuran))
            if answer.status == 409:
                # It knows more than this process: it tells which size that is.
                witness.size = int(answer.body)
                answer = await witness.ask(signed, await self._proof(witness.size, signed.ukuran))
            cosignature = None
            if answer.status == 200:
                cosignature = witness.cosigned(signed, answer.body.decode())
        except (TransportFailure, ValueError) as trouble:
            _LOG.warning("audit_not_cosigned", witness=witness.key.name, said=str(trouble))
            return
        if cosignature is None:
            _LOG.warning("audit_not_cosigned", witness=witness.key.name, said=answer.status)
            return
        await self._keep(witness, signed, cosignature)

    async def _keep(self, witness: Witness, signed: Signed, cosignature: Signature) -> None:
        values = {
            "pada": signed.pada,
            "vkey": witness.key.vkey(),
            "baris": cosignature.line(),
        }
        known = sa.select(sa.literal(1)).where(
            AUDIT_SAKSI.c.pada == signed.pada, AUDIT_SAKSI.c.vkey == values["vkey"]
        )
        async with self._database.writing() as connection:
            if await connection.scalar(known) is None:
                await connection.execute(sa.insert(AUDIT_SAKSI).values(values))
        witness.size = signed.ukuran

    async def _proof(self, old: int, new: int) -> ConsistencyProof:
        if old > new:
            raise ValueError("the witness knows a larger log than there is here")
        async with self._database.reading() as connection:
            return await connection.run_sync(consistency_proof, old, new)


def is_cosignature(key: VerifyingKey, text: str, signature: bytes) -> bool:
    """Whether a witness signed a checkpoint's text, at the moment that it says."""
    moment = int.from_bytes(signature[:_STAMP_BYTES])
    message = f"cosignature/v1\ntime {moment}\n{text}"
    return key.signed(message.encode(), signature[_STAMP_BYTES:])


class Cosignatures(msgspec.Struct, frozen=True, kw_only=True):
    """What witnesses added to the log's checkpoints."""

    lines: dict[object, str]
    """Moment of a checkpoint -> the lines under it."""
    vkeys: frozenset[str]


def cosignatures(connection: sa.Connection, size: int) -> Cosignatures:
    """Those under the checkpoints from a size on."""
    lines: dict[object, str] = {}
    vkeys = set()
    first = sa.select(sa.func.min(AUDIT_CHECKPOINT.c.pada)).where(AUDIT_CHECKPOINT.c.ukuran >= size)
    query = sa.select(AUDIT_SAKSI).where(AUDIT_SAKSI.c.pada >= first.scalar_subquery())
    for row in connection.execute(query.order_by(AUDIT_SAKSI.c.vkey)):
        lines[row.pada] = lines.get(row.pada, "") + row.baris
        vkeys.add(row.vkey)
    return Cosignatures(lines=lines, vkeys=frozenset(vkeys))
