"""What the simulator can be told to do, and what it remembers from call to call."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from adapters.dukcapil.config import Config
from adapters.dukcapil.terms import WIB, read_hours
from gateway.kit.clock import Clock


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The protocol's varieties; `PUT /_control` changes any of them."""

    style: Annotated[
        Literal["codes", "texts"], Meta(description="New style (RESPONSE_CODE) or old (RESPON)")
    ] = "codes"
    text_field: Annotated[
        Literal["RESPON", "RESPONSE", "RESPONSE_DESC"], Meta(description="Where the text stands")
    ] = "RESPON"
    success_code: Annotated[
        Literal["", "00", "01"], Meta(description="RESPONSE_CODE of a success; empty = none")
    ] = ""
    content: Annotated[
        Literal["array", "object", "empty"], Meta(description="Shape of `content`")
    ] = "array"
    message_second: Annotated[bool, Meta(description="The message stands in content[1]")] = False
    merge_fields: Annotated[
        bool, Meta(description="Failures about a known person come merged with data")
    ] = False
    numbers: Annotated[
        Literal["number", "text"], Meta(description="JSON type of NIK, KK and area numbers")
    ] = "number"
    photo: Annotated[bool, Meta(description="Full records hold FOTO")] = False
    echo: Annotated[
        tuple[str, ...], Meta(description="Elements that come back although they were not sent")
    ] = ()
    quota: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Calls per day; null = not counted")
    ] = None
    quota_limiter: Annotated[
        Literal["number", "text", "absent"], Meta(description="How quotaLimiter is told")
    ] = "number"
    hours: Annotated[
        str, Meta(description="Daily window in Jakarta, 08:00-16:00; empty = always")
    ] = ""
    institution_active: Annotated[bool, Meta(description="False answers code 16")] = True
    user_active: Annotated[bool, Meta(description="False answers code 17")] = True
    force_code: Annotated[str, Meta(description="Answers this code to every call")] = ""
    force_text: Annotated[str, Meta(description="Answers this text to every call")] = ""


class State:
    """The control in force, the calls of the day and the feedback that was stored."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self.control = Control(
            style=config.answer_style, quota=config.daily_quota or None, hours=config.access_hours
        )
        self.feedback: set[tuple[str, bytes]] = set()
        self._used = 0
        self._day = self._today()

    def change(self, body: bytes) -> None:
        """Take in a partial control as JSON; a new quota is counted anew. Raises ValueError."""
        changes = msgspec.json.decode(body, type=dict[str, Any])
        merged = msgspec.convert({**msgspec.to_builtins(self.control), **changes}, Control)
        if merged.hours:
            read_hours(merged.hours)
        if "quota" in changes:
            self._used = 0
        self.control = merged

    def quota_left(self) -> int | None:
        """Calls left today; None where they are not counted."""
        if (today := self._today()) != self._day:
            self._day, self._used = today, 0
        return None if self.control.quota is None else max(0, self.control.quota - self._used)

    def count(self) -> None:
        """One call more."""
        self._used += 1

    def is_open(self) -> bool:
        """Whether the access hours allow a call now; a window may span midnight."""
        if not self.control.hours:
            return True
        opens, closes = read_hours(self.control.hours)
        now = self._clock().astimezone(WIB).time()
        return opens <= now < closes if opens <= closes else now >= opens or now < closes

    def shown(self) -> dict[str, Any]:
        """The control and the counters, as `GET /_control` answers them."""
        counters = {"quota_left": self.quota_left(), "feedback_stored": len(self.feedback)}
        return {**msgspec.to_builtins(self.control), **counters}

    def _today(self) -> date:
        return self._clock().astimezone(WIB).date()
