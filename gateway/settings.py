"""The gateway's own settings: read once from `GATEWAY_*`, all errors reported together."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.domain.audit_retention import KelasEntri
from gateway.domain.freshness import LIFETIMES
from gateway.domain.issuer import legacy_issuer, strict_issuer
from gateway.domain.matching.judge import AMBANG, AMBANG_TERENDAH
from gateway.domain.narrowing import RAR_TYPE
from gateway.domain.outcome import REACTIONS, Outcome
from gateway.kit.env import EnvProblem, read_struct
from gateway.kit.secret import Secret
from gateway.settings_background import BackgroundSettings

PREFIX = "GATEWAY_"
_NOT_OURS = ("GATEWAY_TEST_",)
_ORIGIN = re.compile(r"[!-*,-~]{0,200}")
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


class SettingsWrong(Exception):
    """Settings that cannot be used; `problems` says each one."""

    def __init__(self, problems: Sequence[EnvProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def _says(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Settings(BackgroundSettings, frozen=True, kw_only=True):
    """Everything an operator may set, with its default. No setting changes what is audited."""

    public_url: Annotated[
        str,
        _says("URL under which clients reach the gateway; issuer and audience of every token."),
    ] = "http://127.0.0.1:8000"
    host: Annotated[str, _says("Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535, description="Port to listen on.")] = 8000
    workers: Annotated[
        int, msgspec.Meta(ge=1, description="Server processes. More than one needs Redis.")
    ] = 1
    trusted_proxies: Annotated[
        tuple[str, ...],
        _says("Addresses or networks of the proxies in front whose word on a client counts."),
    ] = ()
    database_url: Annotated[
        str, _says("`sqlite:///path` (one process) or `postgresql://user@host/name`.")
    ] = "sqlite:///var/gateway.db"
    database_pool: Annotated[
        int,
        msgspec.Meta(
            ge=1, description="Database connections of one process; the audit log has one more."
        ),
    ] = 8
    redis_url: Annotated[
        str,
        _says("`redis://...` shared by all processes; empty = everything in process."),
    ] = ""
    data_keys: Annotated[
        Secret,
        _says("Encryption keys `id:base64,id:base64` of 32 bytes; the first seals, all open."),
    ] = Secret("")
    index_key: Annotated[
        Secret, _says("Base64 of 32 bytes; every keyed hash is derived from it. Never change it.")
    ] = Secret("")
    legacy_issuer: Annotated[
        bool, _says("Serve `/legacy/oauth2/token` for clients that can only do secret + Bearer.")
    ] = False
    rar_type: Annotated[
        str, _says("`type` of the authorization details (RFC 9396) that narrow a token.")
    ] = RAR_TYPE
    purposes: Annotated[
        dict[str, str], _says("Names of purpose codes for citizens: what each is, in Indonesian.")
    ] = {}
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
        int, msgspec.Meta(ge=60, description="Seconds that fetched keys are used.")
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
        int, msgspec.Meta(ge=60, description="Seconds; tokens that live longer are refused.")
    ] = 3600
    foreign_sender_constrained: Annotated[
        bool,
        _says("Its tokens are all bound to the client's key (`cnf`), and may open TINGGI grants."),
    ] = False
    rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Requests per minute and client.")
    ] = 600
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024, description="Largest request body.")] = (
        262_144
    )
    nik_cache: Annotated[
        bool,
        _says(
            "Keep registry answers, encrypted. Only where the agreement with Dukcapil allows it."
        ),
    ] = False
    nik_cache_lifetimes: Annotated[
        dict[Outcome, Annotated[int, msgspec.Meta(ge=1)]],
        _says('Seconds by outcome where the usual ones do not fit: `{"found": 600}`.'),
    ] = {}
    nik_cache_while_asking: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="Seconds past its lifetime that an answer will do while it is fetched.",
        ),
    ] = 60
    nik_cache_while_away: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="Seconds past its lifetime that an answer will do with the registry away.",
        ),
    ] = 14_400
    nik_cache_refreshes: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="Calls in flight up to which one more is made in the background; 0 = none.",
        ),
    ] = 4
    nik_cache_entries: Annotated[
        int, msgspec.Meta(ge=1, description="Most answers that one process keeps at hand.")
    ] = 50_000
    nik_cache_bytes: Annotated[
        int, msgspec.Meta(ge=0, description="Most bytes that they take, about.")
    ] = 67_108_864
    verify_by_lookup: Annotated[
        bool,
        _says("Read a record to judge what a verification leaves open; costs a lookup each time."),
    ] = False
    verify_threshold: Annotated[
        int,
        msgspec.Meta(
            ge=AMBANG_TERENDAH, le=100, description="Score from which our judgement says SESUAI."
        ),
    ] = AMBANG
    registry_reserve: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=100, description="Percent of a registry's daily quota kept from batches."
        ),
    ] = 20
    registry_slow_below: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=100,
            description="Percent left below which batches are spread over the rest of the day.",
        ),
    ] = 50
    registry_share: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=100, description="Percent of the reserve that one grant may take; 100 = all."
        ),
    ] = 100
    registry_patience: Annotated[
        float, msgspec.Meta(ge=0, description="Seconds that a caller waits for its turn.")
    ] = 5.0
    registry_queue: Annotated[
        int, msgspec.Meta(ge=1, description="Callers of one process that wait for their turn.")
    ] = 256
    registry_queue_per_client: Annotated[
        int, msgspec.Meta(ge=1, description="And of one client among them.")
    ] = 64
    registry_refused_pause: Annotated[
        int,
        msgspec.Meta(
            ge=60,
            description="Seconds that no instance calls after a registry refused the credentials.",
        ),
    ] = 3600
    smallest_cell: Annotated[
        int,
        msgspec.Meta(
            ge=2,
            description="Fewest persons that a count (without `sel_kecil`) or a sample tells.",
        ),
    ] = 5
    audit_sealer: Annotated[
        bool, _says("Seal the audit log in this instance; some instance has to.")
    ] = True
    audit_origin: Annotated[
        str,
        _says("Name of a log that begins; empty = host of the public URL and `/audit`."),
    ] = ""
    audit_checkpoint_file: Annotated[
        str,
        _says("File outside the store for the newest checkpoint: shows a store rolled back."),
    ] = ""
    audit_witnesses: Annotated[
        dict[str, str],
        _says("Witnesses (C2SP tlog-witness) that cosign checkpoints: base URL to vkey."),
    ] = {}
    audit_retention: Annotated[
        dict[KelasEntri, Annotated[int, msgspec.Meta(ge=1)]],
        _says("Days after which `gateway audit destroy` destroys entries of a class; else never."),
    ] = {}
    log_format: Annotated[
        Literal["json", "console"], _says("One JSON object a line, or lines for people.")
    ] = "json"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _says("Least level.")] = (
        "info"
    )


def read_settings(environ: Mapping[str, str] | None = None, others: Sequence[str] = ()) -> Settings:
    """The settings in force. `others` are prefixes that belong to the adapters.

    Raises SettingsWrong with every problem at once.
    """
    environ = os.environ if environ is None else environ
    settings, problems = read_struct(Settings, environ, PREFIX, elsewhere=(*_NOT_OURS, *others))
    if settings is None or problems:
        raise SettingsWrong(problems)
    if found := _contradictions(settings):
        raise SettingsWrong(found)
    return settings


def _contradictions(settings: Settings) -> list[EnvProblem]:
    problems: list[EnvProblem] = []
    url = urlsplit(settings.public_url)
    if url.scheme not in {"http", "https"} or not url.netloc or url.path or url.query:
        problems.append(
            EnvProblem(
                variable="GATEWAY_PUBLIC_URL",
                problem="the identifier of the issuer is made of it",
                remedy="write scheme and host only, without a slash at the end: https://gw.example",
            )
        )
    if settings.workers > 1 and not settings.redis_url:
        problems.append(
            EnvProblem(
                variable="GATEWAY_WORKERS",
                problem="more than one process shares its counters and replay set through Redis",
                remedy="set GATEWAY_REDIS_URL, or GATEWAY_WORKERS=1",
            )
        )
    if settings.webhook_lease <= settings.webhook_timeout:
        problems.append(
            EnvProblem(
                variable="GATEWAY_WEBHOOK_LEASE",
                problem="another instance would push while the first one waits for its answer",
                remedy="write more seconds than GATEWAY_WEBHOOK_TIMEOUT has",
            )
        )
    if any(not REACTIONS[outcome].about_person for outcome in settings.nik_cache_lifetimes):
        problems.append(
            EnvProblem(
                variable="GATEWAY_NIK_CACHE_LIFETIMES",
                problem="names an outcome that says nothing about a person, and is never kept",
                remedy=f"name only {', '.join(LIFETIMES)}",
            )
        )
    if not _ORIGIN.fullmatch(settings.audit_origin):
        problems.append(
            EnvProblem(
                variable="GATEWAY_AUDIT_ORIGIN",
                problem="it stands in every signature of the log, and in the names of its keys",
                remedy="write a name like ppks.example.go.id/audit, without blanks and +",
            )
        )
    return problems + _foreign_contradictions(settings)


def _foreign_contradictions(settings: Settings) -> list[EnvProblem]:
    url = urlsplit(settings.foreign_jwks_url)
    ours = {make(settings.public_url).issuer for make in (strict_issuer, legacy_issuer)}
    sources = sum(map(bool, (settings.foreign_jwks, settings.foreign_jwks_url)))
    checks = (
        ("ISSUER", settings.foreign_issuer in ours, "is the gateway itself", "name the other one"),
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
