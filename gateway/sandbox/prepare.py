"""Fills the sandbox's store: areas, agencies, imported files, records that the services give."""

from pathlib import Path

from rich.console import Console

from gateway.application.records.import_file import ImportFile
from gateway.application.records.pull_records import PullRecords
from gateway.domain.systems import Capability
from gateway.infra.db.upgrading.migrate import make_folder, upgrade
from gateway.infra.seen import SeenOnDisk
from gateway.parts import Parts
from gateway.sandbox.clients import register_clients
from gateway.sandbox.files import OperatorFile, write_files
from gateway.sandbox.world import areas


async def prepare(parts: Parts, folder: Path, console: Console) -> None:
    """Everything but the complaints, which need the running gateway; safe to repeat."""
    url = parts.settings.database_url
    make_folder(url)
    upgrade(url)
    await parts.wilayah.load(areas().values())
    await parts.connect_systems()
    await register_clients(parts, folder / "clients.json")
    for file in write_files(folder / "files"):
        await _take_in(parts, file)
    pull = PullRecords(parts.systems.offering, parts.imports)
    for name in parts.systems.offering(Capability.RECORD_SOURCE):
        result = await pull(name, None, lambda _count: None)
        count = result.hitungan
        console.print(
            f"  {parts.systems.specs[name].slug}: {count.baru} new, {count.berubah} changed, "
            f"{count.tetap} unchanged records through its service"
        )


async def _take_in(parts: Parts, file: OperatorFile) -> None:
    spec = parts.systems.specs[file.system]
    assert spec.file_source is not None
    source = spec.file_source(parts.systems.configs[file.system])
    with SeenOnDisk() as seen:
        importing = ImportFile(parts.imports, seen, await parts.area_names())
        summary = await importing(
            file.system,
            source,
            file.path,
            file.settings,
            dry_run=False,
            on_rows=lambda _count: None,
            on_problem=lambda _problem: None,
        )
    if summary.baris_ditolak:
        raise RuntimeError(f"{file.path.name}: {summary.baris_ditolak} rows refused")
