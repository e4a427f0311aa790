"""What the log must have before the server starts."""

from gateway.commands.settings_noted import note_settings
from gateway.infra.sealing.sealer import Sealer
from gateway.parts import Parts


async def begin_log(parts: Parts) -> None:
    """Begins the log where there is none, and notes the settings where they changed.

    Raises LogBroken where the log is not as it must be.
    """
    try:
        await parts.sealing.ask(Sealer.check)
        await note_settings(parts)
    finally:
        await parts.sealing.close()
        await parts.database.close()
