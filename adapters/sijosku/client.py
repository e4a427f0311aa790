"""Connects to SIJOSKU and offers what it can do."""

from adapters.sijosku.config import Config, check
from adapters.sijosku.digests import SijoskuDigests
from adapters.sijosku.reading import konteks_of
from adapters.sijosku.remote import Remote
from adapters.sijosku.sink import SijoskuSink
from adapters.sijosku.source import SijoskuSource
from gateway.domain.systems import Health, Outside, System
from gateway.kit.transport import Endpoint, Limits


def connect(config: Config, outside: Outside) -> System:
    """The system behind a config; makes no call. Raises ValueError for a bad config."""
    check(config)
    limits = Limits(read_timeout=config.read_timeout, max_concurrency=config.max_concurrency)
    http = outside.http(
        "sijosku",
        Endpoint(base_url=config.url, ca_file=config.ca_file or None, limits=limits),
    )
    remote = Remote(http, config, outside.clock)
    source = SijoskuSource(remote, config, konteks_of(config, outside.wilayah))

    def health() -> Health:
        return Health(breakers=dict(http.breakers()), catatan=source.catatan)

    return System(
        record_source=source,
        record_sink=SijoskuSink(remote, config),
        record_digests=SijoskuDigests(remote, config) if config.digest_path else None,
        health=health,
        close=http.close,
    )
