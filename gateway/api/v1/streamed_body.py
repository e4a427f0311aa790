"""Bodies that are read as they arrive, never whole: their format, their bounds, their pieces."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.openapi.spec import OpenAPIMediaType, Operation, Parameter, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from gateway.domain.errors import BadInput, FieldError
from gateway.kit.inflate import ACCEPTED, BodyTooLargeError, BodyUnreadableError, BoundedStream

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
NDJSON_NAMES: Final = (NDJSON, "application/ndjson", "application/jsonl")
"""NDJSON has no registered media type; clients send it under each of these."""

_CODING: Final = Parameter(
    name="Content-Encoding",
    param_in="header",
    description="Where the body is packed.",
    schema=Schema(type=OpenAPIType.STRING, enum=[ACCEPTED]),
)

T = TypeVar("T")


@dataclass
class StreamedOperation(Operation):
    """Describes a body that the framework does not read.

    A dataclass of its own: the framework's was made without a step after `__init__`.
    """

    TEXT: ClassVar[str]
    """What the body holds."""
    SHAPES: ClassVar[Mapping[str, Schema]]
    """Its schema by media type."""

    def __post_init__(self) -> None:
        """Add the header and the body."""
        self.parameters = [*(self.parameters or ()), _CODING]
        content = {kind: OpenAPIMediaType(schema=shape) for kind, shape in self.SHAPES.items()}
        self.request_body = RequestBody(required=True, description=self.TEXT, content=content)


def by_content_type(request: Request[Any, Any, Any], known: Mapping[str, T]) -> T:
    """What is known for the body's Content-Type. Raises 415."""
    found = known.get(request.content_type[0].lower())
    if found is None:
        raise HTTPException(status_code=415)
    return found


async def pieces_of(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """The body, unpacked, at most `limit` bytes. Raises BadInput where it is damaged, 413, 415."""
    coding = request.headers.get("content-encoding", "")
    try:
        body = BoundedStream(coding=coding, limit=limit)
    except BodyUnreadableError:
        raise HTTPException(status_code=415) from None
    try:
        async for chunk in request.stream():
            for piece in body.feed(chunk):
                yield piece
        body.end()
    except BodyTooLargeError:
        raise HTTPException(status_code=413) from None
    except BodyUnreadableError:
        raise BadInput(
            "isi gzip rusak / the gzip body is damaged",
            errors=(FieldError("body", "bukan gzip yang utuh / not sound gzip"),),
        ) from None
