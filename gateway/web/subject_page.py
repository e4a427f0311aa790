"""The page of a person's history: one file that needs nothing else, for screen and paper."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timezone
from html import escape
from importlib import resources
from typing import Final

from gateway.domain.laporan_subjek import (
    DaftarTanpaNama,
    HariAkses,
    KelompokAkses,
    LaporanSubjek,
    PermintaanTampak,
    Sebutan,
)

_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip
_TITLE: Final = "Siapa yang mengakses data Anda"
_MARKS: Final = {"diberikan": "Diberikan", "dicocokkan": "Dicocokkan"}
_KEPT: Final = "Tidak diberikan"
_LABELS: Final = {"Dicocokkan": "Yang dicocokkan"}
_MOST_DAYS: Final = 12
"""Days that are told one by one; all of them are in the JSON."""


def subject_page(laporan: LaporanSubjek) -> str:
    """The whole page. It bears no name and no NIK, so that the office adds whose it is."""
    return "".join(
        (
            '<!doctype html>\n<html lang="id"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_TITLE}</title><style>{_style()}</style></head><body>",
            *_Page(laporan).parts(),
            "</body></html>\n",
        )
    )


def _style() -> str:
    return resources.files("gateway.web").joinpath("subject_page.css").read_text("utf-8")


class _Page:
    """The parts of one page, with its days told by one clock."""

    def __init__(self, laporan: LaporanSubjek) -> None:
        self._laporan = laporan
        self._zone: timezone = laporan.zona.zone

    def parts(self) -> Iterator[str]:
        yield from self._head()
        yield from self._completeness()
        yield "<h2>Akses</h2>"
        yield from map(self._access, self._laporan.kelompok)
        if not self._laporan.kelompok:
            yield "<p>Tidak ada akses yang tercatat dalam masa ini.</p>"
        yield from self._requests()
        yield from self._limits()

    def _head(self) -> Iterator[str]:
        told, numbers = self._laporan, self._laporan.ringkasan
        begin = told.dari or told.catatan_tertua
        since = "" if begin is None else f"dari {self._moment(begin)} "
        yield f"<h1>{_TITLE}</h1>"
        yield f"<p>Masa laporan: {since}sampai {self._moment(told.sampai)}.</p>"
        yield '<ul class="numbers">'
        for count, words in (
            (numbers.akses, "kali data Anda diminta"),
            (numbers.diberikan, "kali diberikan atau dicocokkan"),
            (numbers.tidak_diberikan, "kali tidak diberikan"),
            (numbers.instansi, "instansi yang menerima"),
        ):
            yield f"<li><b>{count}</b>{words}</li>"
        yield "</ul>"

    def _completeness(self) -> Iterator[str]:
        if self._laporan.lengkap:
            yield '<p class="note">Semua data yang keluar dalam masa ini dicatat bersama orangnya.'
            yield "</p>"
            return
        yield '<div class="note warn"><p><b>Laporan ini mungkin tidak lengkap.</b> '
        yield f"{_text(self._laporan.batas[0])}</p>"
        yield from _table(
            ("Instansi", "Berapa kali", "Rekaman", "Masa"),
            map(self._unnamed, self._laporan.tanpa_nama),
        )
        yield "</div>"

    def _unnamed(self, one: DaftarTanpaNama) -> tuple[str, ...]:
        span = self._span(one.pertama, one.terakhir)
        return _named(one.instansi), str(one.kali), str(one.rekaman), span

    def _access(self, one: KelompokAkses) -> str:
        mark = _MARKS.get(one.hasil.kode or "", _KEPT)
        rows = (
            ("Hasil", _text(one.hasil.nama)),
            ("Sebab", "" if one.alasan is None else _text(one.alasan.nama)),
            ("Waktu", self._times(one)),
            ("Tujuan", _named(one.tujuan)),
            ("Dasar hukum", _text(one.dasar_hukum or "")),
            ("Perjanjian", _text(one.nomor_pks or "")),
            (_LABELS.get(mark, "Data"), _names(one.atribut)),
            ("Asal data", _names(one.sumber)),
            ("Catatan", "; ".join(map(_text, one.catatan))),
        )
        told = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows if text)
        return (
            f'<section class="access{" kept" if mark == _KEPT else ""}">'
            f'<span class="mark">{mark}</span><h3>{_named(one.instansi)}</h3>'
            f"<p>{_text(one.kegiatan.nama)}</p><dl>{told}</dl></section>"
        )

    def _times(self, one: KelompokAkses) -> str:
        if one.kali == 1:
            return self._moment(one.pertama)
        days = one.per_hari[-_MOST_DAYS:]
        which = "Per hari" if len(days) == len(one.per_hari) else f"{_MOST_DAYS} hari terbaru"
        span = self._span(one.pertama, one.terakhir)
        return f"{one.kali} kali, {span}<br>{which}: {', '.join(map(_day, days))}"

    def _requests(self) -> Iterator[str]:
        if self._laporan.permintaan:
            yield "<h2>Permintaan Anda</h2>"
            yield from _table(
                ("Permintaan", "Diterima", "Batas jawaban", "Keadaan", "Alasan"),
                map(self._request, self._laporan.permintaan),
            )

    def _request(self, one: PermintaanTampak) -> tuple[str, ...]:
        file = f"<br>Berkas {_text(one.berkas)}" if one.berkas else ""
        held = "<br>Pengungkapan dihentikan" if one.menahan else ""
        return (
            f"{_text(one.jenis.nama)}{file}",
            self._moment(one.diterima_pada),
            self._moment(one.batas_pada),
            f"{_text(one.status.nama)}{held}",
            _text(one.alasan or ""),
        )

    def _limits(self) -> Iterator[str]:
        yield "<h2>Yang tidak dapat dijawab laporan ini</h2><ul>"
        yield from (f"<li>{_text(sentence)}</li>" for sentence in self._laporan.batas)
        yield f"</ul><footer>Disusun {self._moment(self._laporan.dibuat_pada)}."
        yield " Kode di samping nama dipakai petugas untuk menelusuri catatan.</footer>"

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{_date(local)} pukul {local:%H.%M} {self._laporan.zona}"

    def _span(self, first: datetime, last: datetime) -> str:
        begin, end = (_date(moment.astimezone(self._zone)) for moment in (first, last))
        return begin if begin == end else f"{begin} sampai {end}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"


def _named(name: Sebutan) -> str:
    code = "" if name.kode is None else f" <code>{_text(name.kode)}</code>"
    return f"{_text(name.nama)}{code}"


def _names(names: Iterable[Sebutan]) -> str:
    return ", ".join(_text(name.nama) for name in names)


def _day(one: HariAkses) -> str:
    day = one.tanggal
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year} ({one.kali} kali)"


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _text(text: str) -> str:
    return escape(text, quote=True)
