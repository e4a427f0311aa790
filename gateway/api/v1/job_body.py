"""The body of a lookup job as it arrives: its format, its bounds, its pieces; never held whole."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.openapi.spec import OpenAPIMediaType, Operation, Parameter, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from gateway.api.v1.fields import NIK_CONTOH
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.job_rows import CsvRows, NdjsonRows, RowReader
from gateway.kit.inflate import ACCEPTED, BodyTooLargeError, BodyUnreadableError, BoundedStream

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
_READERS: Final[Mapping[str, Callable[[], RowReader]]] = {
    NDJSON: NdjsonRows,
    "application/ndjson": NdjsonRows,
    "application/jsonl": NdjsonRows,
    CSV: CsvRows,
}
_BYTES_PER_ROW: Final = 256
_LEAST_BYTES: Final = 65_536
_EXAMPLES: Final = {NDJSON: f'{{"nik": "{NIK_CONTOH}"}}\n', CSV: f"nik\n{NIK_CONTOH}\n"}

CODING: Final = Parameter(
    name="Content-Encoding",
    param_in="header",
    description="Where the body is packed.",
    schema=Schema(type=OpenAPIType.STRING, enum=[ACCEPTED]),
)


@dataclass
class JobOperation(Operation):
    """Describes the body, which the framework does not read.

    A dataclass of its own: the framework's was made without a step after `__init__`.
    """

    def __post_init__(self) -> None:
        """See above."""
        self.parameters = [*(self.parameters or ()), CODING]
        self.request_body = RequestBody(
            required=True,
            description="Rows with a NIK each; other members or columns are not read.",
            content={
                kind: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, examples=[example]))
                for kind, example in _EXAMPLES.items()
            },
        )


def reader_of(request: Request[Any, Any, Any]) -> RowReader:
    """What reads a body of this Content-Type. Raises 415."""
    make = _READERS.get(request.content_type[0].lower())
    if make is None:
        raise HTTPException(status_code=415)
    return make()


def most_bytes(most_rows: int) -> int:
    """Of a body with so many rows."""
    return _LEAST_BYTES + most_rows * _BYTES_PER_ROW


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
