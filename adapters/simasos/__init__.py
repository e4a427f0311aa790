"""SIMASOS, the WhatsApp complaint line of the Dinas Sosial of Kutai Kartanegara."""

from adapters.simasos.client import connect
from adapters.simasos.config import Config
from adapters.simasos.files import SimasosFiles
from adapters.simasos.simulator import simulator
from gateway.domain.systems import Capability, SystemSpec

__all__ = ["spec"]

spec = SystemSpec(
    name="simasos",
    title="SIMASOS (pengaduan WhatsApp Dinas Sosial Kutai Kartanegara)",
    config=Config,
    capabilities=frozenset(
        {Capability.COMPLAINT_CHANNEL, Capability.FILE_SOURCE, Capability.HEALTH}
    ),
    connect=connect,
    simulator=simulator,
    sandbox={
        "phone_number_id": "990000000000001",
        "access_token": "sandbox-simasos-token",
        "app_secret": "sandbox-simasos-app-secret",
        "verify_token": "sandbox-simasos-verify",
    },
    file_source=SimasosFiles,
)
