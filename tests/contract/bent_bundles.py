"""Takes the checkpoints of a bundle apart, changes them, and signs them anew."""

import json

from gateway.infra.sealing.notes import note as signed_note
from tests.contract.proved_log import lines, with_lines


def said(line):
    return json.loads(line)["note"]


def noted(note):
    return json.dumps({"note": note}, ensure_ascii=False).encode() + b"\n"


def notes(members):
    return [*map(said, lines(members, "checkpoints.ndjson"))]


def label(note):
    _, size, _, time, *_ = note.split("\n")
    return f"checkpoint {size} {time.removeprefix('time ')}"


def at(members, size):
    """The place of the first checkpoint of a size."""
    return [int(note.split("\n")[1]) for note in notes(members)].index(size)


def named(members, size):
    return label(notes(members)[at(members, size)])


def resigned(note, key, change=lambda text: text):
    text = change(note.partition("\n\n")[0] + "\n")
    return signed_note(text, [key.sign(text)])


def with_note(members, size, change):
    def edit(told) -> None:
        place = at(members, size)
        told[place] = noted(change(said(told[place])))

    return with_lines(members, "checkpoints.ndjson", edit)
