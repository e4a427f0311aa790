"""Step 12 for timestamps: authorities saw the checkpoints when they say, by the anchors given."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gateway.audit_bundle.findings import Stamps, Step, called
from gateway.audit_bundle.forms import Count, Line, Moment, from_base64
from gateway.audit_bundle.members import Members
from gateway.audit_bundle.notes import Checkpoint
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.faults import TimestampWrong
from gateway.kit.rfc3161.tokens import check_token

_MEMBER = "timestamps.ndjson"
_TOLERANCE = timedelta(seconds=300)


class _Stamp(Line, frozen=True, kw_only=True):
    size: Count
    time: Moment
    token: str

    @property
    def label(self) -> str:
        return f"checkpoint {self.size} {self.time}"


def check_stamps(members: Members, anchors: Anchors | None) -> Stamps:
    """Raises Wrong for the first that is not as it must be; without anchors they are counted."""
    if anchors is None:
        lines = members.lines(_MEMBER) if members.has(_MEMBER) else ()
        return Stamps(jumlah=sum(1 for _ in lines), diperiksa=False)
    count, covered, longest = 0, 0, timedelta()
    for stamp, point, since in _joined(members):
        with called(Step.BESIDES, stamp.label):
            seen = _seen(stamp, point, anchors)
        count, covered = count + 1, point.size
        if since is not None:
            longest = max(longest, seen - _moment(since))
    return Stamps(jumlah=count, diperiksa=True, sampai=covered, terlama=longest)


def _joined(members: Members) -> Iterator[tuple[_Stamp, Checkpoint, Checkpoint | None]]:
    """Each with its checkpoint, and the first one that has waited for a stamp until this one."""
    points = members.checkpoints()
    point: Checkpoint | None = None
    waits: Checkpoint | None = None
    for _, stamp in members.told(Step.BESIDES, _MEMBER, _Stamp):
        while point is None or point.time < stamp.time:
            point = next(points, None)
            if point is None:
                break
            waits = waits or point
        with called(Step.BESIDES, stamp.label):
            if point is None or (point.size, point.time) != (stamp.size, stamp.time):
                raise ValueError("a timestamp of a checkpoint that is not here, or not in order")
        yield stamp, point, waits
        waits = None


def _seen(stamp: _Stamp, point: Checkpoint, anchors: Anchors) -> datetime:
    try:
        seen = check_token(from_base64(stamp.token), point.text, anchors)
    except TimestampWrong as wrong:
        raise ValueError(f"its timestamp is not believed: {wrong}") from None
    if seen < _moment(point) - _TOLERANCE:
        raise ValueError("an authority stamped it before it says that it was signed")
    return seen


def _moment(point: Checkpoint) -> datetime:
    return datetime.fromisoformat(point.time).astimezone(UTC)
