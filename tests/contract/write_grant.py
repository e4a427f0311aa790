"""The grant of a client that pushes, how it changes, and what must be refused under it."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.domain.errors import NotPermitted
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.kit.clock import Clock
from tests.contract.shelf import ALL_ATTRIBUTES
from tests.fixtures.oauth import grant_of

Told = Mapping[str, Any]
_META: Final = {"id_sumber", "urutan", "dihapus"}
_WHOLE: Final = {
    "atribut": ALL_ATTRIBUTES - {"sumber"},
    "wilayah": frozenset({"*"}),
    "kategori": frozenset({"*"}),
}
_CHANGES: Final[tuple[Mapping[str, Any], ...]] = (
    *(_WHOLE,) * 3,
    {"wilayah": frozenset({"64"})},
    {"wilayah": frozenset({"65.01", "64.02.06"})},
    {"kategori": frozenset({"ppks:gelandangan"})},
    {"atribut": _WHOLE["atribut"] - {"nik"}},
    {"wilayah": frozenset[str]()},
)
_MOMENTS: Final = (timedelta(days=-1), timedelta(seconds=30), timedelta(days=3650))


class WriteGrant:
    """One grant and its newest version."""

    def __init__(self, client_id: str, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self.now: Grant = grant_of(
            client_id,
            f"G-{client_id}",
            jenis=JenisGrant.TULIS,
            scopes=frozenset({Scope.PPKS_WRITE}),
        )
        self.widen()

    async def caller(self) -> Caller:
        """Who comes with a token of it. Raises NotPermitted where it is not in force."""
        grant = self.now
        if not grant.berlaku(self._clock()):
            raise NotPermitted("not in force", code="grant_not_in_force")
        return Caller(client_id=grant.client_id, grant=grant, scopes=grant.scopes, request_id="r-1")

    def widen(self) -> None:
        """All may be written, for years."""
        now = self._clock()
        self._amend(
            **_WHOLE,
            berlaku_dari=now - timedelta(days=1),
            berlaku_sampai=now + timedelta(days=3650),
        )

    def amend(self) -> None:
        """It becomes narrower or wider, ends or begins, now or soon."""
        if self._random.random() < 0.3:
            now, soon = self._clock(), self._random.choice(_MOMENTS)
            begins = self._random.random() < 0.3
            self._amend(**{"berlaku_dari" if begins else "berlaku_sampai": now + soon})
        else:
            self._amend(**_WHOLE | self._random.choice(_CHANGES))

    def _amend(self, **changes: Any) -> None:
        self.now = msgspec.structs.replace(self.now, versi=self.now.versi + 1, **changes)


def must_refuse(grant: Grant, told: Told, stored: Told | None) -> bool:
    """Whether what is told, or what is stored under its name, lies outside of the grant."""
    if {*told} - _META - grant.atribut:
        return True
    return not all(_lies_in(grant, one) for one in (told, stored) if one and not one.get("dihapus"))


def _lies_in(grant: Grant, told: Told) -> bool:
    area, kinds = told.get("kode_wilayah"), {kind["kode"] for kind in told.get("kategori", ())}
    if "*" not in grant.wilayah and not any(
        area is not None and f"{area}.".startswith(f"{name}.") for name in grant.wilayah
    ):
        return False
    return "*" in grant.kategori or bool(kinds and kinds <= grant.kategori)
