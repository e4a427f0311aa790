"""Limits as a caller meets them: the refusal, and the headers that tell what is left."""

from gateway.domain.errors import QuotaSpent
from gateway.domain.ports import Taken


def too_many(taken: Taken) -> QuotaSpent:
    """The refusal of one request too many."""
    return QuotaSpent(
        "terlalu banyak permintaan; coba lagi nanti / too many requests; try again later",
        code="rate_limited",
        retry_after=max(1, round(taken.reset_after)),
    )


def rate_headers(taken: Taken) -> tuple[tuple[bytes, bytes], ...]:
    """`RateLimit-*`, times in seconds."""
    return (
        (b"ratelimit-limit", str(taken.limit).encode()),
        (b"ratelimit-remaining", str(taken.remaining).encode()),
        (b"ratelimit-reset", str(max(0, round(taken.reset_after))).encode()),
    )
