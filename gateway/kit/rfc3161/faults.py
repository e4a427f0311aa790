"""What may be wrong with a timestamp."""

from enum import StrEnum


class Fault(StrEnum):
    """Why an answer or a token is not believed."""

    REJECTED = "rejected"
    """The authority did not stamp."""
    MALFORMED = "malformed"
    """Not DER, or not what the protocol says, or with an algorithm that is not known here."""
    OTHER_MESSAGE = "other_message"
    """The token is of something else."""
    OTHER_NONCE = "other_nonce"
    """The answer is to another question."""
    BAD_SIGNATURE = "bad_signature"
    UNTRUSTED = "untrusted"
    """The signer's certificate does not lead to an anchor, had ended, or is not for timestamps."""


class TimestampWrong(Exception):
    """A timestamp that is not to be believed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
