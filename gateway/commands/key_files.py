"""Reads and writes the key files that client commands are given."""

import os
from pathlib import Path
from typing import Any

import msgspec

from gateway.commands.running import BAD_INPUT, stop
from gateway.commands.shown import print_json


def read_keys(path: Path) -> list[dict[str, Any]]:
    """The keys of a file that holds one JWK or a JWK set; else the end of the command."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return msgspec.convert(document.get("keys", [document]), list[dict[str, Any]])
    except (OSError, msgspec.MsgspecError):
        stop(f"{path}: not a JWK or a JWK set in JSON", BAD_INPUT)


def hand_over(private: dict[str, Any], path: Path | None) -> None:
    """Give a private key to its owner: to a new file that only they can read, or on the screen."""
    if path is None:
        print_json(private)
        return
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        stop(f"{path}: {error.strerror}", BAD_INPUT)
    with os.fdopen(file, "wb") as target:
        target.write(msgspec.json.encode(private))
