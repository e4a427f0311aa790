"""A small table of areas, as an installation would load it."""

from gateway.domain.wilayah import tabel_bawaan

KECAMATAN = {
    "65.01.05": "Tanjung Selor",
    "65.01.05.1001": "Tanjung Selor Hilir",
    "65.01.06": "Tanjung Palas Tengah",
    "64.02.06": "Tenggarong",
}


class Areas:
    """The provinces and regencies of the house, and a few areas below them."""

    def __init__(self) -> None:
        self._names = {kode: area.nama for kode, area in tabel_bawaan().items()} | KECAMATAN

    def resolve(self, provinsi, kab_kota, kecamatan, desa) -> str | None:
        found = None
        for name in (provinsi, kab_kota, kecamatan, desa):
            below = self._below(found, name) if name else None
            if below is None:
                break
            found = below
        return found

    def name(self, kode: str) -> str | None:
        return self._names.get(kode)

    def _below(self, above, name) -> str | None:
        wanted = name.lower().removeprefix("kabupaten ").removeprefix("kota ")
        depth = 0 if above is None else above.count(".") + 1
        for kode, nama in self._names.items():
            plain = nama.lower().removeprefix("kabupaten ").removeprefix("kota ")
            if kode.count(".") == depth and kode.startswith(above or "") and plain == wanted:
                return kode
        return None
