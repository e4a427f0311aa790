"""What the adapter must know about the office's WhatsApp line and its paper habits."""

import re
from typing import Annotated, Final, Literal

import msgspec

from gateway.kit.secret import Secret

_VERSION: Final = re.compile(r"v\d{1,3}\.\d{1,2}")
_DIGITS: Final = re.compile(r"\d{1,32}")


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the SIMASOS line; the file source needs none of the WhatsApp ones."""

    url: Annotated[
        str,
        msgspec.Meta(
            description="Base URL of the Graph API, `https://graph.facebook.com`; empty = off."
        ),
    ] = ""
    ca_file: Annotated[
        str, msgspec.Meta(description="PEM bundle for that URL; empty = the machine's own store.")
    ] = ""
    api_version: Annotated[
        str, msgspec.Meta(description="Graph API version in the path of a reply.")
    ] = "v26.0"
    phone_number_id: Annotated[
        str, msgspec.Meta(description="Meta's id of the office's number (digits, not the number).")
    ] = ""
    access_token: Annotated[
        Secret, msgspec.Meta(description="System-user token that may send messages.")
    ] = Secret("")
    app_secret: Annotated[
        Secret, msgspec.Meta(description="App secret that signs the webhook.")
    ] = Secret("")
    app_secret_previous: Annotated[
        Secret,
        msgspec.Meta(description="The secret before it, honoured while a rotation is under way."),
    ] = Secret("")
    verify_token: Annotated[
        Secret, msgspec.Meta(description="The text that Meta repeats when the webhook is set up.")
    ] = Secret("")
    callback_url: Annotated[
        str,
        msgspec.Meta(
            description="This gateway's webhook as registered with Meta; the simulator calls it."
        ),
    ] = ""
    other_numbers: Annotated[
        Literal["ignore", "refuse"],
        msgspec.Meta(description="What to do with events of another number of the same account."),
    ] = "ignore"
    read_timeout: Annotated[
        float, msgspec.Meta(gt=0, description="Seconds to wait for the answer to a reply.")
    ] = 15.0
    petugas: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Names or numbers of the office's staff in exported chats."),
    ] = ()
    zona: Annotated[
        str, msgspec.Meta(description="Time zone of exported chats and recap sheets.")
    ] = "Asia/Makassar"
    provinsi: Annotated[
        str, msgspec.Meta(description="Province of the kecamatan named in recap sheets.")
    ] = "Kalimantan Timur"
    kab_kota: Annotated[
        str, msgspec.Meta(description="Kabupaten/kota of the kecamatan named in recap sheets.")
    ] = "Kutai Kartanegara"


def check(config: Config) -> None:
    """Raises ValueError that names every setting without which the line cannot work."""
    wrong = [
        name
        for name, sound in (
            ("api_version", _VERSION.fullmatch(config.api_version)),
            ("phone_number_id", _DIGITS.fullmatch(config.phone_number_id)),
            ("access_token", config.access_token),
            ("app_secret", config.app_secret),
            ("verify_token", config.verify_token),
        )
        if not sound
    ]
    if wrong:
        raise ValueError("simasos: missing or malformed: " + ", ".join(wrong))
