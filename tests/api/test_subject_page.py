"""The page that a person takes home: complete in itself, harmless, and true to the report."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import msgspec
import pytest

from gateway.domain.laporan_subjek import (
    DaftarTanpaNama,
    HariAkses,
    KelompokAkses,
    LaporanSubjek,
    Ringkasan,
    Sebutan,
    Zona,
)
from gateway.web.subject_page import subject_page
from tests.fixtures.oauth import START

HOSTILE = '<script>alert(1)</script>"&'
GROUP = KelompokAkses(
    instansi=Sebutan(nama="Dinas Contoh", kode="dinas"),
    kegiatan=Sebutan(nama="Membuka data", kode="penduduk.lookup"),
    tujuan=Sebutan(nama="Bantuan", kode="P-BANSOS"),
    dasar_hukum="UU 13/2011",
    nomor_pks="PKS/001/2026",
    grant_id="G-1",
    hasil=Sebutan(nama="Data diberikan", kode="diberikan"),
    alasan=None,
    atribut=(Sebutan(nama="nama lengkap", kode="nama_lengkap"),),
    sumber=(Sebutan(nama="Dukcapil", kode="dukcapil"),),
    catatan=(),
    kali=3,
    pertama=START,
    terakhir=START + timedelta(days=1),
    per_hari=(
        HariAkses(tanggal=date(2026, 11, 21), kali=2),
        HariAkses(tanggal=date(2026, 11, 22), kali=1),
    ),
)


def report(*groups, **more):
    usual = {
        "dibuat_pada": START,
        "dari": None,
        "sampai": START,
        "zona": Zona.WITA,
        "catatan_tertua": START,
        "ringkasan": Ringkasan(akses=3, diberikan=3, tidak_diberikan=0, instansi=1),
        "kelompok": groups,
        "permintaan": (),
        "lengkap": True,
        "tanpa_nama": (),
        "batas": ("Ada batasnya.",),
    }
    return LaporanSubjek(**usual | more)


class Tags(HTMLParser):
    """The tags of a page in order, each of which must be closed where it may be."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def tags():
    return Tags()


def test_a_page_needs_nothing_from_anywhere(tags):
    page = subject_page(report(GROUP))
    tags.feed(page)
    assert tags.open == []
    assert {"link", "script", "img", "iframe"} & set(tags.seen) == set()
    assert not re.search(r"https?:|url\(|@import", page)
    assert "@media print" in page


def test_it_says_who_when_why_and_what_by_the_person_s_own_clock():
    page = subject_page(report(GROUP))
    for told in ("Dinas Contoh", "P-BANSOS", "UU 13/2011", "PKS/001/2026", "nama lengkap"):
        assert told in page
    assert "3 kali, 21 November 2026 sampai 22 November 2026" in page
    assert "21 Nov 2026 (2 kali), 22 Nov 2026 (1 kali)" in page
    assert "21 November 2026 pukul 11.00 WITA" in page


def test_words_from_outside_stay_words(tags):
    hostile = Sebutan(nama=HOSTILE, kode=HOSTILE)
    group = msgspec.structs.replace(
        GROUP, instansi=hostile, tujuan=hostile, dasar_hukum=HOSTILE, catatan=(HOSTILE,)
    )
    page = subject_page(report(group, batas=(HOSTILE,)))
    tags.feed(page)
    assert "script" not in tags.seen


def test_a_report_that_may_lack_something_says_so_before_all_else():
    unnamed = DaftarTanpaNama(
        instansi=Sebutan(nama="Dinas Contoh", kode="dinas"),
        kali=2,
        rekaman=900,
        pertama=START,
        terakhir=START,
    )
    page = subject_page(report(GROUP, lengkap=False, tanpa_nama=(unnamed,)))
    assert page.index("mungkin tidak lengkap") < page.index("<h2>Akses</h2>")
    assert "900" in page
    assert "mungkin tidak lengkap" not in subject_page(report(GROUP))
