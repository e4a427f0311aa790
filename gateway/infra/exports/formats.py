"""The forms in which records stand in a file: NDJSON, compressed, and Parquet where it is there."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol

import msgspec
from isal import isal_zlib

from gateway.domain.ekspor import FormatEkspor
from gateway.infra.exports.sealed import SealedFile

_LEVEL: Final = 1
"""Of compression: the higher ones of this library gain nothing on such lines."""
_GZIP: Final = 31
_GROUP: Final = 20_000
"""Rows of one group of a Parquet file."""

Records = Sequence[msgspec.Struct]


class RecordFile(Protocol):
    """A file that takes records."""

    def put(self, records: Records) -> None:
        """Write some more."""

    def close(self) -> None:
        """Write what is held, and the file's end."""


class NdjsonFile:
    """A record a line, compressed with gzip."""

    def __init__(self, file: SealedFile, _columns: Sequence[str]) -> None:
        self._file = file
        self._encoder = msgspec.json.Encoder()
        self._gzip = isal_zlib.compressobj(_LEVEL, wbits=_GZIP)

    def put(self, records: Records) -> None:
        """Compress their lines."""
        self._file.write(self._gzip.compress(self._encoder.encode_lines(records)))

    def close(self) -> None:
        """With the end of the compressed stream."""
        self._file.write(self._gzip.flush())
        self._file.close()


class ParquetFile:
    """A column for each attribute; what is a list or an object in JSON is JSON text here too."""

    def __init__(self, file: SealedFile, columns: Sequence[str]) -> None:
        self._arrow = import_module("pyarrow")
        self._file = file
        self._columns = columns
        kinds = {
            "versi": self._arrow.int32(),
            "diubah_pada": self._arrow.timestamp("us", tz="UTC"),
        }
        text = self._arrow.string()
        self._schema = self._arrow.schema([(name, kinds.get(name, text)) for name in columns])
        parquet = import_module("pyarrow.parquet")
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[msgspec.Struct] = []

    def put(self, records: Records) -> None:
        """Held until they make a group."""
        self._held += records
        if len(self._held) >= _GROUP:
            self._write_group()

    def close(self) -> None:
        """With the last group and the footer."""
        self._write_group()
        self._writer.close()
        self._file.close()

    def _write_group(self) -> None:
        values = {
            name: [_plain(getattr(record, name)) for record in self._held] for name in self._columns
        }
        self._writer.write_table(self._arrow.table(values, schema=self._schema))
        self._held.clear()


FORMATS: Final[Mapping[FormatEkspor, Callable[[SealedFile, Sequence[str]], RecordFile]]] = {
    FormatEkspor.NDJSON: NdjsonFile,
    FormatEkspor.PARQUET: ParquetFile,
}


def formats_here() -> frozenset[FormatEkspor]:
    """Those whose library is installed."""
    if find_spec("pyarrow") is None:
        return frozenset((FormatEkspor.NDJSON,))
    return frozenset(FORMATS)


def _plain(value: Any) -> Any:
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else value
