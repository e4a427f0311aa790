"""The simulated service behind its HTTP front: checks a call in order and writes the page."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from adapters.dukcapil.codes import CODE_TEXTS
from adapters.dukcapil.config import Config
from adapters.dukcapil.request import LOOKUP_KEYS
from adapters.dukcapil.schema import PHOTO_FIELD, VERIFY_ELEMENTS
from adapters.dukcapil.sim_control import State
from adapters.dukcapil.sim_people import STATUS_CODES, as_text, judge, wire_row
from gateway.domain.nik import is_sixteen_digits
from gateway.domain.person import Penduduk

Told = Mapping[str, object]
"""What a call told, under the names NIK, USER_ID, PASSWORD, IP, THRESHOLD and those of elements."""
Row = dict[str, Any]

_OLD_TEXTS: Final = {
    "03": "Login Gagal",
    "04": "IP Address Tidak Sesuai",
    "05": "Kuota Akses Hari ini telah Habis",
    # No text is known for these in the old style, which seems to know fewer kinds of answers.
    "06": "Di Luar Jam Akses",
    "08": "Data Tidak Ditemukan",
    "11": "Data Tidak Ditemukan",
    "13": "Data Tidak Ditemukan",
    "14": "Data Tidak Ditemukan",
    "15": "Data Tidak Ditemukan",
}
_DUPLICATE: Final = "12"
_CREDENTIALS: Final = ("USER_ID", "PASSWORD")
_PHOTO: Final = "/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="


class Service:
    """Answers lookups and verifications about the people it was given."""

    def __init__(self, config: Config, state: State, people: tuple[Penduduk, ...]) -> None:
        self._config = config
        self._state = state
        self._people = {person.nik: person for person in people if isinstance(person.nik, str)}
        self._spelled = _spellings(config)

    def read(self, body: Mapping[str, object]) -> Told:
        """A request's members under the names used here; the case of the usual ones is free."""
        return {
            self._spelled.get(name, self._spelled.get(name.upper(), name.upper())): value
            for name, value in body.items()
        }

    def lookup(self, told: Told | None) -> bytes:
        """The page for a full-record call; None stands for a body that could not be read."""
        return self._page(self._answer(told, self._record))

    def verify(self, told: Told | None) -> bytes:
        """The page for a verification."""
        return self._page(self._answer(told, self._verdicts))

    def _answer(self, told: Told | None, data: Callable[[Row, Told], Row | None]) -> list[Row]:
        control = self._state.control
        if control.force_text:
            return self._told([{control.text_field: control.force_text}])
        if code := control.force_code or self._refusal(told):
            return self._told([self._message(code)])
        assert told is not None
        self._state.count()
        return self._told(self._about(told, data))

    def _refusal(self, told: Told | None) -> str:
        """The code of the first check that fails, or an empty text."""
        state, config = self._state, self._config
        if told is None:
            return "07"
        asks_ip = config.ip_source != "none"
        needed = (*_CREDENTIALS, "IP") if asks_ip else _CREDENTIALS
        login = [told.get(name) for name in _CREDENTIALS]
        strange_ip = config.ip_source == "fixed" and told.get("IP") != config.ip_value
        checks = (
            ("09", not all(told.get(name) for name in needed)),
            ("16", not state.control.institution_active),
            ("17", not state.control.user_active),
            ("03", login != [config.user_id, config.password.reveal()]),
            ("04", strange_ip),
            ("06", not state.is_open()),
            ("05", state.quota_left() == 0),
        )
        return next((code for code, failed in checks if failed), "")

    def _about(self, told: Told, data: Callable[[Row, Told], Row | None]) -> list[Row]:
        nik = str(told.get("NIK", ""))
        if not nik:
            return [self._message("07")]
        if not is_sixteen_digits(nik):
            return [self._message("15")]
        person = self._people.get(nik)
        if person is None:
            return [self._message("13")]
        row = data(wire_row(person), told)
        if row is None:
            return [self._message("07")]
        return self._with_status(row, STATUS_CODES.get(person.status_penduduk))

    def _with_status(self, row: Row, code: str | None) -> list[Row]:
        control = self._state.control
        if code is None:
            success = self._message(control.success_code) if control.success_code else {}
            return [{**success, **row}]
        if code == _DUPLICATE and control.style == "texts":
            return [row]
        merged = code == _DUPLICATE or control.merge_fields
        return [{**self._message(code), **(row if merged else {})}]

    def _record(self, row: Row, _told: Told) -> Row:
        granted = self._config.lookup_elements
        kept = {
            name: value
            for name, value in row.items()
            if not granted or name == "NIK" or name in granted
        }
        if self._state.control.photo:
            kept[PHOTO_FIELD] = _PHOTO
        return as_text(kept) if self._state.control.numbers == "text" else kept

    def _verdicts(self, row: Row, told: Told) -> Row | None:
        threshold = str(told.get("THRESHOLD", ""))
        if not (threshold.isascii() and threshold.isdigit() and len(threshold) <= 3):
            return None
        judged = {
            name: judge(name, told[name], row[name], int(threshold))
            for name in VERIFY_ELEMENTS
            if name in told
        }
        return {**dict.fromkeys(self._state.control.echo, "Tidak Sesuai"), **judged}

    def _message(self, code: str) -> Row:
        control = self._state.control
        if control.style == "texts":
            text = _OLD_TEXTS.get(code) or CODE_TEXTS.get(code) or f"Kode {code}"
            return {control.text_field: text}
        text = CODE_TEXTS.get(code, "")
        return {"RESPONSE_CODE": code, **({control.text_field: text} if text else {})}

    def _told(self, rows: list[Row]) -> list[Row]:
        return [{}, *rows] if self._state.control.message_second else rows

    def _page(self, rows: list[Row]) -> bytes:
        control = self._state.control
        rows = [] if control.content == "empty" else rows
        page: Row = {
            "content": rows[-1] if control.content == "object" and rows else rows,
            "lastPage": True,
            "numberOfElements": len(rows),
            "sort": None,
            "totalElements": len(rows),
            "firstPage": True,
            "number": 0,
            "size": 1,
        }
        left = self._state.quota_left()
        if left is not None and control.quota_limiter != "absent" and control.style == "codes":
            page["quotaLimiter"] = left if control.quota_limiter == "number" else str(left)
        return msgspec.json.encode(page)


def _spellings(config: Config) -> dict[str, str]:
    """The deployment's names of request members -> the names used here."""
    return {
        **{theirs: ours for ours, theirs in LOOKUP_KEYS.items()},
        **{theirs: ours for ours, theirs in config.lookup_keys.items()},
        **{theirs: ours for ours, theirs in config.verify_keys.items()},
        config.ip_field: "IP",
        config.threshold_field: "THRESHOLD",
    }
