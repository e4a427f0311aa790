"""What every command does: read the settings, open the parts, say errors in words."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from gateway.commands.trouble import store_trouble, unwritten
from gateway.domain.errors import GatewayError
from gateway.infra.sealing.rows import LogBroken
from gateway.parts import Parts, read_everything
from gateway.settings import SettingsWrong

T = TypeVar("T")
UseCase = TypeVar("UseCase")

FAILED = 1
BAD_INPUT = 2
FOUND = 3

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def stop(message: str, code: int = FAILED) -> NoReturn:
    """End the command with a sentence on standard error."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    sys.exit(code)


def load_parts() -> Parts:
    """The parts as the environment sets them, or the end of the command with every problem."""
    try:
        settings, systems = read_everything()
        return Parts(settings, systems)
    except SettingsWrong as wrong:
        stop("\n".join(["The settings are not right:", *map(str, wrong.problems)]), BAD_INPUT)


@asynccontextmanager
async def opened() -> AsyncIterator[Parts]:
    """The parts, closed at the end."""
    parts = load_parts()
    try:
        yield parts
    finally:
        await parts.close()


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work; the gateway's own errors become a sentence and an exit code."""
    try:
        return asyncio.run(work())
    except LogBroken as error:
        stop(f"The sealed log is not as it must be: {error}.")
    except BrokenPipeError:
        # Whoever read the output has gone, as `head` does; there is nobody to be told.
        sys.exit(FAILED)
    except (SQLAlchemyError, OSError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            stop(f"{error.filename}: {error.strerror}", BAD_INPUT)
        if isinstance(error, OSError) and unwritten(error):
            raise
        stop(store_trouble(error))
    except GatewayError as error:
        lines = [error.detail, *(f"  {item.field}: {item.message}" for item in error.errors)]
        stop("\n".join(lines), BAD_INPUT if error.status < 500 else FAILED)


def asked(make: Callable[[Parts], UseCase], question: Callable[[UseCase], Awaitable[T]]) -> T:
    """What a use case answers that `make` makes of the parts."""

    async def work() -> T:
        async with opened() as parts:
            return await question(make(parts))

    return run(work)
