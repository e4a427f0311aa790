"""A checkpoint of the log: its text (C2SP tlog-checkpoint), and the moment at which it was made."""

import base64
from datetime import UTC, datetime

import msgspec

from gateway.domain.audit_leaf import MOMENT


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The key until a checkpoint and the one from there on, as vkeys."""

    lama: str
    baru: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the log signs."""

    asal: str
    """The log's origin."""
    ukuran: int
    akar: bytes
    pada: datetime
    rotasi: Rotation | None = None

    def text(self) -> str:
        """What is signed, with the newline at its end."""
        lines = [
            self.asal,
            str(self.ukuran),
            base64.b64encode(self.akar).decode(),
            f"time {self.pada.astimezone(UTC).strftime(MOMENT)}",
        ]
        if self.rotasi is not None:
            lines.append(f"rotate {self.rotasi.lama} {self.rotasi.baru}")
        return "\n".join(lines) + "\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a text. Raises ValueError where it is none of ours."""
    asal, ukuran, akar, waktu, *more = text.removesuffix("\n").split("\n")
    rotations = [line.split(" ")[1:] for line in more if line.startswith("rotate ")]
    made = Checkpoint(
        asal=asal,
        ukuran=int(ukuran),
        akar=base64.b64decode(akar, validate=True),
        pada=datetime.strptime(waktu, f"time {MOMENT}").replace(tzinfo=UTC),
        rotasi=Rotation(lama=rotations[0][0], baru=rotations[0][1]) if rotations else None,
    )
    if made.text() != text:
        raise ValueError("not a checkpoint of this log")
    return made
