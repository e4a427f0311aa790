"""Settings of a foreign issuer whose tokens are believed, and what cannot be true of them."""

from collections.abc import Collection
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.kit.env import EnvProblem

LONGEST_DAYS: Final = 36_500
LONGEST_HOURS: Final = 24 * LONGEST_DAYS
LONGEST_SECONDS: Final = 3600 * LONGEST_HOURS
"""A hundred years: moments that lie so far off can be computed with, and be stored."""

_LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))


def _says(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class ForeignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the settings that is about another issuer; no `foreign_issuer` = none of it."""

    foreign_issuer: Annotated[
        str, _says("`iss` of a foreign issuer whose tokens are believed too; empty = none.")
    ] = ""
    foreign_audience: Annotated[
        str, _says("What `aud` of its tokens must name; empty = the public URL.")
    ] = ""
    foreign_jwks_url: Annotated[
        str, _says("Where its public keys (JWKS) are fetched, by `https://`.")
    ] = ""
    foreign_jwks: Annotated[
        str, _says("Or its JWKS itself; with `_FILE` at the end of the name, a file that holds it.")
    ] = ""
    foreign_ca_file: Annotated[
        str, _says("PEM bundle for that URL; empty = the machine's own store.")
    ] = ""
    foreign_jwks_ttl: Annotated[
        int,
        msgspec.Meta(ge=60, le=LONGEST_SECONDS, description="Seconds that fetched keys are used."),
    ] = 600
    foreign_algs: Annotated[
        tuple[Literal["ES256", "ES384", "PS256", "RS256", "Ed25519"], ...],
        _says("Signature algorithms that are taken."),
    ] = ("ES256", "PS256")
    foreign_typ: Annotated[
        tuple[str, ...], _says("Header types (`typ`) that are taken; Keycloak writes `JWT`.")
    ] = ("at+jwt",)
    foreign_client_claim: Annotated[
        str, _says("Claim that names the client; Keycloak has `azp` too.")
    ] = "client_id"
    foreign_clients: Annotated[
        dict[str, str],
        _says("Its client names to ours; empty = the same. `*` at the end = the rest of a name."),
    ] = {}
    foreign_grant_claim: Annotated[
        str, _says("Claim that names the grant, needed only by clients with several.")
    ] = "grant_id"
    foreign_claims: Annotated[
        dict[str, str], _says("Claims that every token must carry with exactly these values.")
    ] = {}
    foreign_max_life: Annotated[
        int,
        msgspec.Meta(
            ge=60, le=LONGEST_SECONDS, description="Seconds; tokens that live longer are refused."
        ),
    ] = 3600
    foreign_sender_constrained: Annotated[
        bool,
        _says("Its tokens are all bound to the client's key (`cnf`), and may open TINGGI grants."),
    ] = False


def foreign_contradictions(
    settings: ForeignSettings, own_issuers: Collection[str]
) -> list[EnvProblem]:
    """What is wrong with them together; `own_issuers` are the gateway's own."""
    url = urlsplit(settings.foreign_jwks_url)
    sources = sum(map(bool, (settings.foreign_jwks, settings.foreign_jwks_url)))
    checks = (
        (
            "ISSUER",
            settings.foreign_issuer in own_issuers,
            "is the gateway itself",
            "name the other one",
        ),
        (
            "JWKS_URL",
            sources != bool(settings.foreign_issuer),
            "an issuer needs its keys, and keys their issuer",
            "set GATEWAY_FOREIGN_ISSUER with one of ..._JWKS_URL and ..._JWKS, or none of them",
        ),
        (
            "JWKS_URL",
            url.scheme == "http" and url.hostname not in _LOOPBACK,
            "whoever sits between could put keys of their own in",
            "use https://",
        ),
        ("ALGS", not settings.foreign_algs, "nothing could be checked", "name one at least"),
    )
    return [
        EnvProblem(variable=f"GATEWAY_FOREIGN_{name}", problem=problem, remedy=remedy)
        for name, is_wrong, problem, remedy in checks
        if is_wrong
    ]
