"""What an operator may set about SIJOSKU; every name and path is a setting, none is official."""

from typing import Annotated, Final

import msgspec

from adapters.sijosku.schema import FIELDS
from gateway.domain.wilayah import parse_kode
from gateway.kit.secret import Secret


def _is(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description)


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the SIJOSKU adapter, read from `GATEWAY_SIJOSKU_<FIELD>`."""

    url: Annotated[str, _is("Base URL of SIJOSKU's interface; empty = not connected.")] = ""
    ca_file: Annotated[
        str, _is("PEM bundle that its certificate must chain to; empty = the machine's own.")
    ] = ""
    token: Annotated[Secret, _is("API token that the Dinas Sosial issued to the gateway.")] = (
        Secret("")
    )
    auth_header: Annotated[str, _is("Header that carries the token.")] = "Authorization"
    auth_scheme: Annotated[
        str, _is("Word before the token in that header; empty = the token alone.")
    ] = "Bearer"
    records_path: Annotated[str, _is("Path that lists records in the order of their changes.")] = (
        "/api/v1/ppks"
    )
    push_path: Annotated[str, _is("Path that accepts pushed records.")] = "/api/v1/ppks/kirim"
    digest_path: Annotated[
        str, _is("Path that tells digests of what was pushed, by area; empty = there is none.")
    ] = "/api/v1/ppks/sidik"
    field_names: Annotated[
        dict[str, str],
        _is('Names that differ at this installation, ours to theirs: {"nokk": "no_kk"}.'),
    ] = {}
    page_size: Annotated[
        int, msgspec.Meta(ge=1, le=1000), _is("Records asked for per page, 1 to 1000.")
    ] = 200
    push_size: Annotated[
        int, msgspec.Meta(ge=1, le=1000), _is("Records sent per call, 1 to 1000.")
    ] = 100
    origin: Annotated[str, _is("Name under which the gateway pushes (`asal`).")] = "ppks-gateway"
    skip_echoes: Annotated[
        bool,
        _is("Leave out records whose present version was pushed by this gateway itself."),
    ] = True
    utc_offset_hours: Annotated[
        int, msgspec.Meta(ge=-12, le=14), _is("Offset of times written without a zone; 8 = WITA.")
    ] = 8
    read_timeout: Annotated[float, msgspec.Meta(gt=0), _is("Seconds to wait for an answer.")] = 30.0
    max_concurrency: Annotated[int, msgspec.Meta(ge=1), _is("Calls at the same time.")] = 4
    kode_wilayah: Annotated[
        str, _is("Kemendagri code of the area that the system answers for.")
    ] = "65"
    instansi: Annotated[
        str, _is("Agency that states the numbers of a file which does not name one.")
    ] = "Dinas Sosial Provinsi Kalimantan Utara"
    jump_factor: Annotated[
        float, _is("A year's number is odd when it is this many times the year before, or a part.")
    ] = 3.0
    jump_least: Annotated[
        int, _is("A jump of fewer persons than this is never odd: small numbers leap by nature.")
    ] = 100
    constant_years: Annotated[
        int, _is("So many equal years in a row, other than zero, are odd.")
    ] = 3


_PATHS: Final = ("records_path", "push_path")
_SIZES: Final = ("page_size", "push_size")


def check(config: Config) -> None:
    """Raises ValueError that lists everything wrong with a config for a connected system."""
    wrong = [
        *(f"{name} must begin with /" for name in _PATHS if getattr(config, name)[:1] != "/"),
        *(f"{name} must be 1 to 1000" for name in _SIZES if not 1 <= getattr(config, name) <= 1000),
        *(
            f"field_names: unknown field {name}"
            for name in config.field_names
            if name not in FIELDS
        ),
    ]
    if not config.url.startswith(("http://", "https://")):
        wrong.append("url must begin with http:// or https://")
    if not -12 <= config.utc_offset_hours <= 14:
        wrong.append("utc_offset_hours must be -12 to 14")
    if not config.token:
        wrong.append("token is missing")
    if len(set(config.field_names.values())) < len(config.field_names):
        wrong.append("field_names: two fields have the same name")
    try:
        parse_kode(config.kode_wilayah)
    except ValueError as error:
        wrong.append(f"kode_wilayah: {error}")
    if wrong:
        raise ValueError("sijosku: " + "; ".join(wrong))
