"""What is sealed opens with its key in its place only; keyed names never meet."""

import base64
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ports import SealBroken
from gateway.infra.crypto import Keyring, new_key, read_keyring
from gateway.kit.secret import Secret

ONE = Keyring({"satu": b"1" * 32}, b"i" * 32)
BOTH = Keyring({"dua": b"2" * 32, "satu": b"1" * 32}, b"i" * 32)
OTHER_INDEX = Keyring({"satu": b"1" * 32}, b"j" * 32)
NIK, NIK_LAIN = "9901014101900001", "9901014101900002"

values = st.binary(max_size=200)


@given(values, values)
def test_what_is_sealed_opens_in_its_context(plain, context):
    sealed = ONE.seal(plain, context)
    assert ONE.open(sealed, context) == plain
    assert BOTH.open(sealed, context) == plain
    assert len(plain) < 4 or plain not in sealed
    assert ONE.seal(plain, context) != sealed


@given(values, values, values)
def test_it_does_not_open_in_another_context(plain, context, other):
    sealed = ONE.seal(plain, context)
    if other != context:
        with pytest.raises(SealBroken):
            ONE.open(sealed, other)


@given(values, st.data())
def test_it_does_not_open_once_a_byte_was_changed_or_lost(plain, data):
    sealed = BOTH.seal(plain, b"ppks|nik|1")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(changed), sealed[:place], sealed + b"\x00", sealed[1:]):
        with pytest.raises(SealBroken):
            BOTH.open(broken, b"ppks|nik|1")


@given(st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(rubbish):
    for beginning in (b"", b"\x01", b"\x01\x04satu"):
        with pytest.raises(SealBroken):
            ONE.open(beginning + rubbish, b"")


def test_the_first_key_seals_and_a_missing_key_is_told_apart():
    sealed = BOTH.seal(b"x", b"")
    assert sealed[:5] == b"\x01\x03dua"
    with pytest.raises(SealBroken, match="not in the keyring"):
        ONE.open(sealed, b"")
    with pytest.raises(SealBroken, match="changed or moved"):
        Keyring({"dua": b"9" * 32}, b"i" * 32).open(sealed, b"")


def test_a_failure_holds_nothing_of_the_value():
    sealed = ONE.seal(NIK.encode(), b"a")
    with pytest.raises(SealBroken) as broken:
        ONE.open(sealed, b"b")
    assert broken.value.__cause__ is None
    assert NIK not in str(broken.value)


def test_keyed_names_are_steady_and_differ_by_use_kind_number_and_key():
    names = [
        ONE.blind_index("nik", NIK),
        ONE.blind_index("no_kk", NIK),
        ONE.blind_index("nik", NIK_LAIN),
        ONE.subject(NIK),
        ONE.subject(NIK_LAIN),
        ONE.reference(NIK).replace("-", ""),
        ONE.reference(NIK_LAIN).replace("-", ""),
        OTHER_INDEX.blind_index("nik", NIK),
        OTHER_INDEX.subject(NIK),
        OTHER_INDEX.reference(NIK).replace("-", ""),
    ]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)
    # A new data key changes no name: rows are found after a rotation.
    assert BOTH.blind_index("nik", NIK) == ONE.blind_index("nik", NIK)
    assert BOTH.reference(NIK) == ONE.reference(NIK)
    assert BOTH.subject(NIK) == ONE.subject(NIK)


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_a_reference_key_is_a_uuid_of_its_own_making(nik):
    reference = uuid.UUID(ONE.reference(nik))
    assert (reference.version, reference.variant) == (8, uuid.RFC_4122)
    assert str(reference) == ONE.reference(nik)


def test_derived_keys_differ_by_use():
    keys = {ONE.derive(use) for use in ("nik cache", "cursor", "blind index", "")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_a_keyring_is_read_from_settings():
    one, two, index = new_key(), new_key(), new_key()
    keyring = read_keyring(Secret(f"k2:{two}, k1:{one}"), Secret(index))
    assert keyring.current == "k2"
    old = read_keyring(Secret(f"k1:{one}"), Secret(index))
    assert keyring.open(old.seal(b"x", b"c"), b"c") == b"x"


GOOD = base64.b64encode(b"2" * 32).decode()
SHORT = base64.b64encode(b"1" * 31).decode()


@pytest.mark.parametrize(
    ("data_keys", "index_key"),
    [
        ("", GOOD),
        (GOOD, GOOD),
        (f":{GOOD}", GOOD),
        (f"{'k' * 33}:{GOOD}", GOOD),
        (f"kün:{GOOD}", GOOD),
        ("k1:bukan base64!", GOOD),
        (f"k1:{SHORT}", GOOD),
        (f"k1:{GOOD}", ""),
        (f"k1:{GOOD}", SHORT),
        (f"k1:{GOOD},", GOOD),
        (f"k1:{GOOD},k1:{GOOD}", GOOD),
    ],
)
def test_keys_that_will_not_do_are_refused_without_being_shown(data_keys, index_key):
    with pytest.raises(ValueError) as refused:
        read_keyring(Secret(data_keys), Secret(index_key))
    told = str(refused.value)
    secrets = re.findall(r"[A-Za-z0-9+/]{20,}=*", f"{data_keys} {index_key}")
    assert told
    assert not [secret for secret in secrets if secret in told]
    assert refused.value.__cause__ is None


def test_a_new_key_is_fresh():
    keys = {new_key() for _ in range(20)}
    assert len(keys) == 20
    assert {len(base64.b64decode(key)) for key in keys} == {32}
