"""The provenance of a record as a view shows it: without a word on what is not granted."""

from typing import Any

import msgspec

from gateway.domain.policy import View, kata_asli_tampak
from gateway.infra.crypto import Keyring

Told = dict[str, Any]


def opened_conflicts(keyring: Keyring, sealed: bytes | None, ppks_id: str) -> list[Told]:
    """What other sources told of a record's attributes."""
    if sealed is None:
        return []
    told: list[Told] = msgspec.json.decode(keyring.open(sealed, f"ppks|konflik|{ppks_id}".encode()))
    return told


def granted_origin(view: View, asal: Told, konflik: list[Told]) -> Told:
    """`sumber`, and of a record that was made of several sources' also `gabungan`."""
    shown = asal | {"atribut": [name for name in asal["atribut"] if name in view.atribut]}
    if "asli" in asal:
        told = asal["asli"].items()
        shown["asli"] = {name: words for name, words in told if kata_asli_tampak(view, name)}
    if "anggota" not in asal:
        return {"sumber": shown}
    joined: Told = {
        "aturan": shown.pop("aturan"),
        "anggota": [
            member for each in shown.pop("anggota") if (member := _member(view, each))["atribut"]
        ],
        "konflik": [
            {name: value for name, value in each.items() if name != "id_sumber"}
            for each in konflik
            if kata_asli_tampak(view, each["atribut"])
        ],
    }
    return {"sumber": shown, "gabungan": joined}


def _member(view: View, told: Told) -> Told:
    """A source as far as granted attributes come from it.

    Of the categories' sources a view of some is told nothing: whoever told another one would show.
    The name within a system may hold categories too.
    """
    shown = [name for name in told["atribut"] if kata_asli_tampak(view, name)]
    member = told | {"atribut": shown}
    if view.kategori is not None:
        del member["id_sumber"]
    return member
