"""`gateway export`: what operators see of bulk exports, and how a client fetches one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click

from gateway.commands.client_token import private_key, url_of
from gateway.commands.export_client import ExportClient
from gateway.commands.running import BAD_INPUT, err, opened, out, run, stop
from gateway.commands.strict_client import StrictClient
from gateway.commands.whole_file import whole_file
from gateway.domain.ekspor import FormatEkspor
from gateway.kit.transport import Limits

_KEY: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_MANIFEST: Final = "manifest.json"
_LIMITS: Final = Limits(max_answer_bytes=1 << 30, read_timeout=120)
"""A file is read whole; how many records it has is for the gateway to say."""


@click.group("export")
def command() -> None:
    """Bulk exports: all records that a grant shows, as files."""


@command.command("list")
def list_exports() -> None:
    """List the exports that are there, of all clients, the newest first."""

    async def work() -> None:
        from gateway.exporting import Exporting

        async with opened() as parts:
            for found in await Exporting(parts).store.all(parts.clock()):
                one = found.ekspor
                size = sum(berkas.ukuran for berkas in found.berkas)
                click.echo(
                    f"{one.id}  {one.status:<9} {one.alasan or '':<20} {one.tertulis:>9}  "
                    f"{size:>12} B  {one.dibuat_pada:%Y-%m-%d %H:%M}  "
                    f"{one.pemilik.client_id} {one.pemilik.grant_id}"
                )

    run(work)


@command.command("cancel")
@click.argument("export_id")
def cancel(export_id: str) -> None:
    """End an export, made or not. Its files are removed."""

    async def work() -> None:
        from gateway.exporting import Exporting

        async with opened() as parts:
            exporting = Exporting(parts)
            if not await exporting.store.remove(export_id):
                stop("There is no such export.", BAD_INPUT)
            await exporting.files.keep_only(exporting.queue.alive)

    run(work)


@command.command("download")
@click.argument("client_id")
@click.option("--key", required=True, type=_KEY, help="The client's private key, a JWK.")
@click.option("--out", "folder", required=True, type=_FOLDER, help="Where files go.")
@click.option("--issuer", help="The gateway's URL; by default GATEWAY_PUBLIC_URL.")
@click.option("--grant", "grant_id", help="The grant, where the client holds several.")
@click.option("--atribut", help="Only these attributes, with commas between.")
@click.option("--format", "kind", type=click.Choice([*FormatEkspor]), help="Else NDJSON.")
@click.option("--since-last", is_flag=True, help="Only what changed since the last download.")
def download(
    client_id: str,
    key: Path,
    folder: Path,
    issuer: str | None,
    grant_id: str | None,
    atribut: str | None,
    kind: str | None,
    *,
    since_last: bool,
) -> None:
    """Have all records that the grant shows written into files, and fetch them.

    Each download has a folder of its own below --out, named by the moment that it shows; the
    manifest is written last, and once more into --out, where --since-last looks for it.
    """
    sejak = _last_moment(folder) if since_last else None
    order = {"sejak": sejak, "atribut": atribut, "format": kind}

    async def work() -> Mapping[str, Any]:
        at = StrictClient.at(url_of(issuer), client_id, private_key(key), _LIMITS)
        async with at as client:
            exports = ExportClient(client, {"grant_id": grant_id})
            path = await exports.ask(order)
            with err.status("waiting") as status:
                manifest = await exports.follow(path, status.update)
                await _fetch(exports, manifest, folder, status.update)
            await exports.delete(path)
            return manifest

    manifest = run(work)
    counts = {kind: sum(one["count"] for one in manifest[kind]) for kind in ("output", "deleted")}
    out.print(f"{counts['output']} records, {counts['deleted']} that are not shown any more.")
    out.print(f"As of {manifest['transactionTime']}, in {folder}", markup=False, soft_wrap=True)


async def _fetch(
    exports: ExportClient, manifest: Mapping[str, Any], folder: Path, seen: Any
) -> None:
    within = folder / manifest["transactionTime"].replace(":", "").replace(".", "-")
    within.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in (*manifest["output"], *manifest["deleted"]):
        name = Path(one["url"]).name
        seen(name)
        _write(within / name, await exports.file(one["url"]))
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    for place in (within, folder):
        _write(place / _MANIFEST, told)


def _write(target: Path, content: bytes) -> None:
    with whole_file(target) as part:
        part.write(content)


def _last_moment(folder: Path) -> str:
    try:
        told = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=dict[str, Any])
        return str(told["transactionTime"])
    except (OSError, msgspec.MsgspecError, KeyError):
        stop(f"{folder}: no manifest of an earlier download", BAD_INPUT)
