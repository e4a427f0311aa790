"""`/v1/penduduk`: looking residents up and having elements verified."""

from datetime import date
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, JSONBody

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Meta, Single
from gateway.application.caller import Caller
from gateway.application.lookup_resident import LookupResident
from gateway.application.verify_resident import VerifyResident
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.grant import Scope
from gateway.domain.nik import NikInvalid, parse_nik
from gateway.domain.person import Alamat, JenisKelamin, Penduduk, StatusKawin
from gateway.domain.systems import VerdictElemen
from gateway.kit.struct import Quiet

_CONTOH: Final = "6402991708909999"
Sixteen = Annotated[
    str,
    msgspec.Meta(
        description="NIK: exactly 16 digits.",
        examples=[_CONTOH],
        extra_json_schema={"pattern": "^[0-9]{16}$"},
    ),
]

Age = Annotated[
    int,
    msgspec.Meta(
        ge=0,
        le=31_536_000,
        description="Oldest acceptable answer in seconds; may only shorten what the grant allows.",
    ),
]

KodeWilayah = Annotated[
    str, msgspec.Meta(description="Kemendagri code with dots, `64.02.06.1001`.", max_length=13)
]


class PendudukLookup(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to look up, and how old the answer may be."""

    nik: Sixteen
    maks_umur: Age | None = None


class PendudukVerify(
    Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Whom to verify and the elements to compare; only those that are sent are judged."""

    nik: Sixteen
    no_kk: str | None = None
    nama_lengkap: str | None = None
    tempat_lahir: str | None = None
    tanggal_lahir: date | None = None
    jenis_kelamin: JenisKelamin | None = None
    status_kawin: StatusKawin | None = None
    pekerjaan: str | None = None
    nama_ibu_kandung: str | None = None
    alamat: Alamat | None = None
    kode_wilayah: KodeWilayah | None = None


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
    responses=documented(*PROTECTED, 404, 413),
)
async def lookup(
    request: Request[Any, Any, Any],
    data: Annotated[
        JSONBody[PendudukLookup],
        Body(examples=[Example(summary="Seseorang", value={"nik": _CONTOH})]),
    ],
    caller: NamedDependency[Caller],
    lookup_resident: NamedDependency[LookupResident],
) -> Single[PendudukData]:
    """One resident's granted attributes."""
    found = await lookup_resident(caller, _nik(data.nik), data.maks_umur)
    meta = Meta(
        request_id=request.scope["state"]["request_id"],
        sistem=found.sistem,
        hasil=found.outcome.value,
        pada=found.pada,
        umur=found.umur,
        dari_cache=found.dari_cache,
        asli=found.asli,
        peringatan=found.peringatan,
    )
    return Single(data=PendudukData(**found.data), meta=meta)


@post(
    "/penduduk/verify",
    scope=Scope.PENDUDUK_VERIFY.value,
    status_code=200,
    operation_id="verifyPenduduk",
    summary="Compare told elements with the civil registry",
    description="Answers a verdict for each element that was sent. No data is disclosed.",
    tags=["penduduk"],
    responses=documented(*PROTECTED, 404, 413),
)
async def verify(
    request: Request[Any, Any, Any],
    data: Annotated[
        JSONBody[PendudukVerify],
        Body(
            examples=[
                Example(
                    summary="Nama dan tanggal lahir",
                    value={
                        "nik": _CONTOH,
                        "nama_lengkap": "CONTOH PALSU",
                        "tanggal_lahir": "1990-08-17",
                    },
                )
            ]
        ),
    ],
    caller: NamedDependency[Caller],
    verify_resident: NamedDependency[VerifyResident],
) -> Single[dict[str, VerdictElemen]]:
    """One verdict per element."""
    told = {
        name: value
        for name in data.__struct_fields__
        if name != "nik" and (value := getattr(data, name)) is not None
    }
    if not told:
        raise BadInput(
            "kirim sedikitnya satu elemen untuk dicocokkan / send at least one element to compare",
            errors=(FieldError("body", "misalnya nama_lengkap / for example nama_lengkap"),),
        )
    found = await verify_resident(caller, Penduduk(nik=_nik(data.nik), **told))
    meta = Meta(
        request_id=request.scope["state"]["request_id"],
        sistem=found.sistem,
        hasil=found.outcome.value,
    )
    return Single(data=found.elemen, meta=meta)


def _nik(text: str) -> str:
    try:
        return parse_nik(text)
    except NikInvalid as error:
        raise BadInput(
            "NIK tidak benar / the NIK is not right", errors=(FieldError("nik", str(error)),)
        ) from None
