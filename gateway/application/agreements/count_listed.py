"""Counts the persons who stand in lists of records alone, beside those who were asked about by NIK.

The log names both under different keys, so that nobody can join them. Whoever has the NIK can:
those that the records hold are opened for it, one batch after the other, and go nowhere.
"""

from collections.abc import Mapping

from gateway.domain.daftar_subjek import sebutan
from gateway.domain.periode import Periode
from gateway.domain.ports import Pseudonyms
from gateway.domain.ports_perjanjian import StoredNiks, Tally, Ukuran, UsageLog


class CountListed:
    """One count for one report: a tally is used once."""

    def __init__(
        self, usage: UsageLog, niks: StoredNiks, pseudonyms: Pseudonyms, tally: Tally
    ) -> None:
        self._usage = usage
        self._niks = niks
        self._pseudonyms = pseudonyms
        self._tally = tally

    async def __call__(self, nomor: str, periode: Periode) -> Mapping[tuple[Ukuran, str], int]:
        """How many persons to add to those who were asked about, by measure and key."""
        is_empty = True
        async for keys, names in self._usage.listed(nomor, periode):
            self._tally.add(keys, names)
            is_empty = False
        if not is_empty:
            await self._leave_out_asked(nomor, periode)
        return self._tally.counts()

    async def _leave_out_asked(self, nomor: str, periode: Periode) -> None:
        async for niks in self._niks.batches():
            subjects = {self._name(nik): self._pseudonyms.subject(nik) for nik in niks}
            names = {subjects[name]: name for name in self._tally.which(subjects)}
            for subjek, keys in await self._usage.asked(nomor, periode, names):
                self._tally.drop(keys, names[subjek])

    def _name(self, nik: str) -> str:
        return sebutan(self._pseudonyms.subject_of_reference(self._pseudonyms.reference(nik)))
