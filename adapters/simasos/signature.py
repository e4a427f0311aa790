"""Proof that a webhook call comes from Meta: the body's signature and the handshake."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.domain.systems import WebhookRefused
from gateway.kit.secret import Secret

HEADER: Final = "X-Hub-Signature-256"
_PREFIX: Final = "sha256="
_CHALLENGE: Final = re.compile(r"[\x21-\x7e]{1,256}")


def sign(body: bytes, secret: str) -> str:
    """The header's value for exactly these bytes."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def check_signature(headers: Mapping[str, str], body: bytes, secrets: Iterable[Secret]) -> None:
    """Raises WebhookRefused unless one of the secrets signed these bytes.

    Every secret is tried, whatever the others gave, so that the time taken tells nothing.
    """
    told = next((text for name, text in headers.items() if name.lower() == HEADER.lower()), None)
    if told is None:
        raise WebhookRefused("signature header missing")
    given = told.strip().encode()
    matches = [
        hmac.compare_digest(sign(body, secret.reveal()).encode(), given)
        for secret in secrets
        if secret
    ]
    if not any(matches):
        raise WebhookRefused("signature does not match the body")


def answer_handshake(query: Mapping[str, str], verify_token: Secret) -> str:
    """The challenge to echo. Raises WebhookRefused for another mode or token."""
    if query.get("hub.mode") != "subscribe":
        raise WebhookRefused("hub.mode is not subscribe")
    told = query.get("hub.verify_token", "").encode()
    # An unset token would otherwise be matched by a caller who sends none.
    if not verify_token or not hmac.compare_digest(verify_token.reveal().encode(), told):
        raise WebhookRefused("hub.verify_token is not ours")
    challenge = query.get("hub.challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        raise WebhookRefused("hub.challenge missing or not printable")
    return challenge
