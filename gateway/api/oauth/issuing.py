"""Gives a proven client its token, and puts each token and each refusal on record first."""

from collections.abc import Mapping
from typing import Final

from gateway.api.oauth.answers import TokenBody
from gateway.api.oauth.details import narrowed, read_details, told
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.recording import record
from gateway.api.oauth.refusals import Refused
from gateway.api.oauth.token_request import Received
from gateway.application.caller.choose_grant import ChosenGrant, NoGrant, WhyNoGrant, choose_grant
from gateway.application.caller.holder import Scheme
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.client import Client
from gateway.domain.grant import Scope
from gateway.domain.ports_auth import TokenIssuer
from gateway.domain.proof import JKT, CertificateInvalid, DpopInvalid, ProofFault
from gateway.kit.ids import new_id

_SCOPES: Final = frozenset(scope.value for scope in Scope)
_REFUSALS: Final = {
    WhyNoGrant.NONE_ACTIVE: ("unauthorized_client", "tidak ada grant aktif / no active grant here"),
    WhyNoGrant.NOT_HELD: ("invalid_request", "grant_id: tidak aktif / no active grant of yours"),
    WhyNoGrant.SCOPE_NOT_GRANTED: ("invalid_scope", "scope: tidak diberikan / not granted"),
    WhyNoGrant.AMBIGUOUS: (
        "invalid_request",
        "grant_id: wajib, lebih dari satu grant / required, several grants fit",
    ),
}


class TokenDesk:
    """The desk of one issuer."""

    def __init__(self, issuer: TokenIssuer, parts: OAuthParts) -> None:
        self._issuer = issuer
        self._parts = parts

    async def issue(self, client: Client, form: Mapping[str, str], received: Received) -> TokenBody:
        """A token for one of the client's grants. Raises Refused."""
        self._check_resource(form)
        cnf = await self._binding(received)
        asked = read_details(form.get("authorization_details"), self._parts.rar_type)
        chosen = await self._choose(client, form)
        grant = chosen.grant
        scopes, sempit = narrowed(chosen, asked)
        issued = await self._issuer.issue(grant, scopes, sempit=sempit, cnf=cnf)
        await self._parts.audit.record(
            EntriAudit(
                entri_id=new_id(),
                pada=self._parts.clock(),
                peristiwa="token.terbit",
                hasil=HasilAudit.DIBERIKAN,
                client_id=client.client_id,
                grant_id=grant.grant_id,
                grant_versi=grant.versi,
                nomor_pks=grant.nomor_pks,
                tujuan=grant.tujuan,
                dasar_hukum=grant.dasar_hukum,
                request_id=received.request_id,
            )
        )
        return TokenBody(
            access_token=issued.token,
            token_type=Scheme.DPOP if JKT in (cnf or {}) else Scheme.BEARER,
            expires_in=issued.expires_in,
            scope=" ".join(sorted(issued.scopes)),
            grant_id=grant.grant_id,
            authorization_details=told(sempit),
        )

    async def record_refusal(
        self, reason: str, client: Client | None, request_id: str | None
    ) -> None:
        """Put a refusal on record. `client` is one that is registered; other names are not kept."""
        await record(
            self._parts,
            "token.tolak",
            HasilAudit.DITOLAK,
            client=client,
            request_id=request_id,
            alasan=reason,
        )

    def _check_resource(self, form: Mapping[str, str]) -> None:
        """RFC 8707: what the token is for, if the client says it, must be this API."""
        if form.get("resource", self._issuer.profile.audience) != self._issuer.profile.audience:
            raise Refused("invalid_target", "resource: tidak dikenal / unknown")

    async def _binding(self, received: Received) -> Mapping[str, str] | None:
        if not self._issuer.profile.sender_constrained:
            return None
        try:
            return await self._parts.holder.binding(received.shown)
        except DpopInvalid as invalid:
            # Without any proof there is none that could be invalid (RFC 9449 section 5).
            missing = invalid.fault is ProofFault.MISSING
            error = "invalid_request" if missing else "invalid_dpop_proof"
            raise Refused(error, invalid.detail, fault=invalid.reason) from None
        except CertificateInvalid as invalid:
            raise Refused("invalid_request", invalid.detail, fault=invalid.reason) from None

    async def _choose(self, client: Client, form: Mapping[str, str]) -> ChosenGrant:
        asked = form.get("scope", "").split(" ") if "scope" in form else []
        if not _SCOPES.issuperset(asked):
            raise Refused("invalid_scope", "scope: tidak dikenal / unknown")
        try:
            return choose_grant(
                await self._parts.clients.grants_of(client.client_id),
                now=self._parts.clock(),
                kelas=self._issuer.profile.kelas,
                grant_id=form.get("grant_id"),
                scopes=frozenset(map(Scope, asked)),
            )
        except NoGrant as none:
            raise Refused(*_REFUSALS[none.why]) from None
