"""What agencies push: one content for each record and version, so that it can be told again."""

from random import Random
from typing import Any, Final

from tests.fixtures.pushes import KIND, OTHER_KIND, sent

PERSONS: Final = 40
_AREAS: Final = ("64.02.06", "64.02.01", "64.02.06.1001", "64.71.01")


def version(agency: str, number: int, urutan: int) -> dict[str, Any]:
    """The record of a person as an agency tells it in its n-th version.

    All agencies know the same persons under the same NIK and name; some versions tell no NIK, so
    that the records of one person come together and fall apart.
    """
    drawn = Random(f"{agency} {number} {urutan}")
    if drawn.random() < 0.1:
        return {"id_sumber": f"R-{number}", "urutan": urutan, "dihapus": True}
    changes: dict[str, Any] = {"nik": None} if drawn.random() < 0.15 else {}
    return sent(
        number,
        urutan,
        alamat={"jalan": street(agency, urutan)},
        kode_wilayah=drawn.choice(_AREAS),
        kategori=[{"kode": drawn.choice((KIND, OTHER_KIND))}],
        **changes,
    )


def street(agency: str, urutan: int) -> str:
    """By which a version is known again."""
    return f"JL. {agency.upper()} NO. {urutan}"
