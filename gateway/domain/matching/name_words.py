"""The words of Indonesian names that are not the name itself, and the spellings of one name."""

from collections import defaultdict
from typing import Final

from gateway.domain.matching.spelling import bunyi
from gateway.domain.matching.vocabulary import arti, bentuk, pasangan

GELAR_DEPAN: Final = bentuk("gelar-depan")
"""Titles, ranks and forms of address before a name, without dots."""

GELAR_BELAKANG: Final = bentuk("gelar-belakang")
"""Titles behind a name, known by a dot or a comma."""

GELAR_BELAKANG_JELAS: Final = bentuk("gelar-belakang-jelas")
"""Those that nobody bears as a name, known without dot or comma."""

NASAB: Final = arti("nasab")
NASAB_PANJANG: Final = (
    (" a/l ", " bin "), (" s/o ", " bin "), (" a/p ", " binti "), (" d/o ", " binti "),
    (" anak dari ", " bin "), (" putra dari ", " bin "), (" putri dari ", " binti "),
)  # fmt: skip
ALIAS: Final = bentuk("alias")
KETURUNAN: Final = arti("keturunan")


def _singkatan() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for full, short in pasangan("singkatan"):
        found[short].add(bunyi(full))
    return {short: frozenset(keys) for short, keys in found.items()}


def _kunci(kind: str) -> frozenset[str]:
    return frozenset(map(bunyi, bentuk(kind)))


SINGKATAN: Final = _singkatan()
"""Short form -> sound keys of what it stands for."""

INISIAL_TETAP: Final = frozenset("m")
"""Letters that stand for one name alone: `M.` is Muhammad, not Maria."""

SINGKATAN_GANDA: Final = {
    short: tuple(full.split()) for short, full in arti("singkatan-ganda").items()
}
"""Short forms of two words, known at the beginning of a name only."""

SEBUTAN: Final = _kunci("sebutan")
"""Parts that are often left out: articles, nobility, Muhammad."""

SANDANG: Final = frozenset(("i", "ni"))
"""Articles before Balinese names: they tell the sex and name nobody."""

UMUM: Final = SEBUTAN | _kunci("umum")
"""Parts that so many people share that they prove nothing alone."""

MARGA: Final = _kunci("marga")
"""Clan and family names that are often left out."""

SEJENIS: Final = {bunyi(form): bunyi(meant) for meant, form in pasangan("ejaan")}
"""Sound key of a spelling -> sound key of the name it belongs to."""
