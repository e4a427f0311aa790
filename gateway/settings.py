"""The gateway's own settings: read once from `GATEWAY_*`, all errors reported together."""

import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from gateway.kit.env import EnvProblem, read_struct
from gateway.kit.secret import Secret

PREFIX = "GATEWAY_"
_NOT_OURS = ("GATEWAY_TEST_",)


class SettingsWrong(Exception):
    """Settings that cannot be used; `problems` says each one."""

    def __init__(self, problems: Sequence[EnvProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def _says(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
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
    database_url: Annotated[
        str, _says("`sqlite:///path` (one process) or `postgresql://user@host/name`.")
    ] = "sqlite:///var/gateway.db"
    database_pool: Annotated[
        int, msgspec.Meta(ge=1, description="Database connections of one process.")
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
    rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Requests per minute and client.")
    ] = 600
    max_body_bytes: Annotated[
        int, msgspec.Meta(ge=1024, description="Largest request body.")
    ] = 262_144
    nik_cache: Annotated[
        bool,
        _says("Keep registry answers, encrypted. Only where the agreement with Dukcapil allows it."),
    ] = False
    nik_cache_ttl: Annotated[
        int, msgspec.Meta(ge=1, description="Seconds that a found person is kept.")
    ] = 3600
    nik_cache_ttl_negative: Annotated[
        int, msgspec.Meta(ge=1, description="Seconds that a not-found or inactive answer is kept.")
    ] = 300
    log_format: Annotated[
        Literal["json", "console"], _says("One JSON object a line, or lines for people.")
    ] = "json"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _says("Least level.")] = (
        "info"
    )


def read_settings(
    environ: Mapping[str, str] | None = None, others: Sequence[str] = ()
) -> Settings:
    """The settings in force. `others` are prefixes that belong to the adapters.

    Raises SettingsWrong with every problem at once.
    """
    environ = os.environ if environ is None else environ
    settings, problems = read_struct(Settings, environ, PREFIX, elsewhere=(*_NOT_OURS, *others))
    if settings is None or problems:
        raise SettingsWrong(problems)
    if settings.workers > 1 and not settings.redis_url:
        problem = EnvProblem(
            variable="GATEWAY_WORKERS",
            problem="more than one process shares its counters and replay set through Redis",
            remedy="set GATEWAY_REDIS_URL, or GATEWAY_WORKERS=1",
        )
        raise SettingsWrong([problem])
    return settings
