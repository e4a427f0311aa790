"""Reads and writes the key files that client commands are given, and makes keys."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from gateway.commands.running import BAD_INPUT, stop
from gateway.commands.shown import print_json
from gateway.domain.errors import BadInput
from gateway.infra.oauth.client_keys import check_public_jwk, new_private_jwk, public_jwk


def read_keys(path: Path) -> list[dict[str, Any]]:
    """The keys of a file that holds one JWK or a JWK set; else the end of the command."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return msgspec.convert(document.get("keys", [document]), list[dict[str, Any]])
    except (OSError, msgspec.MsgspecError):
        stop(f"{path}: not a JWK or a JWK set in JSON", BAD_INPUT)


@contextmanager
def given_keys(path: Path | None, alg: str, key_out: Path | None) -> Iterator[list[dict[str, Any]]]:
    """The public keys of a file or, without one, that of a new pair; a bad key ends the command.

    The private half goes to its owner: to the new file `key_out`, which a refused command does not
    leave behind, or on the screen when the block has done what the key is for.
    """
    if path is not None:
        yield _checked(path)
        return
    private = new_private_jwk(alg)
    public = [check_public_jwk(public_jwk(private))]
    if key_out is None:
        yield public
        print_json(private)
        return
    _write(private, key_out)
    try:
        yield public
    except SystemExit as end:
        # Only then is it certain that nobody has the public half.
        if end.code == BAD_INPUT:
            key_out.unlink(missing_ok=True)
        raise


def _checked(path: Path) -> list[dict[str, Any]]:
    try:
        return [check_public_jwk(key) for key in read_keys(path)]
    except BadInput as error:
        stop(f"{path}: {error.detail}", BAD_INPUT)


def _write(private: dict[str, Any], path: Path) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stop(f"{path}: is there already, and perhaps a key in use; name a new file", BAD_INPUT)
    except OSError as error:
        stop(f"{path}: {error.strerror}", BAD_INPUT)
    with os.fdopen(file, "wb") as target:
        target.write(msgspec.json.encode(private))
