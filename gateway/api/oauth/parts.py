"""What the token endpoints are made of; the composition root fills it in."""

from dataclasses import dataclass

from gateway.domain.ports import AuditLog, Clients
from gateway.domain.ports_auth import ReplaySet, TokenIssuer
from gateway.kit.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthParts:
    """Stores, issuers and the clock. Without `legacy` nothing of the second issuer exists."""

    strict: TokenIssuer
    legacy: TokenIssuer | None
    clients: Clients
    audit: AuditLog
    replay: ReplaySet
    clock: Clock
