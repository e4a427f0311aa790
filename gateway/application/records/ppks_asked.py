"""How PPKS records are asked for: which attributes of them, in which form, and what is known."""

from collections.abc import Iterable
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.domain.errors import FieldError, NotPermitted
from gateway.domain.policy import SELALU, View
from gateway.domain.ports import KondisiPpks, Pseudonyms
from gateway.domain.samaran import terlalu_halus
from gateway.kit.struct import Quiet

APAPUN: Final = "*"
"""Stands among known tags for every tag."""
# A filter on an attribute tells its value, so it needs the right to see (or to match) it.
_FILTERS: Final = ("kode_wilayah", "kategori", "status")
_MATCHES: Final = ("nik", "nama_lengkap", "tanggal_lahir")


class Cara(Quiet, frozen=True, kw_only=True):
    """How a caller wants to be told."""

    atribut: frozenset[str] | None = None
    """The attributes that are asked for; None = all that are granted."""
    bentuk: str = "json"
    """Names the form of the answer: each form has tags of its own."""
    dikenal: frozenset[str] = frozenset()
    """Tags of what the caller has already."""

    def mengenal(self, tanda: str) -> bool:
        """True where the caller does not want to be told what this tag names."""
        return self.punya(tanda) or APAPUN in self.dikenal

    def punya(self, tanda: str) -> bool:
        """True where the caller was told it before; the star proves nothing."""
        return tanda in self.dikenal


def chosen(view: View, atribut: frozenset[str] | None) -> View:
    """The view with the chosen attributes only. Raises NotPermitted for those not granted."""
    if atribut is None:
        return view
    wanted = atribut.difference(SELALU)
    _refuse(
        (f"atribut.{name}" for name in sorted(wanted - view.atribut)),
        "grant tidak mengizinkan atribut ini / the grant does not allow these attributes",
    )
    return msgspec.structs.replace(view, atribut=wanted)


def is_search(kondisi: KondisiPpks) -> bool:
    """True where a person is searched for by what may be matched."""
    return any(getattr(kondisi, name) is not None for name in _MATCHES)


def may_filter(view: View, kondisi: KondisiPpks) -> None:
    """Raises NotPermitted for filters that would tell more than the view does."""
    # Counting by an attribute is another right: it shows no record.
    shown = view.atribut if view.rekaman else frozenset()
    asked = [(name, shown) for name in _FILTERS]
    asked += [(name, view.atribut_cocok) for name in _MATCHES]
    refused = [
        name
        for name, granted in asked
        if getattr(kondisi, name) is not None and name not in granted
    ]
    refused += terlalu_halus(view.samaran, kondisi.kode_wilayah, kondisi.diubah_sejak)
    _refuse(
        dict.fromkeys(refused),
        "grant tidak mengizinkan saringan ini / the grant does not allow these filters",
    )


def tag_of(pseudonyms: Pseudonyms, caller: Caller, view: View, cara: Cara, told: object) -> str:
    """The name of an answer. It is made of what is told under this grant, and of nothing else."""
    grant = caller.grant
    about = (grant.grant_id, grant.versi, caller.sempit, sorted(view.atribut), cara.bentuk)
    return pseudonyms.fingerprint(msgspec.msgpack.encode((about, told)))


def _refuse(fields: Iterable[str], detail: str) -> None:
    errors = tuple(FieldError(name, "tidak diizinkan / not granted") for name in fields)
    if errors:
        raise NotPermitted(detail, code="attribute_not_granted", errors=errors)
