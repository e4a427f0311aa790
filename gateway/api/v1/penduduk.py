"""`/v1/penduduk`: looking residents up and having elements verified."""

from datetime import date
from typing import Annotated, Any, ClassVar, Final

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import UNSET, UnsetType

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Meta, Single
from gateway.api.v1.fields import NIK_CONTOH, KodeWilayah, Sixteen, Teks
from gateway.application.caller.caller import Caller
from gateway.application.lookup.lookup_resident import HasilLookup, LookupResident
from gateway.application.lookup.verify_resident import VerifyResident
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.freshness import Keadaan
from gateway.domain.grant import Scope
from gateway.domain.matching.judge import AMBANG_TERENDAH
from gateway.domain.person import Alamat, JenisKelamin, Penduduk, StatusKawin, terisi
from gateway.domain.systems import VerdictElemen
from gateway.kit.struct import Quiet

_OLDEST: Final = 31_536_000
# RFC 9211; the standard has no word for an answer past its lifetime that tells nothing else.
_CACHE_STATUS: Final = {
    Keadaan.SEGAR: "ppks-gateway; fwd=miss",
    Keadaan.CACHE: "ppks-gateway; hit",
    Keadaan.BASI: "ppks-gateway; hit; detail=stale",
}
Age = Annotated[
    int,
    msgspec.Meta(
        ge=0,
        le=_OLDEST,
        description="Oldest acceptable answer in seconds; may only shorten what the grant allows.",
    ),
]


Threshold = Annotated[
    int,
    msgspec.Meta(
        ge=AMBANG_TERENDAH,
        le=100,
        description="Score from which a text counts as the same; may only ask for more than usual.",
    ),
]


class PendudukLookup(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to look up, and how old the answer may be."""

    nik: Sixteen
    maks_umur: Age = _OLDEST


class AlamatVerify(
    Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """The parts of an address to compare, each by itself."""

    NOT_ENOUGH: ClassVar[frozenset[str]] = frozenset()
    jalan: Teks | UnsetType = UNSET
    dusun: Teks | UnsetType = UNSET
    rt: Teks | UnsetType = UNSET
    rw: Teks | UnsetType = UNSET
    kode_pos: Teks | UnsetType = UNSET


class PendudukVerify(
    Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Whom to verify and at least one element to compare; only those that are sent are judged."""

    NOT_ENOUGH: ClassVar = frozenset(("nik", "ambang"))
    nik: Sixteen
    ambang: Threshold | UnsetType = UNSET
    no_kk: Sixteen | UnsetType = UNSET
    nama_lengkap: Teks | UnsetType = UNSET
    tempat_lahir: Teks | UnsetType = UNSET
    tanggal_lahir: date | UnsetType = UNSET
    jenis_kelamin: JenisKelamin | UnsetType = UNSET
    status_kawin: StatusKawin | UnsetType = UNSET
    pekerjaan: Teks | UnsetType = UNSET
    nama_ibu_kandung: Teks | UnsetType = UNSET
    alamat: AlamatVerify | UnsetType = UNSET
    kode_wilayah: KodeWilayah | UnsetType = UNSET


class PendudukData(Penduduk, frozen=True, kw_only=True, omit_defaults=True):
    """The granted attributes; one that is not granted is absent."""


@post(
    "/penduduk/lookup",
    scope=Scope.PENDUDUK_READ.value,
    status_code=200,
    operation_id="lookupPenduduk",
    summary="Look one resident up by NIK",
    description="Answers the attributes that the grant names, with their source and age.",
    tags=["penduduk"],
    responses=documented(*PROTECTED, 404, 413, 415),
    response_headers=(
        ResponseHeader(
            name="Age", description="Seconds since the registry said so.", documentation_only=True
        ),
        ResponseHeader(
            name="Cache-Status",
            description="RFC 9211: `fwd=miss`, `hit`, or `hit; detail=stale` past its lifetime.",
            documentation_only=True,
        ),
    ),
)
async def lookup(
    request: Request[Any, Any, Any],
    data: Annotated[
        PendudukLookup,
        Body(
            media_type=RequestEncodingType.JSON,
            examples=[Example(summary="Seseorang", value={"nik": NIK_CONTOH})],
        ),
    ],
    caller: NamedDependency[Caller],
    lookup_resident: NamedDependency[LookupResident],
) -> Response[Single[PendudukData]]:
    """One resident's granted attributes."""
    found = await lookup_resident(caller, data.nik, data.maks_umur)
    told = told_of(found, request.scope["state"]["request_id"])
    return Response(told, headers=age_headers(found))


def told_of(found: HasilLookup, request_id: str) -> Single[PendudukData]:
    """The body of the answer to a lookup."""
    meta = Meta(
        request_id=request_id,
        sistem=found.sistem,
        hasil=found.outcome or UNSET,
        pada=found.pada,
        umur=found.umur,
        dari_cache=found.keadaan is not Keadaan.SEGAR,
        keadaan=found.keadaan,
        asli=found.asli,
        peringatan=found.peringatan,
    )
    return Single(data=PendudukData(**found.data), meta=meta)


def age_headers(found: HasilLookup) -> dict[str, str]:
    """How old the answer is, for caches and for people."""
    return {"age": str(found.umur), "cache-status": _CACHE_STATUS[found.keadaan]}


@post(
    "/penduduk/verify",
    scope=Scope.PENDUDUK_VERIFY.value,
    status_code=200,
    operation_id="verifyPenduduk",
    summary="Compare told elements with the civil registry",
    description="Answers a verdict for each element that was sent, and who judged. Near misses and"
    " most reasons are told only to those who may read the attribute. No data is disclosed.",
    tags=["penduduk"],
    responses=documented(*PROTECTED, 404, 413, 415),
)
async def verify(
    request: Request[Any, Any, Any],
    data: Annotated[
        PendudukVerify,
        Body(
            media_type=RequestEncodingType.JSON,
            examples=[
                Example(
                    summary="Nama dan tanggal lahir",
                    value={
                        "nik": NIK_CONTOH,
                        "nama_lengkap": "CONTOH PALSU",
                        "tanggal_lahir": "1990-08-17",
                    },
                )
            ],
        ),
    ],
    caller: NamedDependency[Caller],
    verify_resident: NamedDependency[VerifyResident],
) -> Single[dict[str, VerdictElemen]]:
    """One verdict per element."""
    ambang = None if isinstance(data.ambang, UnsetType) else data.ambang
    found = await verify_resident(caller, _told(data), ambang)
    meta = Meta(
        request_id=request.scope["state"]["request_id"],
        sistem=found.sistem,
        hasil=found.outcome or UNSET,
    )
    if found.bacaan is not None:
        meta = msgspec.structs.replace(
            meta,
            pada=found.bacaan.pada,
            umur=found.bacaan.umur,
            dari_cache=found.bacaan.dari_cache,
        )
    return Single(data=found.elemen, meta=meta)


def _told(data: PendudukVerify) -> Penduduk:
    """The person with the elements that were sent. Raises BadInput where there is none."""
    told = _elements(data, "body")
    if isinstance(data.alamat, AlamatVerify):
        told["alamat"] = Alamat(**_elements(data.alamat, "alamat"))
    return Penduduk(**told)


def _elements(data: PendudukVerify | AlamatVerify, field: str) -> dict[str, Any]:
    sent = terisi(data)
    sent.pop("ambang", None)
    if sent.keys() - data.NOT_ENOUGH:
        return sent
    raise BadInput(
        "kirim sedikitnya satu elemen untuk dicocokkan / send at least one element to compare",
        errors=(FieldError(field, "tanpa elemen / holds no element"),),
    )
