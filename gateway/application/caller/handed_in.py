"""What a client hands in under a key of its own, to be done once however often it is sent."""

from collections.abc import Callable

from gateway.domain.errors import BadInput, Conflict, FieldError
from gateway.domain.ports_tugas import Digest


def key_digest(new_digest: Callable[[], Digest], key: str) -> str:
    """Keyed hash of an `Idempotency-Key`, in hexadecimal: what is kept in its place."""
    digest = new_digest()
    digest.update(key.encode())
    return digest.hexdigest()


def key_reused() -> Conflict:
    """The refusal of another body under a key that is in use."""
    return Conflict(
        "Idempotency-Key ini sudah dipakai untuk isi lain / "
        "this Idempotency-Key belongs to another body",
        code="idempotency_key_reused",
    )


def too_many_rows(what: str, most: int) -> BadInput:
    """The refusal of a body with more than `most` rows; `what` names them in both languages."""
    return BadInput(
        what,
        code="too_many_rows",
        errors=(FieldError("body", f"paling banyak {most} / at most {most}"),),
    )
