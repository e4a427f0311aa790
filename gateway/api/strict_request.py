"""Reads JSON bodies strictly: the right media type, known fields, no text taken for a number."""

from typing import Any, Final, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException, InternalServerException

from gateway.api.field_errors import field_error
from gateway.domain.errors import BadInput, FieldError

_JSON: Final = "application/json"
_UNCODED: Final = "identity"

T = TypeVar("T")


class StrictRequest(Request[Any, Any, Any]):
    """The request of every route; the framework's own reading is lax, and fails on bad UTF-8."""

    async def body(self) -> bytes:
        """The body as it came; 400 where it breaks off, which is no fault of the gateway's."""
        try:
            return await super().body()
        except InternalServerException:
            raise HTTPException(status_code=400) from None

    async def json(self) -> Any:
        """The body as what the route takes. Raises BadInput; 415 for another type or a coding."""
        coding = self.headers.get("content-encoding", _UNCODED).lower()
        if self.content_type[0].lower() != _JSON or coding != _UNCODED:
            raise HTTPException(status_code=415)
        body = self.route_handler.parsed_data_field
        assert body is not None
        return read_json(await self.body(), body.annotation)


def read_json(body: bytes, kind: type[T]) -> T:
    """The Struct in a body. Raises BadInput, which names the field that is wrong."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        wrong = field_error(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        wrong = FieldError("body", "bukan JSON yang utuh / not sound JSON")
    raise BadInput("isian tidak benar / the input is not right", errors=(wrong,))
