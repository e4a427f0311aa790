"""Proves the parts of an archive, and that each goes on where the one before it ended."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gateway.audit_bundle.checking import prove
from gateway.audit_bundle.findings import Finding, Proved, Step, Unreadable, Wrong
from gateway.audit_bundle.members import Manifest, Members
from gateway.audit_bundle.notes import Checkpoint, Key, read_checkpoint
from gateway.audit_bundle.progress import Progress, unseen
from gateway.kit.rfc3161.anchors import Anchors


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an archive, or the one bundle."""

    berkas: str
    hasil: Proved | Finding


def prove_all(
    path: Path,
    keys: Sequence[Key],
    kept: Sequence[Checkpoint] = (),
    progress: Progress = unseen,
    anchors: Anchors | None = None,
) -> Iterator[Part]:
    """A bundle, or a folder of them in the order of their names; ends with the first finding.

    Raises Unreadable.
    """
    if not path.is_dir() or (path / "manifest.json").exists():
        yield Part(berkas=path.name, hasil=prove(path, keys, kept, progress, anchors))
        return
    parts = sorted(path.glob("*.zip"))
    if not parts:
        raise Unreadable(f"{path.name}: neither a bundle nor a folder of bundles")
    end: int | None = None
    joint: list[Checkpoint] = []
    open_questions = list(kept)
    for part in parts:
        found: Proved | Finding
        try:
            manifest = _manifest(part)
            _goes_on(manifest, end)
            mine = [point for point in open_questions if _can_answer(manifest, point)]
            open_questions = [point for point in open_questions if point not in mine]
            asked = mine if part is not parts[-1] else [*mine, *open_questions]
            found = prove(part, keys, [*joint, *asked], progress, anchors)
        except Wrong as wrong:
            found = wrong.finding
        yield Part(berkas=part.name, hasil=found)
        if isinstance(found, Finding):
            return
        end, joint = found.end, [read_checkpoint(found.batas)]


def _manifest(path: Path) -> Manifest:
    members = Members(path)
    members.close()
    return members.manifest


def _goes_on(manifest: Manifest, end: int | None) -> None:
    if end is not None and manifest.first > end:
        name = f"leaves {end} to {manifest.first - 1}"
        raise Wrong(Step.BUNDLE, name, "no part of the archive has them")


def _can_answer(manifest: Manifest, point: Checkpoint) -> bool:
    return manifest.first <= point.size <= manifest.end
