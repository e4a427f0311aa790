"""Whatever a delivery holds, it is read or refused by type, and nothing of it is repeated in words."""

import traceback
from itertools import chain

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from adapters.simasos.deliveries import webhook_body
from gateway.domain.complaint import Pelapor, Pengaduan
from gateway.domain.systems import InboundBatch, WebhookRefused
from tests.systems.simasos.support import (
    CONFIG,
    ISI,
    NAMA,
    NIK,
    NOMOR,
    NOW,
    Street,
    signed,
    teks,
    webhook,
)

LINE = Street().line
PRIVATE = (NOMOR, NAMA, NIK, ISI)

BODY = webhook(
    teks("wamid.A", f"{ISI} NIK {NIK}"),
    {**teks("wamid.B"), "type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}},
    {**teks("wamid.C"), "type": "location", "location": {"latitude": 0.5, "longitude": 117.0}},
    statuses=[{"id": "wamid.R", "status": "failed", "timestamp": "1", "errors": [{"code": 1}]}],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["id", "type", "from", "timestamp", "text", "image", "context", "contacts", "interactive",
     "edit", "button", "location", "errors", "group_id"]
)  # fmt: skip
TYPES = st.sampled_from(
    ["text", "image", "interactive", "edit", "location", "contacts", "button", "order", "reaction"]
)


def taken(body: bytes) -> InboundBatch | None:
    """The batch, or None for a refusal; nothing private may show in either."""
    try:
        batch = LINE.receive(signed(body), body)
    except WebhookRefused as refused:
        told = "".join(traceback.format_exception(refused)) + repr(refused)
        assert not any(each in told for each in PRIVATE)
        return None
    warnings = chain.from_iterable(each.peringatan for each in batch.pengaduan)
    told = repr(batch) + "".join(batch.diabaikan) + "".join(w.pesan + w.kode for w in warnings)
    assert not any(each in told for each in PRIVATE)
    msgspec.json.encode(batch)
    return batch


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    taken(body)


@given(st.integers(0, len(BODY) - 1), st.binary(min_size=1, max_size=6), st.booleans())
def test_a_body_damaged_anywhere_is_read_or_refused(where, piece, insert):
    taken(BODY[:where] + piece + BODY[where + (0 if insert else len(piece)) :])


@given(st.integers(0, len(BODY)))
def test_a_body_cut_off_anywhere_is_read_or_refused(length):
    assert (taken(BODY[:length]) is None) == (length < len(BODY))


@given(st.dictionaries(KEYS, JSON), TYPES)
def test_messages_of_any_shape_never_break_the_delivery(parts, kind):
    batch = taken(webhook({**teks(), "type": kind, **parts}, teks("wamid.Z")))
    assert batch is not None
    assert "wamid.Z" in [each.id_sumber for each in batch.pengaduan]


@given(JSON)
def test_values_of_any_shape_are_read_or_refused(value):
    taken(webhook(messages=value))
    taken(webhook(teks(), contacts=value))
    taken(webhook(teks(), statuses=value))


@given(
    isi=st.text(),
    seconds=st.integers(1, 4_000_000_000),
    nama=st.text(),
    nomor=st.from_regex(r"62[0-9]{8,12}", fullmatch=True) | st.just("ID.99AbC"),
    answers=st.none() | st.just("wamid.LALU"),
)
def test_what_citizens_write_arrives_unchanged(isi, seconds, nama, nomor, answers):
    written = Pengaduan(
        sistem="simasos",
        id_sumber="wamid.X",
        kanal="whatsapp",
        diterima_pada=NOW.fromtimestamp(seconds, NOW.tzinfo),
        isi=isi,
        pelapor=Pelapor(nomor=nomor, nama=nama),
        balasan_atas=answers,
    )
    batch = taken(webhook_body(written, CONFIG))
    assert batch is not None
    (read,) = batch.pengaduan
    assert (read.isi, read.pelapor, read.diterima_pada, read.balasan_atas) == (
        written.isi, written.pelapor, written.diterima_pada, written.balasan_atas,
    )  # fmt: skip
