"""Report how one agreement was used in a period, from what the audit log holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from gateway.application.agreements.count_listed import CountListed
from gateway.domain.laporan import Bagian, Cell, Laporan
from gateway.domain.periode import NAMA_BULAN, Periode
from gateway.domain.perjanjian import Perjanjian
from gateway.domain.ports import Clients
from gateway.domain.ports_perjanjian import Agreements, Pemakaian, Ukuran, UsageLog
from gateway.domain.registry_terms import JAKARTA
from gateway.domain.tenggat import hari_terakhir
from gateway.kit.clock import Clock

_MEASURES: Final = (
    "akses",
    "diberikan",
    "tidak_ditemukan",
    "ditolak",
    "gagal",
    "rekaman",
    "orang",
)
_EVENTS: Final[Mapping[str, str]] = {
    "penduduk.lookup": "Pencarian penduduk",
    "penduduk.verify": "Verifikasi penduduk",
    "penduduk.tugas.ajukan": "Pengajuan tugas pencarian",
    "penduduk.tugas.hasil": "Hasil tugas pencarian",
    "ppks.list": "Daftar rekaman PPKS",
    "ppks.one": "Satu rekaman PPKS",
    "ppks.search": "Pencarian rekaman PPKS",
    "ppks.changes": "Perubahan rekaman PPKS",
    "ppks.kirim": "Penerimaan rekaman PPKS dari unit",
    "ppks.push": "Perubahan yang dikirim ke pelanggan",
    "ppks.ekspor.buat": "Pemesanan ekspor",
    "ppks.ekspor.isi": "Rekaman dalam berkas ekspor",
    "ppks.ekspor.berkas": "Pengunduhan berkas ekspor",
}
_OUTCOMES: Final[Mapping[str, str]] = {
    "diberikan": "Diberikan",
    "tidak_ditemukan": "Tidak ditemukan",
    "ditolak": "Ditolak",
    "gagal": "Gagal",
}
_REMARKS: Final = (
    "Akses adalah satu entri log audit dengan nomor perjanjian ini.",
    "Penerbitan token, pengajuan tugas dan pemesanan ekspor bukan akses.",
    "Orang dihitung dari pseudonim yang berbeda. Satu orang dapat muncul di beberapa baris.",
    "Orang dalam daftar rekaman dihitung juga; yang tanpa NIK dihitung per rekaman.",
    "Orang yang rekamannya tidak ada lagi atau NIK-nya dibetulkan dapat dihitung dua kali.",
    "Rekaman adalah jumlah rekaman yang diberikan. Atribut dihitung per akses yang diberikan.",
)
_SIGNED: Final = ("Tempat, tanggal", "Penanggung jawab", "Tanda tangan")
_Named = Callable[[str], str]


class ReportUsage:
    """The use case behind `gateway report semester`."""

    def __init__(
        self,
        usage: UsageLog,
        listed: CountListed,
        agreements: Agreements,
        clients: Clients,
        clock: Clock,
    ) -> None:
        self._usage = usage
        self._listed = listed
        self._agreements = agreements
        self._clients = clients
        self._clock = clock

    async def __call__(self, nomor: str, periode: Periode, *, oleh: str) -> Laporan:
        """The report of a period that may still be running."""
        now = self._clock()
        perjanjian = await self._agreements.one(nomor)
        agencies = {one.client_id: one.opd for one in await self._clients.clients()}
        parts: Sequence[tuple[str, Ukuran, _Named]] = (
            ("Ringkasan", Ukuran.SEMUA, lambda _: "Semua"),
            ("Jenis akses", Ukuran.PERISTIWA, lambda key: _EVENTS.get(key, key)),
            ("Hasil", Ukuran.HASIL, lambda key: _OUTCOMES.get(key, key)),
            ("Alasan penolakan", Ukuran.ALASAN, lambda key: key),
            ("Tujuan", Ukuran.TUJUAN, lambda key: key or "-"),
            ("Unit", Ukuran.CLIENT, lambda key: f"{agencies.get(key, '-')} ({key})"),
        )
        found = await self._measured(nomor, periode)
        counted = [_part(name, measure, named, found[measure]) for name, measure, named in parts]
        counted.insert(1, _months(periode, found[Ukuran.BULAN]))
        counted.append(_attributes(await self._usage.attributes(nomor, periode)))
        facts = _facts(nomor, perjanjian, periode, now, await self._usage.oldest())
        return Laporan(
            judul=f"Laporan Penggunaan Data {periode.judul}",
            fakta=(*facts, ("Disusun", f"{_day(now)} oleh {oleh}")),
            bagian=tuple(counted),
            catatan=_REMARKS,
            penanda=_SIGNED,
        )

    async def _measured(self, nomor: str, periode: Periode) -> Mapping[Ukuran, Sequence[Pemakaian]]:
        """All counts; persons who stand in lists alone are added to those who were asked about."""
        more = await self._listed(nomor, periode)
        return {
            measure: [
                replace(one, orang=one.orang + more.get((measure, one.kunci), 0))
                for one in await self._usage.by(nomor, periode, measure)
            ]
            for measure in Ukuran
        }


def _part(name: str, measure: Ukuran, named: _Named, found: Iterable[Pemakaian]) -> Bagian:
    # Without a reason nothing was refused: such entries are no row of the table of refusals.
    kept = [one for one in found if one.kunci or measure is not Ukuran.ALASAN]
    return _table(name, [(named(one.kunci), *_measures(one)) for one in kept])


def _months(periode: Periode, found: Iterable[Pemakaian]) -> Bagian:
    by_month = {one.kunci: one for one in found}
    rows: list[tuple[Cell, ...]] = []
    for month in periode.bulan:
        one = by_month.get(str(month)) or Pemakaian(kunci=str(month))
        rows.append((month.judul, *_measures(one)))
    return _table("Bulan", rows)


def _attributes(found: Mapping[str, int]) -> Bagian:
    blank: tuple[Cell, ...] = ("",) * (len(_MEASURES) - 2)
    return _table("Atribut", [(name, count, count, *blank) for name, count in found.items()])


def _measures(one: Pemakaian) -> tuple[int, ...]:
    return tuple(getattr(one, name) for name in _MEASURES)


def _table(name: str, rows: Iterable[tuple[Cell, ...]]) -> Bagian:
    return Bagian(nama=name, kolom=(name.lower(), *_MEASURES), baris=tuple(rows))


def _facts(
    nomor: str,
    perjanjian: Perjanjian | None,
    periode: Periode,
    now: datetime,
    oldest: datetime | None,
) -> tuple[tuple[str, str], ...]:
    parties, time = "belum tercatat", "belum tercatat"
    if perjanjian is not None:
        parties = "; ".join(perjanjian.pihak)
        last = _date(hari_terakhir(perjanjian.berakhir_pada))
        time = f"{_day(perjanjian.berlaku_dari)} sampai {last}"
    begun = "log audit kosong" if oldest is None else _day(oldest)
    return (
        ("Nomor perjanjian", nomor),
        ("Para pihak", parties),
        ("Masa berlaku", time),
        ("Periode", f"{_day(periode.mulai)} sampai {_date(hari_terakhir(periode.selesai))} (WIB)"),
        ("Keadaan", "selesai" if periode.selesai <= now else "masih berjalan: angka sementara"),
        ("Log audit tersedia sejak", begun),
    )


def _day(moment: datetime) -> str:
    return _date(moment.astimezone(JAKARTA).date())


def _date(day: date) -> str:
    return f"{day.day} {NAMA_BULAN[day.month - 1]} {day.year}"
