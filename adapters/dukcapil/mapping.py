"""The mapping between Dukcapil's wire and the house, and the ops of the golden cases."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from adapters.dukcapil.answer import Message, read_answer, rules_of
from adapters.dukcapil.config import Config
from adapters.dukcapil.feedback import json_body, multipart_body
from adapters.dukcapil.reply import to_lookup, to_verification
from adapters.dukcapil.request import Requests, VerifyCall
from adapters.dukcapil.resident import read_resident
from adapters.dukcapil.verdict import read_verdict, read_verdicts
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import FeedbackItem, LookupAnswer, VerifyAnswer
from gateway.kit.secret import Secret
from gateway.kit.transport import Answer, Call

__all__ = [
    "GOLDEN",
    "read_resident",
    "read_verdict",
    "read_verdicts",
    "to_lookup",
    "to_verification",
]

Settings = Mapping[str, str]

_CASE_SETTINGS: Final = frozenset({"nik", "elements", "caller_ip"})
"""Settings of a case that say what was asked; all others are settings of the deployment."""
_CASE_CONFIG: Final = Config(
    who="CONTOH_DINSOS", user_id="contoh", password=Secret("contoh"), ip_value="10.0.0.10"
)


def _config(settings: Settings) -> Config:
    """The deployment of a case; lists and tables are JSON text."""
    told = {
        name: msgspec.json.decode(text) if text[:1] in ("[", "{") else text
        for name, text in settings.items()
        if name not in _CASE_SETTINGS
    }
    given = msgspec.convert(told, Config, strict=False, dec_hook=_decode_secret)
    changes = {name: getattr(given, name) for name in told}
    return msgspec.structs.replace(_CASE_CONFIG, **changes)


def _decode_secret(kind: type, value: Any) -> Any:
    return kind(value)


def _message(wire: bytes, settings: Settings) -> Message:
    answer = Answer(status=200, headers={}, body=wire)
    return read_answer(answer, rules_of(_config(settings)))


def _resident(wire: bytes, settings: Settings) -> LookupAnswer:
    return to_lookup(_message(wire, settings), settings["nik"], _config(settings))


def _verify(wire: bytes, settings: Settings) -> VerifyAnswer:
    sent = frozenset(settings["elements"].split(","))
    asked = VerifyCall(call=Call(operation="verify", path="/"), sent=sent, told=())
    return to_verification(_message(wire, settings), asked, _config(settings))


def _outcome(wire: bytes, settings: Settings) -> dict[str, object]:
    """The outcome and the quota of a lookup's answer, whether it is returned or raised."""
    try:
        message = _message(wire, settings)
    except UpstreamFailure as failure:
        return {"outcome": failure.outcome, "kuota_sisa": None}
    return {"outcome": message.outcome, "kuota_sisa": message.quota}


def _request(call: Call) -> dict[str, object]:
    return {"path": call.path, "query": dict(call.query), "body": call.body.decode()}


def _request_lookup(wire: bytes, settings: Settings) -> dict[str, object]:
    nik = str(msgspec.json.decode(wire, type=Penduduk).nik)
    return _request(Requests(_config(settings)).lookup(nik, settings.get("caller_ip")))


def _request_verify(wire: bytes, settings: Settings) -> dict[str, object]:
    penduduk = msgspec.json.decode(wire, type=Penduduk)
    asked = Requests(_config(settings)).verify(penduduk, settings.get("caller_ip"))
    return _request(asked.call)


def _databalikan_a(wire: bytes, settings: Settings) -> dict[str, str]:
    item = msgspec.json.decode(wire, type=FeedbackItem)
    content_type, body = multipart_body(_config(settings), item)
    return {"content_type": content_type, "body": body.decode()}


def _databalikan_b(wire: bytes, settings: Settings) -> dict[str, str]:
    items = msgspec.json.decode(wire, type=list[FeedbackItem])
    content_type, body = json_body(_config(settings), items)
    return {"content_type": content_type, "body": body.decode()}


GOLDEN: Final[Mapping[str, Callable[[bytes, Settings], object]]] = {
    "resident": _resident,
    "verify": _verify,
    "outcome": _outcome,
    "request_lookup": _request_lookup,
    "request_verify": _request_verify,
    "databalikan_a": _databalikan_a,
    "databalikan_b": _databalikan_b,
}
