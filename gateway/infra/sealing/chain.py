"""Follows the log's key over its checkpoints: which one is in force, and has it signed."""

from collections.abc import Sequence
from datetime import datetime

from gateway.domain.checkpoint import Rotation, read_checkpoint
from gateway.infra.sealing.notes import VerifyingKey, read_note, signers


class KeyChain:
    """Takes the checkpoints by time, and says what is wrong with each."""

    def __init__(self, keys: Sequence[VerifyingKey]) -> None:
        """`keys`: all that the log ever had, oldest first."""
        self._keys = keys
        self._in_force = keys[0].vkey() if keys else ""
        self._size = 0
        self._pada: datetime | None = None

    def follow(self, note: str) -> str | None:
        """What is wrong with the next checkpoint; None where nothing is."""
        try:
            made = read_checkpoint(read_note(note)[0])
            by = signers(note, self._keys)
        except ValueError as error:
            return str(error)
        if made.ukuran < self._size or (self._pada is not None and made.pada <= self._pada):
            return "it goes back behind the one before"
        self._size, self._pada = made.ukuran, made.pada
        if made.rotasi is not None:
            return self._change(made.rotasi, by)
        return None if self._in_force in by else "the key in force has not signed it"

    def _change(self, change: Rotation, by: set[str]) -> str | None:
        """A key that was lost could not sign; the new one must have."""
        if change.lama != self._in_force:
            return "it changes a key that was not in force"
        self._in_force = change.baru
        return None if change.baru in by else "the new key has not signed its rotation"
