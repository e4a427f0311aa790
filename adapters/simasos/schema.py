"""The webhook and the message API exactly as Meta writes them, as far as they are read here.

Messages, statuses and errors stay raw inside their envelope, so that one odd item cannot make the
others of the same delivery unreadable.
"""

import msgspec
from msgspec import Raw, field

from gateway.kit.struct import Quiet


class Change(Quiet, frozen=True, kw_only=True):
    """One change; only the field `messages` has a value that is read."""

    field: str = ""
    value: Raw = Raw(b"{}")


class Entry(Quiet, frozen=True, kw_only=True):
    """The changes of one business account."""

    changes: tuple[Change, ...] = ()


class Webhook(Quiet, frozen=True, kw_only=True):
    """The body of one delivery."""

    object: str = ""
    entry: tuple[Entry, ...] = ()


class Metadata(Quiet, frozen=True, kw_only=True):
    """Which number of the business was written to."""

    phone_number_id: str = ""


class Profile(Quiet, frozen=True, kw_only=True):
    """The name that a WhatsApp user gave themselves."""

    name: str | None = None


class Contact(Quiet, frozen=True, kw_only=True):
    """A sender. `user_id` alone is left where the user hides the number behind a user name."""

    wa_id: str | None = None
    user_id: str | None = None
    profile: Profile = Profile()


class Value(Quiet, frozen=True, kw_only=True):
    """The value of a `messages` change."""

    metadata: Metadata = Metadata()
    contacts: tuple[Contact, ...] = ()
    messages: tuple[Raw, ...] = ()
    statuses: tuple[Raw, ...] = ()
    errors: tuple[Raw, ...] = ()


class Text(Quiet, frozen=True, kw_only=True):
    """A written message."""

    body: str = ""


class Media(Quiet, frozen=True, kw_only=True):
    """A file that waits at Meta under its id; the bytes are never part of the webhook."""

    id: str | None = None
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None


class Location(Quiet, frozen=True, kw_only=True):
    """A place, in degrees."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


class SharedName(Quiet, frozen=True, kw_only=True):
    """The name on a shared contact card."""

    formatted_name: str | None = None


class SharedPhone(Quiet, frozen=True, kw_only=True):
    """A number on a shared contact card."""

    phone: str | None = None
    wa_id: str | None = None


class SharedContact(Quiet, frozen=True, kw_only=True):
    """A contact card that was sent as a message."""

    name: SharedName = SharedName()
    phones: tuple[SharedPhone, ...] = ()


class Button(Quiet, frozen=True, kw_only=True):
    """A tap on the quick reply of a template."""

    text: str | None = None
    payload: str | None = None


class Choice(Quiet, frozen=True, kw_only=True):
    """A chosen button or list row."""

    id: str | None = None
    title: str | None = None
    description: str | None = None


class FlowReply(Quiet, frozen=True, kw_only=True):
    """A filled-in form; `response_json` is JSON inside a text."""

    body: str | None = None
    response_json: str | None = None


class Interactive(Quiet, frozen=True, kw_only=True):
    """The answer to an interactive message."""

    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: FlowReply | None = None


class Context(Quiet, frozen=True, kw_only=True):
    """What a message answers, or that it was passed on."""

    id: str | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False


class ErrorItem(Quiet, frozen=True, kw_only=True):
    """One error inside a webhook or an answer. Texts may quote numbers: only the code is read."""

    code: int | None = None


class Edited(Quiet, frozen=True, kw_only=True):
    """A message as it stands after its sender changed it."""

    original_message_id: str | None = None
    message: Raw = Raw(b"{}")


class Message(Quiet, frozen=True, kw_only=True):
    """One incoming message; the part named by `type` holds its content."""

    id: str
    type: str = "unknown"
    timestamp: str | int = ""
    sender: str | None = field(name="from", default=None)
    from_user_id: str | None = None
    group_id: str | None = None
    context: Context = Context()
    text: Text = Text()
    image: Media | None = None
    document: Media | None = None
    audio: Media | None = None
    video: Media | None = None
    sticker: Media | None = None
    location: Location | None = None
    contacts: tuple[SharedContact, ...] = ()
    button: Button = Button()
    interactive: Interactive = Interactive()
    edit: Edited = Edited()


class MessageHead(Quiet, frozen=True, kw_only=True):
    """As much of a message as must be there for it to be kept at all."""

    id: str
    type: str = "unknown"
    timestamp: str | int = ""
    sender: str | None = field(name="from", default=None)
    from_user_id: str | None = None


class EditedContent(Quiet, frozen=True, kw_only=True):
    """The content parts of an edited message, which has no id or sender of its own."""

    text: Text = Text()
    image: Media | None = None
    document: Media | None = None
    video: Media | None = None


class Status(Quiet, frozen=True, kw_only=True):
    """What became of a message that the business sent."""

    id: str
    status: str
    timestamp: str | int = ""
    errors: tuple[ErrorItem, ...] = ()


class SentMessage(Quiet, frozen=True, kw_only=True):
    """The receipt for a sent message."""

    id: str = ""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a sent message: a receipt or an error, with whatever HTTP status."""

    messages: tuple[SentMessage, ...] = ()
    error: ErrorItem | None = None
