"""What the issuers' endpoints are made of; the composition root fills it in."""

from dataclasses import dataclass

from gateway.api.nameless import NamelessRefusals
from gateway.application.caller.holder import Holder
from gateway.domain.narrowing import RAR_TYPE
from gateway.domain.ports import AuditLog, Clients
from gateway.domain.ports_auth import ReplaySet, Revocations, TokenIssuer, TokenVerifier
from gateway.kit.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthParts:
    """Stores, issuers and the clock. Without `legacy` nothing of the second issuer exists."""

    strict: TokenIssuer
    legacy: TokenIssuer | None
    clients: Clients
    audit: AuditLog
    nameless: NamelessRefusals
    replay: ReplaySet
    tokens: TokenVerifier
    """Checks tokens of these issuers and of no other."""
    revocations: Revocations
    holder: Holder
    """Binds the tokens of the strict issuer."""
    certificates: bool
    """Client certificates are believed, since there is a trusted proxy to pass them on."""
    rar_type: str = RAR_TYPE
    """`type` of the authorization details that narrow a token."""
    foreign_issuer: str | None = None
    """The issuer that is believed besides these, if there is one."""
    clock: Clock
