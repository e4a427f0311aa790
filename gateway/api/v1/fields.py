"""Field types that several bodies share. What they let through is right in form."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from gateway.api.field_errors import field_error
from gateway.domain.errors import BadInput, FieldError

NIK_CONTOH: Final = "6402991708909999"
"""For examples: area district 99 was never given out, so it is nobody's."""
# In Python a `$` also stands before a newline at the end; the patterns exclude that.
POLA_WILAYAH: Final = r"^[1-9][0-9](\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?(?!\n)$"
POLA_KODE: Final = r"^[a-z0-9:._-]+(?!\n)$"
# A null character would not reach the store: PostgreSQL has none in its texts.
_POLA_TEKS: Final = r"^[^\x00]+(?!\n)$"

Sixteen = Annotated[
    str,
    msgspec.Meta(
        description="Exactly 16 digits.",
        examples=[NIK_CONTOH],
        pattern=r"^[0-9]{16}(?!\n)$",
    ),
]
KodeWilayah = Annotated[
    str,
    msgspec.Meta(
        description="Kemendagri code with dots; all that lies in it is meant.",
        examples=["64.02.06"],
        pattern=POLA_WILAYAH,
    ),
]
KodeKategori = Annotated[
    str,
    msgspec.Meta(
        description="Category code.",
        examples=["ppks:penyandang-disabilitas"],
        max_length=80,
        pattern=POLA_KODE,
    ),
]
Teks = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_POLA_TEKS)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


def read_moment(text: str, field: str) -> datetime:
    """A moment of RFC 3339, in UTC. Raises BadInput, for a number too, unlike the framework."""
    try:
        return in_utc(msgspec.convert(text, Moment), field)
    except msgspec.ValidationError as error:
        wrong = field_error(str(error), field)
    raise BadInput("isian tidak benar / the input is not right", errors=(wrong,))


def in_utc(moment: datetime, field: str) -> datetime:
    """The same moment in UTC. Raises BadInput for one that UTC's calendar does not hold."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        wrong = FieldError(field, "di luar kalender / outside of the calendar")
    raise BadInput("isian tidak benar / the input is not right", errors=(wrong,))
