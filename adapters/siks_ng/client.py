"""Connects to the DTSEN service and offers what it can do."""

from adapters.siks_ng.config import Config
from adapters.siks_ng.service import Layanan
from adapters.siks_ng.source import SumberDtsen
from gateway.domain.systems import Health, Outside, System
from gateway.kit.transport import Endpoint, Limits


def connect(config: Config, outside: Outside) -> System:
    """The system behind a config; makes no call. Raises ValueError for a bad config."""
    if not config.key:
        msg = "key: kunci layanan harus diisi bila url diisi"
        raise ValueError(msg)
    limits = Limits(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        max_concurrency=config.max_concurrency,
        max_answer_bytes=config.max_page_bytes,
    )
    http = outside.http(
        "siks_ng", Endpoint(base_url=config.url, ca_file=config.ca_file or None, limits=limits)
    )
    layanan = Layanan(http, config)

    def health() -> Health:
        return Health(breakers=dict(http.breakers()), catatan=layanan.catatan)

    return System(
        record_source=SumberDtsen(layanan, config, outside.wilayah),
        health=health,
        close=http.close,
    )
