"""Puts into the log what an operator does by a command that asks for no name."""

import getpass
import os
from typing import Any

from gateway.parts import Parts


async def noted(parts: Parts, peristiwa: str, objek: str, **rincian: Any) -> None:
    """Put an act down, before it is done, under the account that runs the command."""
    await parts.admin_log.note(
        pada=parts.clock(), oleh=_account(), peristiwa=peristiwa, objek=objek, rincian=rincian
    )


def _account() -> str:
    try:
        return f"akun:{getpass.getuser()}"
    except (KeyError, OSError):
        # A container's user need not have a name.
        return f"akun:{os.getuid()}"
