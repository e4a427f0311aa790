"""Says what is wrong with a field in both languages, and never repeats a value that was sent."""

import re
from typing import Final

from gateway.domain.errors import FieldError

_PATH: Final = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`")
# What the decoder says -> what we say. Kept are parts of our own schema, and names of letters.
_WORDS: Final = (
    (
        re.compile(r"Object contains unknown field `([a-z_]{1,40})`"),
        "tak mengenal `{0}` / does not know `{0}`",
    ),
    (re.compile(r"Object contains unknown field"), "ada isian tak dikenal / holds unknown fields"),
    (re.compile(r"Expected .+ '\^\[0-9\]\{16\}"), "harus 16 angka / must have exactly 16 digits"),
    (
        re.compile(r"Expected .+ '\^\[1-9\]\[0-9\]\(\\+\.\[0-9\]\{2\}\)\?"),
        "harus provinsi atau kabupaten seperti 64.02 / must be a province or regency like 64.02",
    ),
    (
        re.compile(r"Expected .+ '\^\[1-9\]\[0-9\]\("),
        "harus kode wilayah seperti 64.02.06 / must be an area code like 64.02.06",
    ),
    (
        re.compile(r"Expected .+ '\^\[a-z0-9:._-\]\+\("),
        "hanya huruf kecil, angka dan : . _ - / only lower-case letters, digits and : . _ -",
    ),
    (
        re.compile(r"Expected .+ '\^\[A-Za-z0-9\]\[A-Za-z0-9._/-\]\{0,127\}"),
        "1 sampai 128 huruf, angka, ._/- mulai huruf/angka / 1 to 128 letters, digits, ._/-",
    ),
    (
        re.compile(r"Expected .+ '\^\[A-Za-z0-9._-\]\+"),
        "hanya huruf, angka dan . _ - / only letters, digits and . _ -",
    ),
    (
        re.compile(r"Expected .+ '\^\[\^"),
        "wajib berisi, tanpa U+0000 dan baris baru / must hold something, no U+0000, no line break",
    ),
    (
        re.compile(r"Expected `str` matching"),
        "bentuknya salah, lihat /docs / is not of the right form, see /docs",
    ),
    (re.compile(r"Expected (.+), got (`\w+`)"), "harus {0}, bukan {1} / must be {0}, not {1}"),
    (re.compile(r"Expected `int` (.+)"), "harus {0} / must be {0}"),
    (re.compile(r"Expected `str` of length (.+)"), "panjangnya {0} / its length must be {0}"),
    (re.compile(r"Expected `array` of length (.+)"), "banyaknya {0} / must hold {0}"),
    (re.compile(r"(?:Integer value|Number) out of range"), "terlalu besar / is too large"),
    # So the framework says that there is no body.
    (re.compile(r"'data'"), "wajib ada / is required"),
    (re.compile(r"Expected `datetime` with"), "zona waktu wajib ada / needs a time zone"),
    (
        re.compile(r"Invalid enum value"),
        "bukan nilai yang dikenal, lihat /docs / not a known value, see /docs",
    ),
    (
        re.compile(r"Invalid RFC3339 encoded datetime"),
        (
            "harus waktu RFC 3339 seperti 2026-11-21T00:00:00Z; tanda + di URL ditulis %2B / "
            "must be a time of RFC 3339 like 2026-11-21T00:00:00Z; in a URL a + is written %2B"
        ),
    ),
    (
        re.compile(r"Invalid RFC3339 encoded date"),
        "harus tanggal seperti 2026-11-21 / must be a date like 2026-11-21",
    ),
)

# The decoder speaks of Python's types, the caller writes JSON.
_TYPES: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_TYPE: Final = re.compile(rf"\b(?:{'|'.join(_TYPES)})\b")


def field_error(message: str, field: str = "body") -> FieldError:
    """What the decoder complains of; `field` is where, unless the message knows better."""
    told = _PATH.search(message)
    if told is not None:
        message = message[: told.start()]
        field = told["path"] or field
    if (missing := _MISSING.match(message)) is not None:
        name = missing[1] if field == "body" else f"{field}.{missing[1]}"
        return FieldError(name, "wajib ada / is required")
    return FieldError(field, _in_our_words(message))


def _in_our_words(message: str) -> str:
    for pattern, words in _WORDS:
        if (found := pattern.match(message)) is not None:
            told = (_TYPE.sub(lambda name: _TYPES[name[0]], part) for part in found.groups())
            return words.format(*told)
    return "isian tidak benar / not valid"
