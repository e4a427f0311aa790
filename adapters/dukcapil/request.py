"""Writes the requests exactly as a deployment wants them: path, key spelling, order and types."""

import base64
from typing import Any, Final
from urllib.parse import quote

import msgspec

from adapters.dukcapil.config import Config
from adapters.dukcapil.elements import told_attributes, told_elements
from adapters.dukcapil.schema import VERIFY_ELEMENTS
from gateway.domain.nik import is_sixteen_digits
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.kit.struct import Quiet
from gateway.kit.transport import Call

LOOKUP: Final = "lookup"
VERIFY: Final = "verify"

LOOKUP_KEYS: Final = {"NIK": "nik", "USER_ID": "user_id", "PASSWORD": "password"}
"""The usual spelling in a lookup; a verification writes the names as they are."""

_PLACEHOLDERS: Final = ("who", "unit")


class VerifyCall(Quiet, frozen=True, kw_only=True):
    """A verification on its way: the call, the elements it sends, the attributes it was told."""

    call: Call
    sent: frozenset[str]
    told: tuple[str, ...]


class Requests:
    """Writes the calls of one deployment. Raises ValueError where its settings cannot work."""

    def __init__(self, config: Config) -> None:
        _require_settings(config)
        self._config = config
        self.lookup_path = call_path(config, config.lookup_method)
        self.verify_path = call_path(config, config.verify_method)
        self._lookup_keys = {**LOOKUP_KEYS, **config.lookup_keys}
        self._headers = _headers(config)

    def lookup(self, nik: str, caller_ip: str | None) -> Call:
        """The full-record call of one NIK. Raises UpstreamFailure before anything is sent."""
        keys = self._lookup_keys
        body: dict[str, Any] = {
            keys["NIK"]: _checked_nik(nik),
            keys["USER_ID"]: self._config.user_id,
            keys["PASSWORD"]: self._config.password.reveal(),
            **self._ip(caller_ip),
        }
        if self._config.lookup_variant == "query":
            return Call(operation=LOOKUP, path=self.lookup_path, query=body, headers=self._headers)
        return self._call(LOOKUP, self.lookup_path, body)

    def verify(self, penduduk: Penduduk, caller_ip: str | None) -> VerifyCall:
        """The comparison of every granted element that was told. Raises UpstreamFailure."""
        _checked_nik(penduduk.nik)
        granted = self._config.verify_elements
        elements = {
            name: text
            for name, text in told_elements(penduduk, self._config).items()
            if not granted or name == "NIK" or name in granted
        }
        spelled = self._config.verify_keys
        body: dict[str, Any] = {
            spelled.get("USER_ID", "USER_ID"): self._config.user_id,
            spelled.get("PASSWORD", "PASSWORD"): self._config.password.reveal(),
            **self._ip(caller_ip),
            self._config.threshold_field: self._threshold(),
            **{spelled.get(name, name): text for name, text in elements.items()},
        }
        return VerifyCall(
            call=self._call(VERIFY, self.verify_path, body),
            sent=frozenset(elements),
            told=told_attributes(penduduk),
        )

    def _call(self, operation: str, path: str, body: dict[str, Any]) -> Call:
        # Never retry_safe: a repeat may be billed and counts against the daily quota.
        return Call(
            operation=operation, path=path, headers=self._headers, body=msgspec.json.encode(body)
        )

    def _threshold(self) -> str | int:
        value = self._config.threshold
        return str(value) if self._config.threshold_type == "text" else value

    def _ip(self, caller_ip: str | None) -> dict[str, str]:
        source = self._config.ip_source
        if source == "none":
            return {}
        address = (caller_ip if source == "caller" else None) or self._config.ip_value
        if not address:
            # The service would answer "IP empty", which looks like refused credentials.
            raise UpstreamFailure(
                Outcome.BAD_REQUEST, hint="no address for the IP field", sent=False
            )
        return {self._config.ip_field: address}


def call_path(config: Config, method: str) -> str:
    """The path of one method. Raises ValueError for a template that cannot be filled."""
    values = {"who": config.who, "unit": config.unit, "method": method}
    missing = [name for name in _PLACEHOLDERS if f"{{{name}}}" in config.path and not values[name]]
    if missing:
        raise ValueError(f"path needs {' and '.join(missing)}")
    path = config.path
    for name, text in values.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    if "{" in path or "}" in path:
        raise ValueError("path: only {who}, {unit} and {method} can be filled in")
    return path


def _require_settings(config: Config) -> None:
    """Raise ValueError that names every setting without which no call can succeed."""
    strange = sorted(set(config.verify_elements) - VERIFY_ELEMENTS.keys())
    rules = (
        ("user_id: needed", not config.user_id),
        ("password: needed", not config.password),
        (
            "ip_value: needed for a fixed IP field",
            config.ip_source == "fixed" and not config.ip_value,
        ),
        (
            "verify_method: must differ from lookup_method",
            config.lookup_method == config.verify_method,
        ),
        (f"verify_elements: unknown {', '.join(strange)}", bool(strange)),
    )
    if problems := [text for text, broken in rules if broken]:
        raise ValueError("; ".join(problems))


def _checked_nik(nik: object) -> str:
    if isinstance(nik, str) and is_sixteen_digits(nik):
        return nik
    # Asking would spend quota on a question that cannot be answered.
    raise UpstreamFailure(Outcome.BAD_REQUEST, hint="a NIK has exactly 16 digits", sent=False)


def _headers(config: Config) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if config.basic_header:
        pair = f"{config.user_id}:{config.password.reveal()}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if config.api_key:
        headers[config.api_key_header.lower()] = config.api_key.reveal()
    return headers
