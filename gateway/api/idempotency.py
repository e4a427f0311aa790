"""The header `Idempotency-Key`: a client's own name for what it asks to be done once."""

import re
from typing import Final

from gateway.domain.errors import BadInput, FieldError

POLA_KUNCI: Final = r"^[A-Za-z0-9._:-]{8,128}$"
_KEY: Final = re.compile(r"[A-Za-z0-9._:-]{8,128}")
# Not the digits of a hexadecimal digest, which many take for a key.
SIXTEEN: Final = re.compile(r"(?<![0-9A-Za-z])\d{16}(?![0-9A-Za-z])")


def check_key(key: str) -> None:
    """Raises BadInput for a key that is none, or that may hold a person's number."""
    if _KEY.fullmatch(key) is None or SIXTEEN.search(key):
        text = (
            "8 sampai 128 huruf, angka, . _ : -, tanpa 16 angka saja (seperti NIK) / "
            "8 to 128 letters, digits, . _ : -, without 16 digits by themselves (like a NIK)"
        )
        raise BadInput(
            "isian tidak benar / the input is not right",
            errors=(FieldError("Idempotency-Key", text),),
        )
