"""Decides once for a whole chat whether its dates put the day or the month first."""

from collections.abc import Iterable
from datetime import UTC, datetime

from adapters.simasos.chat_lines import Gaya
from adapters.simasos.textfile import refuse
from adapters.simasos.times import Cap, Urutan, cap, saat
from gateway.domain.importing import KodeMasalah


class Bukti:
    """What the stamps of a file tell about the order; holds no stamp but the last."""

    def __init__(self) -> None:
        self._possible = set(Urutan)
        self._unbroken = set(Urutan)
        self._last: dict[Urutan, datetime] = {}
        self._matters = False
        self._dots = False

    def add(self, stempel: Cap) -> None:
        """Look at one more stamp, in file order."""
        if stempel.tahun_dahulu:
            return
        first, second = int(stempel.a), int(stempel.b)
        self._matters |= first != second
        self._dots |= stempel.titik
        if first > 12:
            self._possible.discard(Urutan.MDY)
        if second > 12:
            self._possible.discard(Urutan.DMY)
        for order in Urutan:
            self._follow(order, stempel)

    def _follow(self, order: Urutan, stempel: Cap) -> None:
        try:
            moment = saat(stempel, order, UTC)
        except ValueError:
            return
        if moment < self._last.get(order, moment):
            self._unbroken.discard(order)
        self._last[order] = moment

    def urutan(self) -> Urutan:
        """The order that the file proves. Raises FileRefused where it proves none."""
        if not self._possible:
            refuse(
                KodeMasalah.DATE_FORMAT,
                "tanggal bertentangan: sebutkan urutannya dengan tanggal=dmy atau tanggal=mdy",
            )
        for candidates in (
            self._possible,
            {Urutan.DMY} if self._dots or not self._matters else set[Urutan](),
            self._unbroken,
        ):
            if len(candidates) == 1:
                return next(iter(candidates))
        return refuse(
            KodeMasalah.DATE_FORMAT,
            "tanggal dapat dibaca dua cara: sebutkan tanggal=dmy atau tanggal=mdy",
        )


def urutan_of(lines: Iterable[str], gaya: Gaya) -> Urutan:
    """Look at the whole file. Raises FileRefused where it stays ambiguous."""
    evidence = Bukti()
    for line in lines:
        found = gaya.match(line.rstrip("\r\n"))
        if found is None:
            continue
        try:
            evidence.add(cap(found))
        except ValueError:
            continue
    return evidence.urutan()
