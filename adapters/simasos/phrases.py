"""The words by which a complaint's subject is recognised; every list is separated by commas."""

from typing import Final


def _frasa(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


BANTUAN: Final = _frasa("""
    bantuan, bantuannya, bansos, sembako, beras, pkh, bpnt, blt, bst, kks, kis, kip, rutilahu,
    kursi roda, alat bantu, tongkat, permakanan, santunan
""")
TIDAK_SAMPAI: Final = _frasa("""
    tidak masuk, belum masuk, tidak ada masuk, tidak keluar, belum keluar, tidak cair, belum cair,
    tidak menerima, belum menerima, tidak pernah menerima, tidak lagi menerima,
    tidak diterima, belum diterima, tidak terima, belum terima, belum saya terima,
    tidak dapat, belum dapat, tidak pernah dapat, tidak lagi dapat,
    tidak mendapat, belum mendapat, tidak mendapatkan, belum mendapatkan,
    tidak disalurkan, belum disalurkan, terhenti, berhenti, dihentikan, terpotong, dicoret, hilang,
    saldo kosong, saldo nol
""")
JAMINAN: Final = _frasa("bpjs, jkn, kis, pbi, kartu indonesia sehat, jamkesda")
AKTIF: Final = _frasa("""
    aktif, aktifkan, aktifasi, aktivasi, mengaktifkan, diaktifkan, pengaktifan, reaktivasi,
    nonaktif, dinonaktifkan, diblokir, terblokir, mati, tidak berlaku,
    tidak bisa dipakai, tidak bisa digunakan
""")
MEMOHON: Final = _frasa("""
    mohon, memohon, bermohon, permohonan, minta, meminta, mengajukan, ajukan, pengajuan,
    mengusulkan, usulan, butuh, membutuhkan, perlu, memerlukan,
    ingin dapat, ingin mendapat, ingin mendapatkan, bagaimana cara, cara mendapat, cara mendapatkan,
    syarat, daftar, mendaftar, didaftarkan
""")
PENYANDANG: Final = _frasa("""
    ppks, pmks, terlantar, telantar, gelandangan, pengemis, odgj, disabilitas, difabel, lansia,
    lanjut usia, anak jalanan, yatim, pemulung, gangguan jiwa, korban bencana, tunawisma
""")
BELUM_TERDATA: Final = _frasa("""
    belum terdata, tidak terdata, belum didata, tidak didata, belum pernah didata,
    belum terdaftar, tidak terdaftar, tidak masuk data, belum masuk data,
    tidak masuk dtks, belum masuk dtks, mohon didata, minta didata, perlu didata,
    melaporkan, lapor ada, menemukan, ditemukan
""")

BENTUK_PENDEK: Final = {
    "tdk": "tidak",
    "gak": "tidak",
    "ga": "tidak",
    "nggak": "tidak",
    "tak": "tidak",
    "blm": "belum",
    "blum": "belum",
    "dpt": "dapat",
    "mhn": "mohon",
    "bntuan": "bantuan",
}
"""How people write in a hurry; replaced word by word before any phrase is looked for."""
