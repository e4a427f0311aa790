"""What an operator is told of a store that fails, and of output that cannot be written."""

import errno
from typing import Final

_NOT_WRITTEN: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_LACKING: Final = "Run `gateway migrate`, as the role that owns the tables."
_READ_ONLY: Final = "It only reads: a standby, or a role, database or file set so?"
_FULL: Final = "Its disk is full: make room."
_USUAL: Final = "Is GATEWAY_DATABASE_URL right, and the store up?"
_RIGHTS: Final = (
    "This role lacks a right: has GATEWAY_DATABASE_URL the right one? Grant the rights of the "
    "first installation (docs/operations.md) again."
)
_BY_CODE: Final = {
    "42P01": _LACKING,
    "42703": _LACKING,
    "42501": _RIGHTS,
    "25006": _READ_ONLY,
    "53100": _FULL,
}
_BY_WORDS: Final = {
    "no such table": _LACKING,
    "no such column": _LACKING,
    "readonly database": _READ_ONLY,
    "disk is full": _FULL,
}
"""SQLite tells most of these by words alone."""


def unwritten(error: OSError) -> str | None:
    """A sentence where the error says that output found no place, else None."""
    if error.errno not in _NOT_WRITTEN or error.filename is not None:
        return None
    return f"The output could not be written ({error.strerror}): what is there is not whole."


def store_trouble(error: Exception) -> str:
    """What is wrong with the store, and what to do, in one line that shows no row."""
    # The library's own text would repeat the statement; its cause is what an operator needs.
    cause = getattr(error, "orig", None) or error
    reason = str(cause).splitlines()[0]
    told = (advice for words, advice in _BY_WORDS.items() if words in reason)
    advice = _BY_CODE.get(getattr(cause, "sqlstate", None) or "") or next(told, _USUAL)
    return f"The store cannot be used ({reason}). {advice}"
