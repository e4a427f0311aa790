"""A report as one self-contained page in Indonesian, made to be printed and signed."""

from functools import cache
from html import escape
from importlib import resources
from typing import Final

from gateway.domain.laporan import Bagian, Cell, Laporan

# Nothing is loaded and nothing runs, whatever a text holds.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def as_page(laporan: Laporan) -> bytes:
    """The page as UTF-8; every text in it is escaped."""
    title = escape(laporan.judul)
    page = (
        '<!DOCTYPE html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<dl>\n{_facts(laporan)}</dl>\n"
        f"{''.join(map(_section, laporan.bagian))}"
        f"<footer>\n{_remarks(laporan)}{_signature(laporan)}</footer>\n</body>\n</html>\n"
    )
    return page.encode()


def _facts(laporan: Laporan) -> str:
    return "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n" for name, value in laporan.fakta
    )


def _section(part: Bagian) -> str:
    head = "".join(f'<th scope="col">{escape(_words(name))}</th>' for name in part.kolom)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in part.baris)
    if not rows:
        rows = f'<tr><td colspan="{len(part.kolom)}">Tidak ada</td></tr>\n'
    return (
        f"<section>\n<h2>{escape(part.nama)}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, int):
        # Thousands are parted by a point in Indonesian.
        return f'<td class="n">{cell:,}</td>'.replace(",", ".")
    return f"<td>{escape(cell)}</td>"


def _remarks(laporan: Laporan) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in laporan.catatan)


def _signature(laporan: Laporan) -> str:
    lines = "".join(f"<div>{escape(name)}</div>\n" for name in laporan.penanda)
    return f'<div class="signed">\n{lines}</div>\n' if lines else ""


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


@cache
def _style() -> str:
    return resources.files("gateway.web").joinpath("report.css").read_text("utf-8")
