"""Names: which words carry the verdict, and what is said about it."""

import pytest

from gateway.domain.matching.names import BATAS, banding_nama, bergelar
from gateway.domain.matching.reasons import KodeAlasan as K

SAME, NEAR = 85, 70

REASONS = {
    ("Soeharto Contoh", "SUHARTO CONTOH"): {K.EJAAN_LAMA},
    ("Taufiq Contoh", "TAUFIK CONTOH"): {K.EJAAN_BERBEDA},
    ("Muh. Contoh", "MUHAMMAD CONTOH"): {K.SINGKATAN},
    ("Contoh Budi S.", "CONTOH BUDI SETIA"): {K.INISIAL},
    ("Nur Contoh Aini", "NURCONTOH AINI"): {K.SPASI_BERBEDA},
    ("Budi Contoh", "CONTOH BUDI"): {K.URUTAN_BERBEDA},
    ("Contoh Kurniawna", "CONTOH KURNIAWAN"): {K.SALAH_KETIK},
    ("Contoh Budiman", "MUHAMMAD CONTOH BUDIMAN"): {K.SEBUTAN_HILANG},
    ("Contoh Hotman", "CONTOH HOTMAN SITOMPUL"): {K.MARGA_HILANG},
    ("Contoh alias Paijo", "PAIJO"): {K.NAMA_ALIAS},
    ("Contoh Budiman bin Karta", "CONTOH BUDIMAN"): {K.NASAB_DIABAIKAN},
    ("Contoh Budi Wijaya", "CONTOH BUDI"): {K.BAGIAN_HILANG},
    ("Contoh Budi", "CONTOH TONO"): {K.BAGIAN_HILANG, K.BAGIAN_BERBEDA},
    ("Contoh Budi Jr", "CONTOH BUDI"): {K.KETURUNAN_BERBEDA},
    ("Drs. Contoh Budi, M.Si", "CONTOH BUDI"): set(),
}


@pytest.mark.parametrize(("told", "known"), REASONS)
def test_every_difference_has_its_reason(told, known):
    assert banding_nama(told, known).alasan == REASONS[told, known]


@pytest.mark.parametrize(
    ("told", "known", "least", "most"),
    [
        ("M. Ali", "MARIA ALI", 0, NEAR),
        ("N. Hidayah", "NINA HIDAYAH", NEAR, SAME),
        ("Andi Contoh Santoso", "MUHAMMAD CONTOH SANTOSO", 0, NEAR),
        ("Harun Idris", "IDRIS BIN HARUN", 0, SAME),
        ("Ali bin Contoh", "ALI BINTI CONTOH", 0, NEAR),
        ("I Made Contoh", "NI MADE CONTOH", 0, NEAR),
        ("Fuji Contoh", "PUJI CONTOH", NEAR, SAME),
        ("Desy Contoh", "DESI CONTOH", SAME, 101),
        ("Joko Contoh", "YOKO CONTOH", 0, NEAR),
        ("Djojo Contoh", "JOYO CONTOH", SAME, 101),
        ("M.A. Contoh Rahman", "MUHAMMAD AHMAD CONTOH RAHMAN", SAME, 101),
        ("S.E. Contoh", "CONTOH", 0, SAME),
        ("Haji", "HAJI", 100, 101),
        ("Prof. Dr.", "PROF DR", 99, 101),
    ],
)
def test_where_a_pair_of_names_lands(told, known, least, most):
    for one, other in ((told, known), (known, told)):
        assert least <= banding_nama(one, other).skor < most


@pytest.mark.parametrize("told", ["Drs. Contoh", "Contoh, S.Pd", "Contoh S. Pd", "Alm. Contoh"])
def test_titles_are_noticed(told):
    assert bergelar(told)


@pytest.mark.parametrize("told", ["Contoh", "H.", "Prasetyo Sepd", "", "\u738b", "S. Contoh"])
def test_what_is_no_title_is_not_taken_for_one(told):
    assert not bergelar(told)


def test_a_word_that_everybody_bears_proves_nothing():
    for word in ("Sri", "Siti", "Nur", "Dewi", "Muhammad", "Ahmad", "Abdul"):
        assert banding_nama(word, f"{word} Contohwati").skor <= BATAS["hanya kata umum yang sama"]
