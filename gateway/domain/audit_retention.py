"""How long what an entry says is kept, by its class; its hash stays for ever."""

from enum import StrEnum


class KelasEntri(StrEnum):
    """Which entries are kept equally long."""

    PENYINGKAPAN = "penyingkapan"
    """Answers to requests, also that nothing was found."""
    PENOLAKAN = "penolakan"
    """Refusals and failures of requests."""
    TOKEN = "token"  # noqa: S105 - no password
    """Whatever became of requests for tokens."""
    PERBUATAN = "perbuatan"
    """Acts of operators; destructions and changes of the log's key are kept for ever."""
