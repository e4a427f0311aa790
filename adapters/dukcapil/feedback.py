"""Sends data balikan: what use was made of a person's data, owed back to Dukcapil."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from adapters.dukcapil.config import Config
from adapters.dukcapil.exchange import Exchange
from adapters.dukcapil.schema import Balikan, Lembaga
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.systems import FeedbackItem, FeedbackOutcome
from gateway.kit.table import CodeTable
from gateway.kit.transport import Answer, Call

FEEDBACK: Final = "feedback"
_IN_ONE_ARRAY: Final = 100

_DONE_TEXTS: Final = ("Success",)
_REPEAT_TEXTS: Final = ("Data sudah pernah dikirim",)
_STATUS_OUTCOMES: Final[Mapping[int, Outcome]] = {
    400: Outcome.BAD_REQUEST,
    401: Outcome.CONFIG,
    403: Outcome.CONFIG,
}


class _Told(msgspec.Struct, frozen=True):
    message: str


class DataBalikan:
    """Implements `Feedback`: form (a) makes one call per person, form (b) one call for all."""

    def __init__(self, config: Config, exchange: Exchange) -> None:
        self._config = config
        self._exchange = exchange
        self._texts = feedback_texts(config)

    @property
    def at_once(self) -> int:
        """Persons that one call takes."""
        return 1 if self._config.feedback_form == "a" else _IN_ONE_ARRAY

    async def send(self, items: Sequence[FeedbackItem]) -> FeedbackOutcome:
        """Send the items. Raises UpstreamFailure; sending all of them again does no harm then."""
        if self._config.feedback_form == "a":
            return await self._one_by_one(items)
        outcome = await self._send(items)
        if outcome is FeedbackOutcome.ALREADY_DONE and len(items) > 1:
            # "Sent before" about a batch does not say that all of it was: ask for each.
            return await self._one_by_one(items)
        return outcome

    async def _one_by_one(self, items: Sequence[FeedbackItem]) -> FeedbackOutcome:
        outcomes = {await self._send((item,)) for item in items}
        if outcomes == {FeedbackOutcome.ALREADY_DONE}:
            return FeedbackOutcome.ALREADY_DONE
        return FeedbackOutcome.DONE

    async def _send(self, items: Sequence[FeedbackItem]) -> FeedbackOutcome:
        if not items:
            return FeedbackOutcome.DONE
        return await self._exchange.ask(
            feedback_call(self._config, items), lambda answer: read_feedback(answer, self._texts)
        )


def feedback_texts(config: Config) -> CodeTable[FeedbackOutcome]:
    """The texts of a deployment's answers. Raises ValueError where one stands for both."""
    return CodeTable(
        "dukcapil-databalikan",
        "1",
        {
            FeedbackOutcome.DONE: (*_DONE_TEXTS, *config.feedback_done_texts),
            FeedbackOutcome.ALREADY_DONE: (*_REPEAT_TEXTS, *config.feedback_repeat_texts),
        },
    )


def feedback_call(config: Config, items: Sequence[FeedbackItem]) -> Call:
    """The call in the deployment's body form; form (a) carries the first item only."""
    content_type, body = (
        multipart_body(config, items[0])
        if config.feedback_form == "a"
        else json_body(config, items)
    )
    return Call(
        operation=FEEDBACK,
        path=config.feedback_path,
        headers={
            "authorization": f"Bearer {config.feedback_token.reveal()}",
            "accept": "application/json",
            "content-type": content_type,
        },
        body=body,
        # A repeat is answered with "sent before", which counts as done.
        retry_safe=True,
    )


def multipart_body(config: Config, item: FeedbackItem) -> tuple[str, bytes]:
    """Form (a): content type and multipart body; `param` is JSON inside a text field."""
    parts = {
        "nik": item.nik,
        "id_lembaga": config.id_lembaga,
        "nama_lembaga": config.nama_lembaga,
        "param": msgspec.json.encode(item.param).decode(),
    }
    # A digest of the content cannot occur in the content, and the same item gives the same bytes.
    boundary = hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
    fields = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    body = "".join(fields) + f"--{boundary}--\r\n"
    return f"multipart/form-data; boundary={boundary}", body.encode()


def json_body(config: Config, items: Sequence[FeedbackItem]) -> tuple[str, bytes]:
    """Form (b): content type and JSON array with one institution and all its persons."""
    lembaga = Lembaga(
        id_lembaga=config.id_lembaga,
        nama_lembaga=config.nama_lembaga,
        data=[Balikan(nik=item.nik, param=list(item.param)) for item in items],
    )
    return "application/json", msgspec.json.encode([lembaga])


def read_feedback(answer: Answer, texts: CodeTable[FeedbackOutcome]) -> FeedbackOutcome:
    """Stored, or stored before. Raises UpstreamFailure for every other answer."""
    told = _message(answer.body) if answer.status in (200, 400) else None
    outcome = None if told is None else texts.get(told)
    stored_now = outcome is FeedbackOutcome.DONE and answer.status == 200
    if outcome is not None and (stored_now or outcome is FeedbackOutcome.ALREADY_DONE):
        return outcome
    if answer.status == 200:
        failure = Outcome.TRANSPORT if told is None else Outcome.UNKNOWN_UPSTREAM
    else:
        failure = _STATUS_OUTCOMES.get(answer.status, Outcome.TRANSPORT)
    raise UpstreamFailure(failure, hint=f"HTTP {answer.status}")


def _message(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=_Told).message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
