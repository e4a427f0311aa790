"""The body of a lookup job: the formats of its rows, and how large it may be."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from litestar import Request
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from gateway.api.v1.fields import NIK_CONTOH
from gateway.api.v1.streamed_body import (
    CSV,
    NDJSON,
    NDJSON_NAMES,
    StreamedOperation,
    by_content_type,
)
from gateway.domain.job_rows import CsvRows, NdjsonRows, RowReader

_READERS: Final[Mapping[str, Callable[[], RowReader]]] = {
    **dict.fromkeys(NDJSON_NAMES, NdjsonRows),
    CSV: CsvRows,
}
_BYTES_PER_ROW: Final = 256
_LEAST_BYTES: Final = 65_536
_EXAMPLES: Final = {NDJSON: f'{{"nik": "{NIK_CONTOH}"}}\n', CSV: f"nik\n{NIK_CONTOH}\n"}


class JobOperation(StreamedOperation):
    """Describes the body of a job."""

    TEXT = "Rows with a NIK each; other members or columns are not read."
    SHAPES: ClassVar = {
        kind: Schema(type=OpenAPIType.STRING, examples=[example])
        for kind, example in _EXAMPLES.items()
    }


def reader_of(request: Request[Any, Any, Any]) -> RowReader:
    """What reads a body of this Content-Type. Raises 415."""
    return by_content_type(request, _READERS)()


def most_bytes(most_rows: int) -> int:
    """Of a body with so many rows."""
    return _LEAST_BYTES + most_rows * _BYTES_PER_ROW
