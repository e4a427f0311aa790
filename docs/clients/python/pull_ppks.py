"""Writes every PPKS record that the grant shows, one JSON object a line."""

import argparse
import sys
from pathlib import Path

import httpx
from output import Output
from ppks_gateway import Gateway, Refused

PAGE = "500"


def equation(text: str) -> tuple[str, str]:
    """Name and value of a filter."""
    name, value = text.split("=", 1)
    return name, value


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cursor-file", type=Path, help="go on where an interrupted pull ended")
    parser.add_argument("gateway", help="its URL, as its operator told it")
    parser.add_argument("client_id")
    parser.add_argument("key_file", type=Path, help="the private key (JWK)")
    parser.add_argument("filters", nargs="*", type=equation, metavar="FILTER=VALUE")
    return parser.parse_args()


def pull(gateway: Gateway, query: dict[str, str], output: Output) -> None:
    """All pages from the output's cursor on, in the order of the records' last change."""
    while True:
        here = {"cursor": output.cursor} if output.cursor else {}
        page = gateway.get("/v1/ppks", query | here)
        output.write(page["items"], page["next_cursor"])
        if page["next_cursor"] is None:
            return


def main() -> None:
    """One pull; what ends it early is raised."""
    told = arguments()
    query = {"limit": PAGE, **dict(told.filters)}
    with Gateway(told.gateway, told.client_id, told.key_file) as gateway:
        pull(gateway, query, Output(told.cursor_file))


if __name__ == "__main__":
    try:
        main()
    except (Refused, ValueError, OSError, httpx.HTTPError) as trouble:
        sys.exit(f"pull_ppks: {trouble}")
