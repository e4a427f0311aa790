"""Proves bundles of the sealed log at a terminal: reads the keys, shows how far it is, says it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.progress import Progress

from gateway.audit_bundle.archives import Part, prove_all
from gateway.audit_bundle.findings import Finding, Unreadable
from gateway.audit_bundle.notes import read_checkpoint, read_keys
from gateway.commands.running import BAD_INPUT, err, stop
from gateway.kit.rfc3161.anchors import Anchors


def proofs(
    bundle: Path, key_files: Sequence[Path], kept_files: Sequence[Path], tsa: Path | None = None
) -> list[Part]:
    """The verdict of each part, up to the first that something is wrong with."""
    try:
        keys = [key for path in key_files for key in read_keys(path.read_text(encoding="utf-8"))]
        kept = [read_checkpoint(path.read_text(encoding="utf-8")) for path in kept_files]
        anchors = None if tsa is None else Anchors.of_file(tsa)
    except (OSError, ValueError) as error:
        stop(
            "A key file holds one vkey a line, a kept checkpoint a signed note,"
            f" anchors certificates in PEM: {error}",
            BAD_INPUT,
        )
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:

        def watched(leaves: range) -> Iterable[int]:
            return bar.track(leaves, description="leaves")

        try:
            return list(prove_all(bundle, keys, kept, watched, anchors))
        except Unreadable as error:
            stop(f"It cannot be read: {error}", BAD_INPUT)


def kept_notes(files: Sequence[Path]) -> tuple[str, ...]:
    """Checkpoints that somebody has kept, or the end of the command."""
    try:
        return tuple([read_checkpoint(path.read_text(encoding="utf-8")).note for path in files])
    except (OSError, ValueError) as error:
        stop(f"A kept checkpoint is a signed note: {error}", BAD_INPUT)


def said(part: Part) -> str:
    """The verdict in words, with what was left out of it; the last line has its end."""
    found = part.hasil
    if isinstance(found, Finding):
        return f"{part.berkas}: {found}\n"
    lines = [
        f"{part.berkas}: sound: {found.asal}, entries {found.first} to {found.end}",
        f"{found.dimusnahkan} of them destroyed",
        f"{found.checkpoint} checkpoints, {found.disaksikan} of them cosigned",
    ]
    if found.stempel.jumlah:
        lines.append(str(found.stempel))
    if found.bukti_tak_dipakai:
        lines.append(f"NOT USED: {found.bukti_tak_dipakai} proofs for checkpoints that were kept")
    return "\n".join([*lines, "the newest checkpoint, to be kept:", "", found.terbaru])
