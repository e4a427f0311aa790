"""Runs in the environment of a client of other authors: smart-fetch, which exports FHIR servers.

`bulk_client.py URL TOKEN-FILE FOLDER [SINCE]`: its exporter, as its own command line uses it.
"""

import asyncio
import sys
from pathlib import Path

import cumulus_fhir_support as cfs
from smart_fetch import bulk_utils, lifecycle


async def exported(url: str, bearer: str, folder: str, since: str | None) -> str:
    """One export, from the kick-off to its deletion; the moment that it shows."""
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
        return exporter.transaction_time.isoformat()


def main(url: str, token: str, folder: str, since: str | None = None) -> None:
    """The last line told is the moment."""
    Path(folder).mkdir()
    moment = asyncio.run(exported(url, Path(token).read_text().strip(), folder, since))
    sys.stdout.write(f"{moment}\n")


main(*sys.argv[1:])
