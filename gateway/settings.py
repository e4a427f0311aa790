"""The gateway's own settings: read once from `GATEWAY_*`, all errors reported together."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.domain.audit_retention import KelasEntri
from gateway.domain.issuer import legacy_issuer, strict_issuer
from gateway.domain.narrowing import RAR_TYPE
from gateway.kit.env import EnvProblem, read_struct
from gateway.kit.secret import Secret
from gateway.settings_background import BackgroundSettings
from gateway.settings_foreign import foreign_contradictions
from gateway.settings_registry import registry_contradictions

PREFIX = "GATEWAY_"
_NOT_OURS = ("GATEWAY_TEST_",)
_ORIGIN = re.compile(r"[!-*,-~]{0,200}")


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
    rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Requests per minute and client.")
    ] = 600
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024, description="Largest request body.")] = (
        262_144
    )
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
    if not _ORIGIN.fullmatch(settings.audit_origin):
        problems.append(
            EnvProblem(
                variable="GATEWAY_AUDIT_ORIGIN",
                problem="it stands in every signature of the log, and in the names of its keys",
                remedy="write a name like ppks.example.go.id/audit, without blanks and +",
            )
        )
    ours = {make(settings.public_url).issuer for make in (strict_issuer, legacy_issuer)}
    return [
        *problems,
        *registry_contradictions(settings),
        *foreign_contradictions(settings, ours),
    ]
