"""The errors that a caller can meet.

    GatewayError
    ├── BadInput            400  something in the request is wrong; says which field
    ├── NotAuthenticated    401  no token, or one that does not hold
    ├── NotPermitted        403  the token is sound, but the scope or the grant does not cover this
    ├── NotFound            404  missing, or outside the grant: the caller cannot tell which
    ├── Conflict            409  the state of things does not allow it
    ├── Gone                410  it was there once, and will not be again
    ├── QuotaSpent          429  the caller's own quota or rate is used up
    └── Unavailable         503  an upstream, the store or the audit log cannot serve now

No error carries personal data: texts name fields, never values.
"""

from typing import Final

import msgspec

DIBATASI: Final = "dibatasi_subjek"
"""The audit log's reason where a person had disclosure stopped; no answer bears it."""


class FieldError(msgspec.Struct, frozen=True):
    """One field that was wrong, and what would be right."""

    field: str
    message: str


class GatewayError(Exception):
    """Base of the tree. `code` is stable and machine-readable; `detail` is for a person."""

    status: int = 500
    code: str = "internal"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.errors = errors
        self.retry_after = retry_after
        self.audited = False
        """True once the refusal stands in the audit log, so that it is not written twice."""

    @property
    def alasan(self) -> str:
        """Why, for the audit log: the code, and what exactly was wrong where more is known."""
        return self.code


class BadInput(GatewayError):
    """The request is malformed or says something impossible."""

    status = 400
    code = "bad_input"


class NotAuthenticated(GatewayError):
    """No usable credential. `oauth_error` is RFC 6750's code, None when nothing was sent."""

    status = 401
    code = "not_authenticated"

    def __init__(self, detail: str, *, oauth_error: str | None = None) -> None:
        super().__init__(detail)
        self.oauth_error = oauth_error


class NotPermitted(GatewayError):
    """A sound credential that does not cover this. `scope` names the missing one, if that is it."""

    status = 403
    code = "not_permitted"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        scope: str | None = None,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(detail, code=code, errors=errors)
        self.scope = scope


class NotFound(GatewayError):
    """Missing or outside the grant."""

    status = 404
    code = "not_found"


class Withheld(NotFound):
    """There may be an answer, but the person had disclosure stopped.

    The caller is told what is told of somebody unknown; the audit log keeps the reason.
    """

    def __init__(self) -> None:
        super().__init__("tidak ditemukan / not found")

    @property
    def alasan(self) -> str:
        """Why, for the audit log alone."""
        return DIBATASI


class Conflict(GatewayError):
    """The present state forbids it."""

    status = 409
    code = "conflict"


class Gone(GatewayError):
    """It was there once, and will not be again."""

    status = 410
    code = "gone"


class QuotaSpent(GatewayError):
    """The caller's own allowance is used up."""

    status = 429
    code = "quota_spent"


class Unavailable(GatewayError):
    """Try later: an upstream, the store or the audit log cannot serve."""

    status = 503
    code = "unavailable"


ERROR_KINDS: Final = (
    BadInput,
    NotAuthenticated,
    NotPermitted,
    NotFound,
    Conflict,
    Gone,
    QuotaSpent,
    Unavailable,
)
