"""How pages of PPKS records leave: as JSON, CSV or XLSX, with their tag and the way to the next."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from gateway import __version__
from gateway.api.conditional import entity_tag, known_tags
from gateway.api.negotiation import best_of
from gateway.api.sent_headers import texts
from gateway.api.v1.envelope import Page
from gateway.api.v1.ppks_record import PpksRecord
from gateway.api.v1.ppks_table import as_table
from gateway.application.records.ppks_asked import Cara
from gateway.application.records.read_ppks import HalamanTerbaca
from gateway.kit.sheets import Table, as_csv, as_xlsx

JSON: Final = "application/json"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS: Final[Mapping[str, Callable[[Table], bytes]]] = {
    CSV: as_csv,
    XLSX: lambda table: as_xlsx({"ppks": table}),
}
_FORMS: Final = (JSON, *SHEETS)
_NONE: Final[Mapping[str, str]] = {}
# The framework adds the charset.
_TYPES: Final = {CSV: f"{CSV}; header=present", XLSX: XLSX}


def form_of(request: Request[Any, Any, Any]) -> str:
    """The media type of the answer. Raises 406."""
    sent = texts(request.scope["state"]["headers"], b"accept")
    return best_of(",".join(sent), _FORMS)


def manner(form: str, atribut: frozenset[str] | None, if_none_match: str | None) -> Cara:
    """How the caller wants to be told; another edition of the gateway has other tags."""
    return Cara(atribut=atribut, bentuk=f"{form} {__version__}", dikenal=known_tags(if_none_match))


def unchanged(tag: str, headers: Mapping[str, str] = _NONE) -> Response[None]:
    """The answer to a caller who has it already."""
    told = {"ETag": entity_tag(tag), "Vary": "Accept", **headers}
    return Response(None, status_code=304, headers=told)


async def page_answer(
    form: str, page: HalamanTerbaca, following: str | None, headers: Mapping[str, str]
) -> Response[Any]:
    """The page in its form."""
    told = {"Vary": "Accept", **headers}
    if form == JSON:
        items = tuple(PpksRecord(**item) for item in page.items)
        return Response(Page(items=items, next_cursor=following), headers=told)
    table = as_table(page.items, page.atribut)
    # A thousand records take a while; meanwhile others are answered.
    body = await asyncio.to_thread(SHEETS[form], table)
    return Response(body, media_type=_TYPES[form], headers=told)


def link_to_next(path: str, query: Mapping[str, Any], following: str | None) -> dict[str, str]:
    """The header that leads to the next page (RFC 8288), where there is one."""
    if following is None:
        return {}
    target = urlencode({**query, "cursor": following})
    return {"Link": f'<{path}?{target}>; rel="next"'}
