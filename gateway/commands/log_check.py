"""Whether the sealed log may be added to, found out before the server starts."""

from gateway.infra.sealing.sealer import Sealer
from gateway.parts import Parts


async def check_sealed_log(parts: Parts) -> None:
    """Begins the log where there is none. Raises LogBroken where it is not as it must be."""
    try:
        await parts.sealing.ask(Sealer.check)
    finally:
        await parts.sealing.close()
