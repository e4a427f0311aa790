"""What a bulk export is asked for by: the words of FHIR's bulk export, and our own for the same."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeVar

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from gateway.api.v1.fields import read_moment
from gateway.api.v1.ppks_choice import NAMES, read_choice
from gateway.application.exports.start_export import Pesanan
from gateway.domain.ekspor import JENIS_EKSPOR, FormatEkspor
from gateway.domain.errors import BadInput, FieldError

T = TypeVar("T")

SINCE: Final = ("sejak", "_since")
TYPE: Final = ("jenis", "_type")
ELEMENTS: Final = ("atribut", "_elements")
FORMAT: Final = ("format", "_outputFormat")
WORDS: Final = (*SINCE, *TYPE, *ELEMENTS, *FORMAT)
"""Each pair means the same; one of it may be given."""

_FORMATS: Final[Mapping[str, FormatEkspor]] = {
    "ndjson": FormatEkspor.NDJSON,
    "application/ndjson": FormatEkspor.NDJSON,
    "application/x-ndjson": FormatEkspor.NDJSON,
    "application/fhir+ndjson": FormatEkspor.NDJSON,
    "parquet": FormatEkspor.PARQUET,
    "application/vnd.apache.parquet": FormatEkspor.PARQUET,
}
_LONGEST: Final = 1000
_OF_TYPE: Final = f"{JENIS_EKSPOR}."
_NAME: Final = rf"({JENIS_EKSPOR}\.)?({'|'.join(NAMES)})"
_CHOICE: Final = f"^{_NAME}(,{_NAME})*$"


def _word(name: str, description: str, **schema: Any) -> Any:
    return QueryParameter(
        name=name, max_length=_LONGEST, description=description, schema_extra=schema
    )


_SINCE_TEXT: Final = "Only what changed since then; `transactionTime` of the export before."
_TYPE_TEXT: Final = "Kinds of records; there is one."
_ELEMENTS_TEXT: Final = "Attributes to tell, parted by commas, of those that are granted."
_FORMAT_TEXT: Final = "How records are written; NDJSON if left out."
_NO_BODY: Final = (
    f"jangan kirim isi; tulis di URL: {', '.join(WORDS[::2])} / "
    f"send no body; ask in the URL: {', '.join(WORDS[::2])}"
)
_MOMENT: Final = {"format": "date-time"}
_KINDS: Final = {"enum": [JENIS_EKSPOR]}
_FORMS: Final = {"enum": [*_FORMATS]}
_NAMED: Final = {"pattern": _CHOICE}


async def read_order(
    request: Request[Any, Any, Any],
    public_url: NamedDependency[str],
    sejak: Annotated[str | None, _word("sejak", _SINCE_TEXT, **_MOMENT)] = None,
    since: Annotated[str | None, _word("_since", "As `sejak`.", **_MOMENT)] = None,
    jenis: Annotated[str | None, _word("jenis", _TYPE_TEXT, **_KINDS)] = None,
    kind: Annotated[str | None, _word("_type", "As `jenis`.", **_KINDS)] = None,
    atribut: Annotated[str | None, _word("atribut", _ELEMENTS_TEXT, **_NAMED)] = None,
    elements: Annotated[str | None, _word("_elements", "As `atribut`.", **_NAMED)] = None,
    bentuk: Annotated[str | None, _word("format", _FORMAT_TEXT, **_FORMS)] = None,
    output_format: Annotated[str | None, _word("_outputFormat", "As `format`.", **_FORMS)] = None,
) -> Pesanan:
    """What the query asks for. Raises BadInput, also for a body: it would not be read."""
    if request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers:
        raise BadInput(
            "isian tidak benar / the input is not right",
            errors=(FieldError("body", _NO_BODY),),
        )
    _of_either(TYPE, (jenis, kind), _read_kind)
    query = request.scope["query_string"].decode("latin-1")
    return Pesanan(
        permintaan=f"{public_url}{request.scope['path']}{'?' if query else ''}{query}",
        sejak=_of_either(SINCE, (sejak, since), read_moment),
        atribut=_of_either(ELEMENTS, (atribut, elements), _read_names),
        format=_of_either(FORMAT, (bentuk, output_format), _read_format) or FormatEkspor.NDJSON,
    )


def _of_either(
    names: tuple[str, str], given: tuple[str | None, str | None], read: Callable[[str, str], T]
) -> T | None:
    """What one of two words says. Raises BadInput where both are given: they could differ."""
    if None not in given:
        text = f"sama dengan {names[0]} / the same as {names[0]}"
        raise _wrong(names[1], text)
    told = [(text, name) for text, name in zip(given, names, strict=True) if text is not None]
    return read(*told[0]) if told else None


def _read_kind(text: str, name: str) -> str:
    if any(kind != JENIS_EKSPOR for kind in text.split(",")):
        raise _wrong(name, f"hanya {JENIS_EKSPOR} / only {JENIS_EKSPOR}")
    return text


def _read_names(text: str, _name: str) -> frozenset[str] | None:
    return read_choice(name.removeprefix(_OF_TYPE) for name in text.split(","))


def _read_format(text: str, name: str) -> FormatEkspor:
    # A plus sign that is not encoded is a space in a query.
    found = _FORMATS.get(text.replace(" ", "+"))
    if found is None:
        known = ", ".join(_FORMATS)
        raise _wrong(name, f"salah satu dari {known} / one of {known}")
    return found


def _wrong(name: str, text: str) -> BadInput:
    return BadInput("isian tidak benar / the input is not right", errors=(FieldError(name, text),))
