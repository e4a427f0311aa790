"""What has to be known to reach the DTSEN service of one deployment."""

from typing import Annotated, Literal

import msgspec

from gateway.kit.secret import Secret


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the interoperability service (SPLP). Export files need none of them."""

    url: Annotated[
        str, msgspec.Meta(description="Base URL of the service gateway; empty = not connected")
    ] = ""
    tenant: Annotated[
        str, msgspec.Meta(description="Tenant domain; when set, paths begin with /t/<tenant>")
    ] = ""
    context: Annotated[str, msgspec.Meta(description="Context of the subscribed service")] = "dtsen"
    version: Annotated[str, msgspec.Meta(description="Version of the subscribed service")] = "v1"
    resource: Annotated[str, msgspec.Meta(description="Path of the list below the version")] = (
        "penduduk"
    )
    shape: Annotated[
        Literal["A", "B"],
        msgspec.Meta(description="Rows of the list: A families with members, B members"),
    ] = "B"
    auth: Annotated[
        Literal["api_key", "bearer"], msgspec.Meta(description="How the key is presented")
    ] = "api_key"
    api_key_header: Annotated[
        str, msgspec.Meta(description="Header that carries the key when auth is api_key")
    ] = "apikey"
    key: Annotated[Secret, msgspec.Meta(description="API key or bearer token")] = Secret("")
    page_size: Annotated[int, msgspec.Meta(description="Rows asked for per page", ge=1)] = 500
    size_parameter: Annotated[str, msgspec.Meta(description="Query name of the page size")] = (
        "limit"
    )
    cursor_parameter: Annotated[str, msgspec.Meta(description="Query name of the page cursor")] = (
        "cursor"
    )
    items_field: Annotated[str, msgspec.Meta(description="Field of a page that holds the rows")] = (
        "data"
    )
    next_field: Annotated[
        str, msgspec.Meta(description="Field of a page that holds the next cursor")
    ] = "next_cursor"
    version_field: Annotated[
        str, msgspec.Meta(description="Field of a page that tells the DTSEN edition")
    ] = "versi"
    as_of_field: Annotated[
        str, msgspec.Meta(description="Field of a page that tells up to which time it is complete")
    ] = "as_of"
    since_parameter: Annotated[
        str,
        msgspec.Meta(
            description="Query name for rows changed since a time; empty = always read everything"
        ),
    ] = "updated_since"
    versi: Annotated[
        str, msgspec.Meta(description="DTSEN edition of the data where the pages do not tell it")
    ] = ""
    sistem_wilayah: Annotated[
        Literal["", "kemendagri", "bps"],
        msgspec.Meta(description="Whose area codes the rows carry; empty = use the names"),
    ] = ""
    ca_file: Annotated[
        str, msgspec.Meta(description="PEM bundle of the server's CA; empty = the machine's own")
    ] = ""
    connect_timeout: Annotated[
        float, msgspec.Meta(description="Seconds to connect to the data service", gt=0)
    ] = 5.0
    read_timeout: Annotated[
        float, msgspec.Meta(description="Seconds to wait for a page of the data service", gt=0)
    ] = 30.0
    max_concurrency: Annotated[int, msgspec.Meta(description="Calls at once", ge=1)] = 2
    max_page_bytes: Annotated[
        int, msgspec.Meta(description="Largest page that is read, in bytes", ge=1024)
    ] = 32 * 1024 * 1024
