"""How a file of an export is sent: lines, compressed where the client takes that, or as it is."""

from typing import Any, Final

import msgspec
from litestar import Request

from gateway.domain.ekspor import FormatEkspor

KINDS: Final = ("application/x-ndjson", "application/ndjson", "application/fhir+ndjson")
"""What lines may be called, the usual one first."""
_PARQUET: Final = "application/vnd.apache.parquet"
BINARY: Final = {"200": {"content": {_PARQUET: {"schema": {"type": "string", "format": "binary"}}}}}
"""The other form of a file, of which the framework knows nothing."""


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """How one file goes to one client."""

    packed: bool
    headers: dict[str, str]


def how_to_send(request: Request[Any, Any, Any], name: str) -> Sending:
    """By the file's name, and by what the client accepts."""
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept-Encoding"}
    if name.endswith(f".{FormatEkspor.PARQUET}"):
        return Sending(packed=False, headers=told | {"Content-Type": _PARQUET})
    kind = request.accept.best_match([*KINDS], KINDS[0])
    packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    coding = {"Content-Encoding": "gzip"} if packed else {}
    return Sending(packed=packed, headers=told | {"Content-Type": kind} | coding)


def _takes_gzip(accepted: str) -> bool:
    told = (part.replace(" ", "").partition(";q=") for part in accepted.lower().split(","))
    weights = {name: weight for name, _, weight in told}
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight == "" or weight.strip("0.") != ""
