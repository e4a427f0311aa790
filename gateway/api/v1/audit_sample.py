"""`/v1/audit/sample`: records that were drawn, coarse and under names of one sample alone."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Single, meta_of
from gateway.api.v1.fields import POLA_KODE
from gateway.application.audit.draw_sample import DrawSample
from gateway.application.caller.caller import Caller
from gateway.domain.contoh import Contoh, KondisiContoh
from gateway.domain.grant import Scope

_DEFAULT: Final = 100
_MOST: Final = 1000
_TO_THE_REGENCY: Final = r"^[1-9][0-9](\.[0-9]{2})?(?!\n)$"
_SEED: Final = r"^[A-Za-z0-9._-]+(?!\n)$"


class SampledRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record, told like at least as many persons' as the threshold says."""

    id: str
    """Its name in this sample alone."""
    kelompok_lahir: str | None
    """Years of birth, `1990-1994`; null = not known."""
    kode_wilayah: str | None
    """The regency, or what is known above it."""
    kategori: tuple[str, ...]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample."""

    items: tuple[SampledRecord, ...]
    ditahan: int | None
    """Records of the engagement that no sample tells; null = some, fewer than the threshold."""


@get(
    "/audit/sample",
    scope=Scope.AUDIT_READ.value,
    query=("ukuran", "benih", "kode_wilayah", "kategori"),
    operation_id="drawAuditSample",
    summary="Draw a sample of PPKS records",
    description=(
        "Years of birth in bands of five, areas to the regency, and categories; no name or number. "
        "Records of groups of few persons are not drawn, and counted. The same seed draws the same "
        "records within an engagement; all that is asked for counts as told."
    ),
    tags=["audit"],
    responses=documented(*PROTECTED),
)
async def draw_sample(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    sample: NamedDependency[DrawSample],
    ukuran: Annotated[
        int, QueryParameter(ge=1, le=_MOST, description="Records that are drawn.")
    ] = _DEFAULT,
    benih: Annotated[
        str,
        QueryParameter(max_length=40, pattern=_SEED, description="Seed: another draws others."),
    ] = "1",
    kode_wilayah: Annotated[
        str | None,
        QueryParameter(pattern=_TO_THE_REGENCY, description="Province or regency (Kemendagri)."),
    ] = None,
    kategori: Annotated[
        str | None,
        QueryParameter(max_length=80, pattern=POLA_KODE, description="Category code."),
    ] = None,
) -> Single[Sample]:
    """A sample within the grant's areas and categories."""
    kondisi = KondisiContoh(
        ukuran=ukuran, benih=benih, kode_wilayah=kode_wilayah, kategori=kategori
    )
    drawn = await sample(caller, kondisi)
    return Single(data=_told(drawn), meta=meta_of(request))


def _told(drawn: Contoh) -> Sample:
    items = tuple(SampledRecord(id=each.id, **each.golongan._asdict()) for each in drawn.items)
    return Sample(items=items, ditahan=drawn.ditahan)
