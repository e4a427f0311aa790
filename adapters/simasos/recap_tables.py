"""The office's recap sheet: how its columns may be headed, and how it writes the SOP steps."""

from enum import StrEnum
from typing import Final

from gateway.domain.complaint import StatusPengaduan
from gateway.domain.complaint_workflow import URUTAN
from gateway.kit.table import CodeTable


class Kolom(StrEnum):
    """What a column of the sheet means."""

    NO = "no"
    TANGGAL = "tanggal"
    JAM = "jam"
    NAMA = "nama"
    NOMOR = "nomor"
    NIK = "nik"
    ISI = "isi"
    KATEGORI = "kategori"
    LANGKAH = "langkah"
    DISPOSISI = "disposisi"
    TINDAK_LANJUT = "tindak_lanjut"
    KANAL = "kanal"
    KECAMATAN = "kecamatan"
    DESA = "desa"
    RAHASIA = "rahasia"
    ANONIM = "anonim"


WAJIB: Final = (Kolom.TANGGAL, Kolom.ISI)

JUDUL: Final = CodeTable(
    "judul-rekap-simasos",
    "1",
    {
        Kolom.NO: ("no", "nomor", "no urut", "nomor urut"),
        Kolom.TANGGAL: (
            "tanggal",
            "tgl",
            "hari tanggal",
            "tanggal pengaduan",
            "tgl pengaduan",
            "tanggal aduan",
            "tanggal masuk",
            "tanggal laporan",
            "waktu",
            "waktu pengaduan",
        ),
        Kolom.JAM: ("jam", "pukul"),
        Kolom.NAMA: ("nama", "nama pelapor", "pelapor", "nama pengadu", "pengadu"),
        Kolom.NOMOR: (
            "no hp",
            "nomor hp",
            "no wa",
            "nomor wa",
            "no whatsapp",
            "nomor whatsapp",
            "no telp",
            "no telepon",
            "nomor telepon",
            "telepon",
            "kontak",
            "no hp wa",
        ),
        Kolom.NIK: ("nik", "nik terlapor", "nik penerima", "nik warga"),
        Kolom.ISI: (
            "isi",
            "isi aduan",
            "isi pengaduan",
            "isi laporan",
            "aduan",
            "pengaduan",
            "uraian",
            "uraian aduan",
            "uraian pengaduan",
            "permasalahan",
            "keluhan",
            "pesan",
        ),
        Kolom.KATEGORI: (
            "kategori",
            "kategori aduan",
            "kategori pengaduan",
            "jenis aduan",
            "jenis pengaduan",
            "klasifikasi",
        ),
        Kolom.LANGKAH: (
            "langkah",
            "langkah sop",
            "tahap",
            "tahapan",
            "status",
            "langkah status",
            "status pengaduan",
            "status penanganan",
        ),
        Kolom.DISPOSISI: ("disposisi", "disposisi ke", "disposisi kepada", "bidang tujuan"),
        Kolom.TINDAK_LANJUT: (
            "tindak lanjut",
            "tindaklanjut",
            "hasil tindak lanjut",
            "balasan",
            "jawaban",
        ),
        Kolom.KANAL: ("kanal", "media", "saluran", "media pengaduan"),
        Kolom.KECAMATAN: ("kecamatan", "kec"),
        Kolom.DESA: ("desa", "kelurahan", "desa kelurahan", "desa kel", "kel desa"),
        Kolom.RAHASIA: ("rahasia",),
        Kolom.ANONIM: ("anonim",),
    },
)

_KATA: Final = {
    StatusPengaduan.DITERIMA: ("diterima", "terima", "masuk", "baru"),
    StatusPengaduan.DIVERIFIKASI: ("diverifikasi", "verifikasi"),
    StatusPengaduan.DIKONFIRMASI: ("dikonfirmasi", "konfirmasi", "direspon"),
    StatusPengaduan.DITERUSKAN: ("diteruskan", "teruskan"),
    StatusPengaduan.DIDISPOSISI: ("didisposisi", "disposisi", "didisposisikan"),
    StatusPengaduan.DITINDAKLANJUTI: ("ditindaklanjuti", "tindak lanjut", "tindaklanjut"),
    StatusPengaduan.DIBALAS: ("dibalas", "balasan"),
    StatusPengaduan.DISAMPAIKAN: ("disampaikan", "disampaikan ke pelapor"),
    StatusPengaduan.DIARSIPKAN: ("diarsipkan", "arsip", "selesai"),
}

LANGKAH: Final = CodeTable(
    "langkah-sop-1167",
    "2022",
    {
        status: (
            *_KATA[status],
            *(f"{word} {step}".strip() for word in ("", "langkah", "tahap", "step", "sop")),
        )
        for step, status in enumerate(URUTAN, start=1)
    },
)

YA_TIDAK: Final = CodeTable(
    "ya-tidak",
    "1",
    {True: ("ya", "y", "1", "true", "rahasia", "anonim"), False: ("tidak", "t", "0", "false")},
)
