"""What the OpenAPI document says of answers with PPKS records beyond what the framework sees."""

from typing import Any, Final

from litestar.openapi.datastructures import ResponseSpec

from gateway.api.v1.ppks_answer import CSV, XLSX

_TAG: Final = {
    "ETag": {
        "description": "Names what was told; send it as `If-None-Match` with the same question.",
        "schema": {"type": "string"},
    }
}
_LINK: Final = {
    "Link": {
        "description": '`<URL>; rel="next"`: the next page, where there is one.',
        "schema": {"type": "string"},
    }
}
_TABLES: Final = {
    CSV: {"schema": {"type": "string"}},
    XLSX: {"schema": {"type": "string", "format": "binary"}},
}

LIST: Final = {
    "200": {"headers": _TAG | _LINK, "content": _TABLES},
    "304": {"headers": _TAG | _LINK},
}
SEARCH: Final = {"200": {"headers": _LINK, "content": _TABLES}}
ONE: Final = {"200": {"headers": _TAG}, "304": {"headers": _TAG}}

UNCHANGED: Final = {304: ResponseSpec(None, description="The client has it already")}


def shown(kind: Any) -> dict[int, ResponseSpec]:
    """The answer of an operation, as JSON."""
    return {200: ResponseSpec(kind, description="What the grant shows", generate_examples=False)}
