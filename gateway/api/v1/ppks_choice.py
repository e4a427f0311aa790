"""Which attributes of a PPKS record a caller asks for: `atribut`, read strictly."""

import re
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from gateway.api.v1.ppks_record import PpksRecord
from gateway.domain.errors import BadInput, FieldError

_WITH_SUMBER: Final = "gabungan"
NAMES: Final[tuple[str, ...]] = tuple(
    name for name in PpksRecord.__struct_fields__ if name != _WITH_SUMBER
)
"""What a record may hold, in the order in which it is told; one part of it comes with `sumber`."""
_MOST: Final = len(NAMES)
_ONE_OF: Final = "|".join(NAMES)
POLA_PILIHAN: Final = rf"^({_ONE_OF})(,({_ONE_OF})){{0,{_MOST - 1}}}$"
_LIKE_A_NAME: Final = re.compile(r"[a-z_]{1,40}")

Pilihan = Annotated[
    tuple[str, ...],
    msgspec.Meta(
        min_length=1,
        max_length=_MOST,
        description="Attributes to tell, of those that are granted; all of them if left out.",
        examples=[["nama_lengkap", "kategori"]],
    ),
]


def read_choice(names: Iterable[str] | None) -> frozenset[str] | None:
    """The chosen attributes; None = whatever is granted. Raises BadInput for unknown names."""
    if names is None:
        return None
    asked = tuple(names)
    # A name is the caller's text: shown only where it looks like one.
    unknown = {
        f"atribut.{name}" if _LIKE_A_NAME.fullmatch(name) else "atribut"
        for name in asked
        if name not in NAMES
    }
    if unknown or len(asked) > _MOST:
        raise BadInput(
            "atribut tidak dikenal / unknown attributes",
            errors=tuple(
                FieldError(field, "bukan atribut rekaman PPKS / not an attribute of a PPKS record")
                for field in sorted(unknown or {"atribut"})
            ),
        )
    return frozenset(asked)
