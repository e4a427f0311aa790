"""The measures by name; a measure is one module that exports `measure(scale)`."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from bench.result import Scale, Table

# name -> (module, one line of help)
MEASURES: Final = {
    "import": ("bench.importing", "A BNBA file through the import, against csv + executemany."),
    "push": ("bench.pushing", "Pushed records, against raw batched inserts of the same rows."),
    "memory": ("bench.memory", "The import's greatest memory use for a file and one ten times it."),
    "match": ("bench.matching", "One comparison of a name, place, street or date."),
    "start": ("bench.starting", "Start-up of the command and of the server, and what it imports."),
    "lookups": ("bench.lookups", "Cached lookups under load, against bare servers and peers."),
    "export": ("bench.exports", "An export of all records, against the bare driver's cursor."),
    "registry": ("bench.registry", "Pages, searches and the feed, with up to a million records."),
    "sealed": ("bench.sealed", "What the sealed log costs, and how fast it proves itself."),
    "tokens": ("bench.tokens", "What checking tokens costs, and how quickly they are issued."),
}


def run_measure(name: str, scale: Scale) -> list[Table]:
    """Import the measure's module and run it."""
    measure: Callable[[Scale], list[Table]] = import_module(MEASURES[name][0]).measure
    return measure(scale)
