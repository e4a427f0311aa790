"""Files that lie encrypted in chunks: whatever is done to one, it is opened whole or not at all."""

import itertools

import pytest

from gateway.domain.ports import SealBroken
from gateway.infra.crypto import Keyring
from gateway.infra.exports.sealed import SealedFile, sealed_chunks

KEYRING = Keyring({"k1": b"k" * 32}, b"i" * 32)
NEXT = Keyring({"k2": b"n" * 32, "k1": b"k" * 32}, b"i" * 32)
CHUNK = 1 << 18
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7)


def content(size):
    return bytes(itertools.islice(itertools.cycle(range(251)), size))


def written(path, size, name="satu", step=100_000, keyring=KEYRING):
    told = content(size)
    file = SealedFile(path, keyring, name)
    for start in range(0, size, step):
        file.write(told[start : start + step])
    file.close()
    assert file.size == path.stat().st_size
    return told


def opened(path, name="satu", keyring=KEYRING):
    return b"".join(sealed_chunks(path, keyring, name))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(tmp_path, size):
    told = written(tmp_path / "f", size)
    assert opened(tmp_path / "f") == told
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", SIZES[1:])
def test_nothing_of_it_lies_open(tmp_path, size):
    told = written(tmp_path / "f", size)
    lying = (tmp_path / "f").read_bytes()
    assert told[:16] not in lying or size < 16
    assert lying != told


def test_an_older_key_opens_it(tmp_path):
    told = written(tmp_path / "f", 1000)
    assert opened(tmp_path / "f", keyring=NEXT) == told
    written(tmp_path / "g", 1000, keyring=NEXT)
    with pytest.raises(SealBroken):
        opened(tmp_path / "g")


def frames(raw):
    found = []
    while raw:
        size = 4 + int.from_bytes(raw[:4], "big")
        found.append(raw[:size])
        raw = raw[size:]
    return found


@pytest.mark.parametrize(
    "damage",
    [
        lambda f: f[:-1],
        lambda f: f[1:],
        lambda f: [f[1], f[0], *f[2:]],
        lambda f: [*f, f[-1]],
        lambda f: [*f[:-1], f[-1][:-1]],
        lambda f: [f[0][:60] + bytes([f[0][60] ^ 1]) + f[0][61:], *f[1:]],
        lambda _f: [],
    ],
    ids=["end cut off", "begin cut off", "swapped", "repeated", "shortened", "changed", "emptied"],
)
def test_a_damaged_file_is_not_read_to_its_end(tmp_path, damage):
    path = tmp_path / "f"
    written(path, 3 * CHUNK + 7)
    path.write_bytes(b"".join(damage(frames(path.read_bytes()))))
    with pytest.raises(SealBroken):
        opened(path)


def test_a_file_in_anothers_place_is_not_read(tmp_path):
    written(tmp_path / "f", 10, name="ekspor|a|1|1")
    with pytest.raises(SealBroken):
        opened(tmp_path / "f", name="ekspor|a|2|1")
