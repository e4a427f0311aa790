"""Runs in the environment of a client of other authors: smart-fetch, which exports FHIR servers.

`bulk_client.py URL TOKEN-FILE FOLDER [SINCE]`: its exporter, as its own command line uses it.
"""

import asyncio
import sys
from pathlib import Path

import cumulus_fhir_support as cfs
from smart_fetch import bulk_utils, lifecycle


async def main(url: str, token: str, folder: str, since: str | None = None) -> None:
    """One export, from the kick-off to its deletion."""
    Path(folder).mkdir()
    bearer = Path(token).read_text().strip()
    async with cfs.FhirClient(url, ["ppks"], bearer_token=bearer) as client:
        exporter = bulk_utils.BulkExporter(
            client,
            {"ppks"},
            url,
            folder,
            since=since,
            metadata=lifecycle.OutputMetadata(folder),
        )
        await exporter.export()
        print(exporter.transaction_time.isoformat())


asyncio.run(main(*sys.argv[1:]))
