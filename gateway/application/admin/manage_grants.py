"""Draft grants, have a second person approve them, suspend, resume, end and compare them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.application.caller.operator import named_operator, same_operator
from gateway.domain.client import AuthMethod
from gateway.domain.errors import BadInput, Conflict, FieldError, NotFound
from gateway.domain.grant import Grant, Kelas, StatusGrant
from gateway.domain.grant_checks import periksa_grant
from gateway.domain.ports import Clients
from gateway.domain.ports_perjanjian import Agreements
from gateway.kit.clock import Clock
from gateway.kit.mask import mask_text

_GRANT_ID: Final = re.compile(r"(?!.*\d{16})[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOT_DRAFTED: Final = ("versi", "status", "dibuat_oleh", "disetujui_oleh")
_FROM: Final[Mapping[StatusGrant, frozenset[StatusGrant]]] = {
    StatusGrant.DRAFT: frozenset((StatusGrant.DRAFT, StatusGrant.DITANGGUHKAN)),
    StatusGrant.AKTIF: frozenset((StatusGrant.DRAFT, StatusGrant.DITANGGUHKAN)),
    StatusGrant.DITANGGUHKAN: frozenset((StatusGrant.AKTIF,)),
    StatusGrant.BERAKHIR: frozenset(StatusGrant) - {StatusGrant.BERAKHIR},
}
"""From which status each status may be reached."""
_CHECKED: Final = frozenset((StatusGrant.DRAFT, StatusGrant.AKTIF))
"""Taking a grant out of force is never refused for what stands in it."""
_MOMENTS: Final = ("berlaku_dari", "berlaku_sampai", "pks_berlaku_sampai")


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a field was and what it became, as JSON values."""

    sebelum: Any
    sesudah: Any


