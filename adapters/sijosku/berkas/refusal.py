"""The words with which a file is refused."""

from gateway.domain.importing import FileRefused, KodeMasalah, Masalah


def refused(
    kode: KodeMasalah, pesan: str, *, baris: int | None = None, kolom: str | None = None
) -> FileRefused:
    """The exception to raise; `pesan` is for the operator and quotes nothing from the file."""
    return FileRefused(Masalah(kode=kode, pesan=pesan, baris=baris, kolom=kolom))
