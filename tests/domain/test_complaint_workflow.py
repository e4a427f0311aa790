"""The order of the complaint steps."""

from datetime import UTC, datetime
from itertools import pairwise, product

import pytest

from gateway.domain.complaint import Pengaduan, StatusPengaduan
from gateway.domain.complaint_workflow import (
    URUTAN,
    LangkahDitolak,
    ambil_langkah,
    langkah_berikut,
    langkah_ke,
    periksa_langkah,
)

PADA = datetime(2024, 3, 4, 1, 12, tzinfo=UTC)
ALLOWED = set(pairwise(StatusPengaduan))


def _pengaduan() -> Pengaduan:
    return Pengaduan(
        sistem="simasos", id_sumber="x", kanal="whatsapp", diterima_pada=PADA, isi="CONTOH"
    )


def test_s33_a_complaint_goes_through_all_nine_steps_in_order():
    aduan = _pengaduan()
    for status in URUTAN[1:]:
        aduan = ambil_langkah(aduan, status, pada=PADA, oleh="admin", catatan="CONTOH")
    assert aduan.status is StatusPengaduan.DIARSIPKAN
    assert [langkah.status for langkah in aduan.langkah] == list(URUTAN[1:])
    assert aduan.langkah[0].oleh == "admin"
    assert aduan.isi == "CONTOH"


@pytest.mark.parametrize(
    ("dari", "ke"), [pair for pair in product(StatusPengaduan, repeat=2) if pair not in ALLOWED]
)
def test_s33_a_skipped_repeated_or_backward_step_is_refused(dari, ke):
    with pytest.raises(LangkahDitolak) as refused:
        periksa_langkah(dari, ke)
    assert refused.value.status == 409
    assert refused.value.code == "complaint_step_out_of_order"


def test_a_refused_step_leaves_the_complaint_as_it_was():
    aduan = _pengaduan()
    with pytest.raises(LangkahDitolak):
        ambil_langkah(aduan, StatusPengaduan.DIDISPOSISI, pada=PADA)
    assert aduan.status is StatusPengaduan.DITERIMA
    assert aduan.langkah == ()


def test_steps_are_numbered_from_one_to_nine():
    assert langkah_ke(1) is StatusPengaduan.DITERIMA
    assert langkah_ke(5) is StatusPengaduan.DIDISPOSISI
    assert langkah_ke(9) is StatusPengaduan.DIARSIPKAN
    assert langkah_ke(0) is None
    assert langkah_ke(10) is None


def test_nothing_follows_the_archive():
    assert langkah_berikut(StatusPengaduan.DISAMPAIKAN) is StatusPengaduan.DIARSIPKAN
    assert langkah_berikut(StatusPengaduan.DIARSIPKAN) is None
