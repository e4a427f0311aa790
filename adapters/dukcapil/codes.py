"""What the service's answer codes and answer texts mean, in both of its error styles."""

from collections.abc import Mapping
from typing import Final

import msgspec

from gateway.domain.outcome import Outcome
from gateway.kit.table import CodeTable

CODES: Final[dict[str, Outcome]] = {
    "00": Outcome.FOUND,
    "01": Outcome.FOUND,
    "03": Outcome.CONFIG,
    "04": Outcome.CONFIG,
    "05": Outcome.QUOTA,
    "06": Outcome.OUT_OF_HOURS,
    "07": Outcome.BAD_REQUEST,
    "08": Outcome.NOT_PROCESSABLE,
    "09": Outcome.CONFIG,
    "10": Outcome.CONFIG,
    "11": Outcome.DECEASED,
    "12": Outcome.FOUND_DUPLICATE,
    "13": Outcome.NOT_FOUND,
    "14": Outcome.INACTIVE,
    "15": Outcome.BAD_FORMAT,
    "16": Outcome.CONFIG,
    "17": Outcome.CONFIG,
}
"""RESPONSE_CODE, two digits. 02 stands in no known table and is left unknown on purpose."""

CODE_TEXTS: Final[dict[str, str]] = {
    "03": "Login Gagal",
    "04": "IP Tidak Sesuai",
    "05": "Kuota Akses Hari Ini Telah Habis",
    "07": "Parameter Tidak Lengkap / Tidak Valid",
    "09": "User, password dan IP tidak boleh kosong",
    "11": "Data Ditemukan, Meninggal Dunia",
    "12": "Data Ditemukan, Data Ganda",
    "13": "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
    "14": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
    "15": "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil",
    "16": "Instansi Tidak Aktif",
    "17": "User ID Tidak Aktif",
}
"""Texts that are known to come with a code."""

OLD_TEXTS: Final[dict[str, Outcome]] = {
    "Data Tidak Ditemukan": Outcome.NOT_FOUND,
    "Login Gagal": Outcome.CONFIG,
    "IP Address Tidak Sesuai": Outcome.CONFIG,
    "IP Client Tidak Terdaftar": Outcome.CONFIG,
    "Kuota Akses Hari ini telah Habis": Outcome.QUOTA,
    "Meninggal Dunia": Outcome.DECEASED,
}
"""Texts that come without a code."""


def _texts_by_outcome() -> Mapping[Outcome, list[str]]:
    texts: dict[Outcome, list[str]] = {}
    for text, outcome in OLD_TEXTS.items():
        texts.setdefault(outcome, []).append(text)
    for code, text in CODE_TEXTS.items():
        texts.setdefault(CODES[code], []).append(text)
    return texts


TEXTS: Final = CodeTable("dukcapil-respon", "1", _texts_by_outcome())
"""Both styles' texts; read without case, runs of spaces and punctuation."""


class AnswerCodes(msgspec.Struct, frozen=True):
    """The built-in tables and what a deployment adds to them."""

    codes: Mapping[str, Outcome]
    more_texts: CodeTable[Outcome]

    def of_code(self, code: str) -> Outcome:
        """The outcome of a two-digit code; an unknown one is never a success."""
        return self.codes.get(code, Outcome.UNKNOWN_UPSTREAM)

    def of_text(self, text: str) -> Outcome:
        """The outcome of an answer text; an unknown one is never a success."""
        return self.more_texts.get(text) or TEXTS.get(text) or Outcome.UNKNOWN_UPSTREAM


def answer_codes(codes: Mapping[str, str], texts: Mapping[str, str]) -> AnswerCodes:
    """The tables with a deployment's additions. Raises ValueError for an outcome that is none."""
    return AnswerCodes(
        {**CODES, **{code.zfill(2): _outcome("codes", name) for code, name in codes.items()}},
        _additions(texts),
    )


def _additions(texts: Mapping[str, str]) -> CodeTable[Outcome]:
    by_outcome: dict[Outcome, list[str]] = {}
    for text, name in texts.items():
        by_outcome.setdefault(_outcome("texts", name), []).append(text)
    return CodeTable("dukcapil-respon-tambahan", "config", by_outcome)


def _outcome(setting: str, name: str) -> Outcome:
    if name not in set(Outcome):
        raise ValueError(f"{setting}: outcomes are {', '.join(Outcome)}")
    return Outcome(name)