class ManageGrants:
    """What an operator does with grants. `oleh` is the operator's name."""

    def __init__(
        self, clients: Clients, clock: Clock, agreements: Agreements | None = None
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._agreements = agreements

    async def draft(self, document: bytes | Mapping[str, Any], *, oleh: str) -> Grant:
        """Store a grant as the next version of its id, for someone to approve.

        The document, JSON text or a mapping, has the fields of a grant but for the version, the
        status and the two names. Raises BadInput, NotFound without the client, Conflict where the
        grant is in force or ended.
        """
        fields = _read(document)
        history = await self._clients.grant_history(str(fields.get("grant_id", "")))
        if history:
            _may_become(history[-1], StatusGrant.DRAFT)
        grant = _convert({**fields, "versi": len(history) + 1, "dibuat_oleh": named_operator(oleh)})
        await self._check_client(grant)
        return await self._append(grant, oleh)

    async def approve(self, grant_id: str, *, oleh: str, versi: int | None = None) -> Grant:
        """Put a drafted grant in force; whoever drafted it cannot.

        `versi` is the version that was read: another one is not approved unseen.
        Raises BadInput, NotFound, Conflict.
        """
        return await self._put_in_force(grant_id, StatusGrant.DRAFT, oleh, versi)

    async def resume(self, grant_id: str, *, oleh: str, versi: int | None = None) -> Grant:
        """Put a suspended grant in force again, as it was; whoever drafted it cannot.

        It must still be what may be put in force. Raises as `approve` does.
        """
        return await self._put_in_force(grant_id, StatusGrant.DITANGGUHKAN, oleh, versi)

    async def suspend(self, grant_id: str, *, oleh: str) -> Grant:
        """Take a grant out of force until it is resumed. Raises NotFound, Conflict."""
        return await self._step(await self._newest(grant_id), StatusGrant.DITANGGUHKAN, oleh)

    async def end(self, grant_id: str, *, oleh: str) -> Grant:
        """End a grant for good. Raises NotFound, Conflict."""
        return await self._step(await self._newest(grant_id), StatusGrant.BERAKHIR, oleh)

    async def show(self, grant_id: str, versi: int | None = None) -> Grant:
        """One version, or the newest. Raises NotFound."""
        if versi is None:
            return await self._newest(grant_id)
        for grant in await self._clients.grant_history(grant_id):
            if grant.versi == versi:
                return grant
        raise NotFound("versi itu tidak ada / no such version")

    async def all(self, client_id: str | None = None) -> Sequence[Grant]:
        """The newest version of every grant, or of one client's."""
        if client_id is not None:
            return await self._clients.grants_of(client_id)
        found: list[Grant] = []
        for client in await self._clients.clients():
            found.extend(await self._clients.grants_of(client.client_id))
        return found

    async def diff(
        self, grant_id: str, before: int | None = None, after: int | None = None
    ) -> dict[str, FieldChange]:
        """The fields in which two versions differ; by default the newest and the one before it.

        Raises NotFound.
        """
        newer = await self.show(grant_id, after)
        older = await self.show(grant_id, newer.versi - 1 if before is None else before)
        old, new = _builtins(older), _builtins(newer)
        return {
            name: FieldChange(sebelum=old[name], sesudah=new[name])
            for name in old
            if old[name] != new[name]
        }

    async def _put_in_force(
        self, grant_id: str, from_status: StatusGrant, oleh: str, versi: int | None
    ) -> Grant:
        grant = await self._newest(grant_id)
        if versi not in (None, grant.versi):
            raise Conflict(f"versi terbaru / the newest version: {grant.versi}")
        if grant.status is not from_status:
            raise _cannot_become(grant, StatusGrant.AKTIF)
        if same_operator(oleh, grant.dibuat_oleh):
            raise Conflict("harus orang lain / a second person must approve")
        if grant.berakhir_pada <= self._clock():
            raise _not_right(FieldError("berlaku_sampai", "sudah lewat / is past"))
        await self._check_agreement(grant.nomor_pks)
        return await self._step(grant, StatusGrant.AKTIF, oleh, disetujui_oleh=named_operator(oleh))

    async def _newest(self, grant_id: str) -> Grant:
        grant = await self._clients.grant(grant_id)
        if grant is None:
            raise NotFound("grant tidak ada / no such grant")
        return grant

    async def _check_agreement(self, nomor: str) -> None:
        """An agreement that is recorded and ended lets nothing into force any more."""
        perjanjian = None if self._agreements is None else await self._agreements.one(nomor)
        if perjanjian is not None and perjanjian.berakhir_pada <= self._clock():
            raise Conflict("perjanjian sudah berakhir / the agreement has ended")

    async def _check_client(self, grant: Grant) -> None:
        client = await self._clients.client(grant.client_id)
        if client is None:
            raise NotFound("client tidak ada / no such client")
        if client.auth is AuthMethod.CLIENT_SECRET and grant.kelas is not Kelas.RENDAH:
            only = "client dengan rahasia hanya / a client with a secret only RENDAH"
            raise _not_right(FieldError("kelas", only))

    async def _step(self, grant: Grant, status: StatusGrant, oleh: str, **changes: str) -> Grant:
        _may_become(grant, status)
        changed = msgspec.structs.replace(grant, versi=grant.versi + 1, status=status, **changes)
        return await self._append(changed, oleh)

    async def _append(self, grant: Grant, oleh: str) -> Grant:
        wrong = periksa_grant(grant) if grant.status in _CHECKED else ()
        if wrong:
            raise _not_right(*wrong)
        await self._clients.append_grant(grant, oleh=named_operator(oleh))
        return grant


def _may_become(grant: Grant, status: StatusGrant) -> None:
    if grant.status not in _FROM[status]:
        raise _cannot_become(grant, status)


def _cannot_become(grant: Grant, status: StatusGrant) -> Conflict:
    return Conflict(f"grant ini / this grant: {grant.status}, tidak dapat / cannot become {status}")


def _not_right(*wrong: FieldError) -> BadInput:
    fields = ", ".join(dict.fromkeys(each.field for each in wrong))
    # An operator may have typed a person's number where a code belongs.
    told = tuple(FieldError(each.field, mask_text(each.message)) for each in wrong)
    return BadInput(f"grant tidak benar / the grant is not right: {fields}", errors=told)


def _read(document: bytes | Mapping[str, Any]) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = (
            msgspec.json.decode(document, type=dict[str, Any])
            if isinstance(document, bytes)
            else dict(document)
        )
    except msgspec.MsgspecError as error:
        raise BadInput(f"bukan JSON grant / not a grant in JSON: {error}") from None
    foreign = [name for name in _NOT_DRAFTED if name in fields]
    if foreign:
        raise BadInput(f"tidak ditulis di naskah / not written in a draft: {', '.join(foreign)}")
    return fields


def _convert(fields: dict[str, Any]) -> Grant:
    try:
        grant = msgspec.convert(fields, Grant)
    except msgspec.ValidationError as error:
        raise BadInput(f"naskah grant / grant draft: {error}") from None
    if _GRANT_ID.fullmatch(grant.grant_id) is None:
        raise BadInput("grant_id: huruf, angka, `._-`, sampai 64 / up to 64 letters, digits, `._-`")
    moments = {name: getattr(grant, name) for name in _MOMENTS}
    if bare := [name for name, moment in moments.items() if moment and moment.tzinfo is None]:
        raise BadInput(f"{', '.join(bare)}: dengan zona / with a zone, like `Z`")
    return grant


def _builtins(grant: Grant) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(grant, order="deterministic")
    return plain
