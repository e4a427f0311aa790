"""Problem documents (RFC 9457): the one shape of every error answer, in Indonesian or English."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.datastructures import Headers
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from gateway.api.challenges import Challenges
from gateway.api.field_errors import field_error
from gateway.application.caller.holder import Scheme
from gateway.domain.errors import BadInput, FieldError, GatewayError

MEDIA_TYPE: Final = "application/problem+json"
TYPE_BASE: Final = "urn:ppks-gateway:problem:"

_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("Permintaan tidak benar", "Bad request"),
    401: ("Belum terautentikasi", "Not authenticated"),
    403: ("Tidak diizinkan", "Not permitted"),
    404: ("Tidak ditemukan", "Not found"),
    405: ("Metode tidak didukung", "Method not allowed"),
    406: ("Bentuk jawaban tidak tersedia", "Not acceptable"),
    409: ("Bertentangan dengan keadaan", "Conflict"),
    410: ("Tidak ada lagi", "Gone"),
    413: ("Isi terlalu besar", "Body too large"),
    415: ("Jenis isi tidak didukung", "Unsupported media type"),
    429: ("Terlalu banyak permintaan", "Too many requests"),
    500: ("Kesalahan di dalam gateway", "Internal error"),
    503: ("Layanan tidak tersedia", "Service unavailable"),
}
_REMEDIES: Final[Mapping[int, str]] = {
    404: "jalur ini tidak ada / there is no such path",
    405: "lihat kepala Allow / see the header Allow",
    415: "kirim Content-Type dan Content-Encoding yang disebut /docs untuk jalur ini, "
    "biasanya application/json tanpa kompresi / send a Content-Type and a Content-Encoding that "
    "/docs names for this path, mostly application/json without compression",
}
_CODES: Final[Mapping[int, str]] = {
    400: "bad_input",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
}


_ABSENT: Final = re.compile(r"Missing required \w+ parameter '([\w-]+)'")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The error answer. `code` is stable; `errors` names fields, never their values."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: tuple[FieldError, ...] = ()


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The error answers of an operation, for its OpenAPI description."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=_TITLES[status][1],
            media_type=MEDIA_TYPE,
            generate_examples=False,
        )
        for status in statuses
    }


# What every operation behind a token may answer.
PROTECTED: Final = (400, 401, 403, 429, 503)


def speaks_english(headers: Headers | Mapping[str, str]) -> bool:
    """True where the caller prefers English; Indonesian is the default."""
    ranked = [_language(part) for part in headers.get("accept-language", "").split(",")]
    best: dict[str, float] = {}
    for name, weight in ranked:
        best[name] = max(best.get(name, 0.0), weight)
    return best.get("en", 0.0) > max(best.get("id", 0.0), best.get("*", 0.0))


def _language(part: str) -> tuple[str, float]:
    name, _, parameters = part.strip().partition(";")
    weight = parameters.strip().removeprefix("q=")
    try:
        quality = float(weight) if weight else 1.0
    except ValueError:
        quality = 0.0
    return name.partition("-")[0].lower(), quality


def localized(text: str, *, english: bool) -> str:
    """One language of a text written as `Indonesian / English`."""
    indonesian, slash, other = text.partition(" / ")
    return other if english and slash else indonesian


def localized_errors(errors: Iterable[FieldError], *, english: bool) -> tuple[FieldError, ...]:
    """What is wrong with fields, in the caller's language."""
    return tuple(
        FieldError(item.field, localized(item.message, english=english)) for item in errors
    )


def problem(error: GatewayError, request_id: str, *, english: bool) -> Problem:
    """The document for one of our own errors."""
    titles = _TITLES.get(error.status, _TITLES[500])
    return Problem(
        type=TYPE_BASE + error.code,
        title=titles[english],
        status=error.status,
        detail=localized(error.detail, english=english),
        code=error.code,
        request_id=request_id,
        errors=localized_errors(error.errors, english=english),
    )


def problem_headers(
    error: GatewayError, challenges: Challenges, scheme: Scheme | None
) -> dict[str, str]:
    """`Retry-After` and `WWW-Authenticate`, where they help; `scheme` is the request's, if any."""
    headers = {"content-type": MEDIA_TYPE}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    challenge = challenges.header(error, scheme)
    if challenge is not None:
        headers["www-authenticate"] = challenge
    return headers


def as_gateway_error(
    exception: Exception, names: Mapping[str, str] = MappingProxyType({})
) -> GatewayError:
    """Our own error for whatever was raised; the framework's texts never pass through.

    `names`: how callers write a parameter that has another name in Python.
    """
    if isinstance(exception, GatewayError):
        return exception
    if isinstance(exception, ValidationException):
        wrong = _fields(exception.extra, names) or _absent(exception.detail)
        return BadInput("isian tidak benar / the input is not right", errors=wrong)
    if isinstance(exception, HTTPException) and exception.status_code < 500:
        return _from_framework(exception.status_code)
    return GatewayError("kesalahan di dalam gateway / an error inside the gateway")


def answer(request: Request[Any, Any, Any], exception: Exception) -> Response[Problem]:
    """The handler for every exception; leaves the error in the request's state for the door."""
    error = as_gateway_error(exception, _names_on_the_wire(request))
    state = request.scope["state"]
    state["error"] = error
    if error.status >= 500:
        state["exception"] = exception
    document = problem(error, state["request_id"], english=speaks_english(request.headers))
    headers = problem_headers(error, request.app.state.challenges, state.get("scheme"))
    if isinstance(exception, HTTPException) and exception.headers:
        headers |= {name.lower(): value for name, value in exception.headers.items()}
    return Response(document, status_code=document.status, headers=headers, media_type=MEDIA_TYPE)


def _from_framework(status: int) -> GatewayError:
    detail = _REMEDIES.get(status) or " / ".join(_TITLES.get(status, _TITLES[400]))
    error = GatewayError(detail, code=_CODES.get(status, "bad_input"))
    error.status = status
    return error


def _fields(extra: Any, names: Mapping[str, str]) -> tuple[FieldError, ...]:
    """The fields of the framework's report, in our words, for its own may quote values."""
    return tuple(
        field_error(str(item.get("message", "")), _field_name(str(item.get("key", "body")), names))
        for item in extra or ()
        if isinstance(item, dict)
    )


def _field_name(key: str, names: Mapping[str, str]) -> str:
    return "body" if key == "data" else names.get(key, key)


def _absent(detail: str) -> tuple[FieldError, ...]:
    """The parameter that is missing; the rest of what the framework says quotes the URL."""
    missing = _ABSENT.match(detail)
    return () if missing is None else (FieldError(missing[1], "wajib ada / is required"),)


def _names_on_the_wire(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    scope: Mapping[str, Any] = {**request.scope}
    # Where no route was found, there is none.
    handler = scope.get("route_handler")
    if handler is None:
        return {}
    parameters = handler.parsed_fn_signature.parameters
    return {
        name: told
        for name, one in parameters.items()
        if (told := getattr(one.kwarg_definition, "name", None))
    }
