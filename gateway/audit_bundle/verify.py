"""Proves a bundle of the sealed audit log: `python verify.py BUNDLE --key FILE [--kept FILE]`.

It stands alone: Python 3.11 with the package `cryptography`, no network, nothing of the gateway. It
takes the steps of the log's specification (version 1, section 5) one after the other and ends with
0 = all is proved, 1 = something is not as it must be, and it says what, 2 = it cannot be read.
Timestamps are checked where `--tsa FILE` names certificates of their authorities.
"""

import argparse
import base64
import contextlib
import hashlib
import io
import json
import re
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

Json = dict[str, Any]

NEEDED: Final = {"manifest.json", "prefix.json", "leaves.bin"} | {
    f"{name}.ndjson" for name in ("checkpoints", "entries", "consistency", "destructions")
}
POSSIBLE: Final = NEEDED | {"openings.ndjson", "timestamps.ndjson", "keys.txt", "verify.py"}
UNREADABLE: Final = (
    *(OSError, EOFError, ValueError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, sqlite3.Error),
)
LONGEST: Final = 1 << 24  # bytes of a line
MOST: Final = 2**53 - 1
TOLERANCE: Final = 300_000_000  # microseconds
PLAIN: Final = re.DOTALL | re.ASCII
SILENTLY: Final = "destroyed without a destruction entry"
MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
ALWAYS: Final = {"v", "entri_id", "pada", "peristiwa", "hasil", "atribut", "jumlah"}
TEXTS: Final = "peristiwa client_id grant_id nomor_pks tujuan dasar_hukum sumber alasan request_id"
FORMS: Final = {  # of an entry's member: its type, and what its text looks like
    **dict.fromkeys(["oleh", "objek", *TEXTS.split()], (str, ".*")),
    **dict.fromkeys(["jumlah", "umur"], (int, r"\d+")),
    **dict.fromkeys(["subjek_sidik", "daftar_sidik"], (str, "[0-9a-f]{64}")),
    "v": (int, "1"),
    "entri_id": (str, "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "pada": (str, MOMENT),
    "hasil": (str, "diberikan|tidak_ditemukan|ditolak|gagal|dilakukan"),
    "atribut": (list, ".*"),
    "grant_versi": (int, ".*"),
    "permintaan_sidik": (str, "[0-9a-f]{32}"),
    "rincian": (dict, ".*"),
}
# Names of RFC 3161 and RFC 5652 as they stand in DER, with the size of the hash that they mean.
TST_INFO: Final = "2a864886f70d0109100104"
CONTENT_TYPE: Final = "2a864886f70d010903"
DIGEST: Final = "2a864886f70d010904"
NAMING: Final = {"2a864886f70d010910022f": 256, "2a864886f70d010910020c": 1}
SHA2: Final = "6086480165" + "030402"
HASHES: Final = {f"{SHA2}01": 256, f"{SHA2}02": 384, f"{SHA2}03": 512}
RSA: Final = "2a864886f70d010101"
RSA_WITH: Final = {256: f"{RSA[:-2]}0b", 384: f"{RSA[:-2]}0c", 512: f"{RSA[:-2]}0d"}
ECDSA_WITH: Final = {256: "2a8648ce3d040302", 384: "2a8648ce3d040303", 512: "2a8648ce3d040304"}
UNHEARD_OF: Final = (UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)


class Wrong(Exception):
    """Something is not as it must be; its name is the one that the specification gives it."""

    def __init__(self, name: str, why: object) -> None:
        super().__init__(f"{name}: {why}")


@contextlib.contextmanager
def named(name: str) -> Iterator[None]:
    """Whatever is malformed in here has this name."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        raise Wrong(name, error) from None


def need(condition: object, why: str) -> None:
    if not condition:
        raise ValueError(why)


def fits(told: Any, kind: type, form: str) -> bool:
    return type(told) is kind and bool(re.fullmatch(form, str(told), PLAIN))


def unique(pairs: list[tuple[str, Any]]) -> Json:
    need(len(dict(pairs)) == len(pairs), "a name stands twice")
    return dict(pairs)


def whole(number: str) -> int:
    need(re.fullmatch("-?[0-9]{1,16}", number) and abs(int(number)) <= MOST, "no whole number")
    return int(number)


def parse(line: bytes) -> Any:
    hooks: Json = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), whole)
    return json.loads(line.decode(), object_pairs_hook=unique, **hooks)


def members(told: Any, kinds: Json) -> Json:
    """An object of exactly these members, of these types (by name)."""
    need(isinstance(told, dict) and told.keys() == kinds.keys(), f"no object of {[*kinds]}")
    need(all(type(told[name]).__name__ in kinds[name] for name in kinds), "another type")
    return dict(told)


def unbase(text: Any, length: int = 0) -> bytes:
    told = base64.b64decode(text if isinstance(text, str) else "*", validate=True)
    need(base64.b64encode(told).decode() == text, "not the base64 of its bytes")
    need(length in {0, len(told)}, "too long or too short")
    return told


def microseconds(moment: Any) -> int:
    need(fits(moment, str, MOMENT), "not a moment")
    return round(datetime.fromisoformat(moment).timestamp() * 1_000_000)


class Key(NamedTuple):
    """A vkey taken apart. Kind 1 signs checkpoints, kind 4 cosigns them."""

    name: str
    key_id: bytes
    kind: int
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> "Key":
        name, key_id, encoded = [*vkey.split("+", 2), "", ""][:3]
        told = unbase(encoded, 33)
        digest = hashlib.sha256(name.encode() + b"\n" + told).digest()[:4]
        need(name and told[0] in {1, 4} and digest.hex() == key_id, "not the vkey of a key")
        return cls(name, digest, told[0], told[1:])

    def made(self, signature: bytes, text: bytes) -> bool:
        if self.kind == 4:
            stamp, signature = int.from_bytes(signature[:8]), signature[8:]
            text = b"cosignature/v1\ntime %d\n%s" % (stamp, text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Point(NamedTuple):
    """A checkpoint; `rotation`: the key until it and the one from it on, or nothing."""

    note: str
    text: bytes
    origin: str
    size: int
    root: bytes
    time: str
    rotation: tuple[Key, ...]
    signatures: list[tuple[str, bytes]]

    @classmethod
    def read(cls, note: str) -> "Point":
        text, _, below = note.rpartition("\n\n")
        need(
            note.encode() and below.endswith("\n") and not re.search("[^\n -\U0010ffff]", note),
            "no signed note",
        )
        lines = text.split("\n")
        need(len(lines) >= 4 and all(lines), "no checkpoint")
        origin, size, root, time, *more = lines
        need(fits(size, str, "0|[1-9][0-9]*") and time.startswith("time "), "no checkpoint")
        microseconds(time[5:])
        changes = [line.split(" ")[1:] for line in more if line.split(" ")[0] == "rotate"]
        rotation = tuple(Key.read(vkey) for each in changes for vkey in each)
        need(len(rotation) == 2 * len(changes) <= 2, "no rotation")
        need(all((key.name, key.kind) == (origin, 1) for key in rotation), "keys of another log")
        signatures = []
        for line in below.removesuffix("\n").split("\n"):
            need(line.count(" ") == 2 and line.startswith("\u2014 "), "no signature line")
            signatures.append((line.split(" ")[1], unbase(line.split(" ")[2])))
        told = f"{text}\n".encode()
        sealed = (whole(size), unbase(root, 32), time[5:])
        return cls(note, told, origin, *sealed, rotation, signatures)

    @property
    def label(self) -> str:
        return f"checkpoint {self.size} {self.time}"

    def signed_by(self, *keys: Key) -> bool:
        return all(self.verdicts(key) == {True} for key in keys)

    def verdicts(self, key: Key) -> set[bool]:
        """Of a key's signature lines, whether they are right; empty where it has none."""
        whose = (key.name, key.key_id)
        mine = [told[4:] for name, told in self.signatures if (name, told[:4]) == whose]
        return {key.made(signature, self.text) for signature in mine}


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows leaf by leaf; keeps the roots of its perfect subtrees, from the left."""

    def __init__(self, size: int, peaks: list[bytes]) -> None:
        self.size, self.peaks = size, peaks

    def add(self, leaf: bytes) -> None:
        rest = self.size
        while rest & 1:
            leaf, rest = node(self.peaks.pop(), leaf), rest >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else hashlib.sha256().digest()
        for peak in self.peaks[-2::-1]:
            root = node(peak, root)
        return root


def included(leaf: bytes, index: int, size: int, proof: Iterator[bytes]) -> bytes:
    """The root that an inclusion proof leads to; a hash that it lacks leads to none."""
    if size <= 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return node(included(leaf, index, half, proof), next(proof, b""))
    right = included(leaf, index - half, size - half, proof)
    return node(next(proof, b""), right)


def grown(old: int, new: int, root: bytes, proof: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to; `root`: the old one, while it is a node."""
    if old == new:
        root = root or next(proof, b"")
        return root, root
    half = 1 << (new - 1).bit_length() - 1
    if old <= half:
        one, two = grown(old, half, root, proof)
        return one, node(two, next(proof, b""))
    one, two = grown(old - half, new - half, b"", proof)
    left = next(proof, b"")
    return node(left, one), node(left, two)


def consistent(proof: Json, old: bytes, new: bytes) -> bool:
    hashes = iter([unbase(each, 32) for each in proof["hashes"]])
    first, last = proof["from"], proof["to"]
    is_sound = first == 0 or (0 < first <= last and grown(first, last, old, hashes) == (old, new))
    return is_sound and next(hashes, None) is None


def read_entry(leaf: bytes) -> Json:
    entry = parse(leaf)
    need(isinstance(entry, dict) and None not in entry.values(), "no object, or null in it")
    form = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    need(form.encode() == leaf, "not in the canonical form")
    need(entry.keys() >= ALWAYS, "a member is missing")
    wrong = [name for name in FORMS.keys() & entry.keys() if not fits(entry[name], *FORMS[name])]
    need(not wrong and all(isinstance(each, str) for each in entry["atribut"]), "another form")
    microseconds(entry["pada"])
    return dict(entry)


def ranges(entry: Json, index: int) -> list[list[int]]:
    """The leaves that an act of destruction names, all of them before itself."""
    told, after = entry.get("rincian", {}), -1
    need(isinstance(told.get("kelas"), str) and isinstance(told.get("rentang"), list), "no act")
    microseconds(told.get("sebelum"))
    for each in told["rentang"]:
        need(isinstance(each, list) and [*map(type, each)] == [int, int], "no range of leaves")
        need(after < each[0] <= each[1] < index, "not in order, or not before itself")
        after = each[1]
    return list(told["rentang"])


def der(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The values that stand side by side: tag, content, and all of it."""
    found = []
    while data:
        need(len(data) > 1 and data[0] & 31 != 31, "no DER")
        length, start = data[1], 2
        if length > 127:
            start += length - 128
            length = int.from_bytes(data[2:start])
            least = max(128, 1 << 8 * (start - 3)) if start > 2 else length + 1
            need(start < 7 and length >= least, "no DER")
        need(start + length <= len(data), "it is cut off")
        found.append((data[0], data[start : start + length], data[: start + length]))
        data = data[start + length :]
    return found


def shaped(data: bytes, *tags: int) -> list[bytes]:
    """The contents of values, the first of which have these tags; 0 = any."""
    values = der(data)
    fit = len(values) >= len(tags) and all(
        tag in {0, found} for tag, (found, *_) in zip(tags, values, strict=False)
    )
    need(fit, "another type than a timestamp has there")
    return [content for _, content, _ in values]


def inside(data: bytes, tag: int) -> bytes:
    """The content of a value that stands alone."""
    [content] = shaped(data, tag)
    return content


def algorithm(data: bytes) -> str:
    return shaped(data, 0x06)[0].hex()


class Token:
    """A timestamp: the hash that it is of, when it was made, and whose certificate made it."""

    def __init__(self, told: bytes) -> None:
        kind, content = shaped(inside(told, 0x30), 0x06, 0xA0)
        need(kind.hex() == "2a864886f70d010702", "no signed message")
        message = inside(content, 0x30)
        _, _, encapsulated, *_, signers = shaped(message, 0x02, 0x31, 0x30)
        kind, octets = shaped(encapsulated, 0x06, 0xA0)
        need(kind.hex() == TST_INFO and der(message)[-1][0] == 0x31, "no timestamp")
        info = inside(octets, 0x04)
        sent = b"".join(each for tag, each, _ in der(message) if tag == 0xA0)
        self.certificates = [x509.load_der_x509_certificate(each) for *_, each in der(sent)]
        self.signer = self.signed_by(inside(signers, 0x30), info)
        _, _, imprint, _, moment, *_ = shaped(inside(info, 0x30), 0x02, 0x06, 0x30, 0x02, 0x18)
        hashed_by, self.hashed = shaped(imprint, 0x30, 0x04)
        need(HASHES.get(algorithm(hashed_by)) == 256, "of another hash")
        found = re.fullmatch(r"(\d{14})(\.\d{1,6})?Z", moment.decode(), re.ASCII)
        if found is None:
            raise ValueError("no moment")
        whole = datetime.strptime(f"{found[1]}Z", "%Y%m%d%H%M%S%z")
        self.seen = whole + timedelta(seconds=float(found[2] or 0))

    def signed_by(self, signer: bytes, info: bytes) -> x509.Certificate:
        """The certificate whose hash is signed together with the content's."""
        tags = (0x02, 0, 0x30, 0xA0, 0x30, 0x04)
        _, _, digest, attributes, kind, signature, *_ = shaped(signer, *tags)
        size = HASHES[algorithm(digest)]
        pairs = [shaped(each, 0x06, 0x31) for each in shaped(attributes)]
        told = {name.hex(): values for name, values in pairs}
        need(len(told) == len(pairs), "an attribute stands twice")
        need(inside(told[CONTENT_TYPE], 0x06).hex() == TST_INFO, "signed as something else")
        hashed = hashlib.new(f"sha{size}", info).digest()
        need(inside(told[DIGEST], 0x04) == hashed, "the content was changed")
        certificate, signed = self.named(told), b"\x31" + der(signer)[3][2][1:]
        check = (certificate.public_key(), signature, signed, size, algorithm(kind))
        need(is_signature(*check), "the signature is wrong")
        return certificate

    def named(self, told: dict[str, bytes]) -> x509.Certificate:
        name = next(name for name in NAMING if name in told)
        first = shaped(shaped(inside(told[name], 0x30), 0x30)[0], 0x30)[0]
        parts, size = shaped(first), NAMING[name]
        if der(first)[0][0] == 0x30:
            size, parts = HASHES[algorithm(parts[0])], parts[1:]
        for certificate in self.certificates:
            whole = certificate.public_bytes(Encoding.DER)
            if hashlib.new(f"sha{size}", whole, usedforsecurity=False).digest() == parts[0]:
                return certificate
        raise ValueError("the signer's certificate is not there")

    def leads_to(self, anchors: list[x509.Certificate]) -> bool:
        """Whether the signer was a timestamping authority then, by one of these."""
        uses = extension(self.signer, x509.ExtendedKeyUsage)
        stamps = [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]
        need(uses and uses.critical and list(uses.value) == stamps, "the signer is no authority")
        basic, usage = (
            extension(self.signer, kind) for kind in (x509.BasicConstraints, x509.KeyUsage)
        )
        need(not (basic and basic.value.ca), "the signer issues certificates")
        signs = usage and (usage.value.digital_signature or usage.value.content_commitment)
        need(usage is None or signs, "the signer is not for signatures")
        return self.leads(self.signer, anchors, 0)

    def leads(self, below: x509.Certificate, anchors: list[x509.Certificate], depth: int) -> bool:
        in_force = below.not_valid_before_utc <= self.seen <= below.not_valid_after_utc
        if not in_force or not is_strong(below.public_key()):
            return False
        if below in anchors:
            return True
        return depth < 5 and any(
            is_issuer(above, below, depth) and self.leads(above, anchors, depth + 1)
            for above in (*anchors, *self.certificates)
        )


def extension(certificate: x509.Certificate, kind: Any) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def is_issuer(above: x509.Certificate, below: x509.Certificate, depth: int) -> bool:
    """Whether one certificate was issued by another, with as many between it and the signer."""
    basic, usage = extension(above, x509.BasicConstraints), extension(above, x509.KeyUsage)
    if not (basic and basic.value.ca and (usage is None or usage.value.key_cert_sign)):
        return False
    longest, hashed = basic.value.path_length, below.signature_hash_algorithm
    if hashed is None or hashed.name not in {"sha256", "sha384", "sha512"}:
        return False
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return longest is None or depth <= longest


def is_strong(key: Any) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= 2048
    curves = {"secp256r1", "secp384r1", "secp521r1"}
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in curves


def is_signature(key: Any, signature: bytes, signed: bytes, size: int, kind: str) -> bool:
    hashed = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}[size]
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind in {RSA, RSA_WITH[size]}:
            key.verify(signature, signed, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == ECDSA_WITH[size]:
            key.verify(signature, signed, ec.ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def stamped(told: bytes, text: bytes, anchors: list[x509.Certificate]) -> int:
    """When an authority saw a text, in microseconds."""
    try:
        token = Token(told)
        need(token.hashed == hashlib.sha256(text).digest(), "it is of something else")
        need(token.leads_to(anchors), "its signer does not lead to a certificate that was given")
    except (KeyError, IndexError, StopIteration, TypeError, *UNHEARD_OF) as error:
        raise ValueError(f"its timestamp is malformed: {error}") from None
    return int(token.seen.timestamp() * 1_000_000)


class Verifier:
    """One bundle and its steps; the first that fails raises Wrong."""

    def __init__(
        self, path: Path, keys: list[Key], kept: list[Point], anchors: list[x509.Certificate]
    ) -> None:
        self.anchors = anchors
        self.opened = contextlib.ExitStack()
        self.archive = None if path.is_dir() else self.opened.enter_context(zipfile.ZipFile(path))
        self.folder: Any = path if self.archive is None else zipfile.Path(self.archive)
        self.trusted = {key for key in keys if key.kind == 1}
        self.witnesses, self.kept = [key for key in keys if key.kind == 4], kept
        self.chain: set[Key] = set()
        self.rotations: list[Point] = []
        self.gaps: list[tuple[Point, Point]] = []  # neighbours that a proof must join
        self.roots: dict[int, bytes] = {}  # by size: where proofs begin and end
        self.proofs: list[Json] = []  # those that join no neighbours
        self.store = sqlite3.connect("")  # in a file that ends with the program
        self.later: dict[int, Wrong] = {}  # what one pass finds for the steps after it
        self.checkpoints = self.destroyed = self.cosigned = 0
        self.stamped = self.covered = self.latest = 0

    def close(self) -> None:
        self.store.close()
        self.opened.close()

    def prove(self) -> None:
        self.step_1_bundle()
        self.step_2_checkpoints()
        self.step_3_signatures()
        self.step_4_prefix()
        self.step_5_leaves()
        self.steps_6_to_9_entries()
        self.step_10_consistency()
        self.step_11_kept()
        self.step_12_openings()
        self.step_12_cosignatures()
        self.step_12_timestamps()

    def open(self, name: str) -> io.BufferedReader:
        return self.opened.enter_context(io.BufferedReader((self.folder / name).open("rb")))

    def lines(self, name: str) -> Iterator[bytes]:
        if (self.folder / name).exists():
            with self.open(name) as file:
                while line := file.readline(LONGEST):
                    yield line

    def objects(self, name: str, kinds: Json) -> Iterator[tuple[str, Json]]:
        """The name of each line, and what it says."""
        for number, line in enumerate(self.lines(name), 1):
            with named(f"{name} line {number}"):
                need(line.endswith(b"\n"), "it does not end")
                told = members(parse(line), kinds)
            yield f"{name} line {number}", told

    def only_object(self, name: str, kinds: Json) -> Json:
        with self.open(name) as file:
            return members(parse(file.read(LONGEST)), kinds)

    def points(self) -> Iterator[Point]:
        for name, told in self.objects("checkpoints.ndjson", {"note": "str"}):
            with named(name):
                point = Point.read(told["note"])
            yield point

    def step_1_bundle(self) -> None:
        there = [each.name for each in self.folder.iterdir()]
        names = self.archive.namelist() if self.archive else [*POSSIBLE.intersection(there)]
        kinds = {"format": "str", "v": "int", "origin": "str", "first": "int", "end": "int"}
        times = {"sejak": "str NoneType", "sampai": "str NoneType", "dibuat_pada": "str"}
        with named("bundle"):
            need({*names} >= NEEDED, f"without {sorted(NEEDED.difference(names))}")
            need({*names} <= POSSIBLE, "it has a member that does not belong there")
            need(len({*names}) == len(names), "a name stands twice")
            told = self.only_object("manifest.json", kinds | times)
            need((told["format"], told["v"]) == ("ppks-audit-bundle", 1), "of another version")
            need(0 <= told["first"] <= told["end"], "no part of a log")
            _ = [microseconds(told[name]) for name in times if told[name] is not None]
        self.origin, self.first, self.end = told["origin"], told["first"], told["end"]

    def step_2_checkpoints(self) -> None:
        before, edges = None, {self.first, self.end, *(point.size for point in self.kept)}
        for point in self.points():
            with named(point.label):
                need(point.origin == self.origin, "of another log")
                if before is not None:
                    need(before.time < point.time, "not later than the one before")
                    need(before.size <= point.size, "smaller than the one before")
                    is_same = before.size == point.size
                    need(not is_same or before.root == point.root, "two roots of one size")
                    if not is_same and not self.first <= before.size < point.size <= self.end:
                        self.gaps.append((before, point))
            if point.rotation:
                self.rotations.append(point)
            if point.rotation or point.size in edges:
                self.roots[point.size] = point.root
            before, self.checkpoints = point, self.checkpoints + 1
        if before is None:
            raise Wrong("checkpoints.ndjson", "there is none")
        self.newest, self.roots[before.size] = before, before.root

    def step_3_signatures(self) -> None:
        pairs = [{*point.rotation} for point in self.rotations if point.signed_by(*point.rotation)]
        for pair in (*pairs, *reversed(pairs)):
            self.trusted |= pair if self.trusted & pair else set()
        in_force = {self.rotations[0].rotation[0]} if self.rotations else self.trusted
        for point in self.points():
            with named(point.label):
                verdicts = {key: point.verdicts(key) for key in self.trusted}
                need(not any(False in each for each in verdicts.values()), "a signature is wrong")
                if point.rotation:
                    need(point.rotation[0] in in_force, "it changes a key that was not in force")
                    in_force = {point.rotation[1]}
                need(in_force & self.trusted, "none of the keys that you trust was in force")
                in_force = {key for key in in_force if verdicts.get(key)}
                need(in_force, "the key in force has not signed it")
            self.chain |= self.trusted & {*in_force, *point.rotation}

    def step_4_prefix(self) -> None:
        with named("prefix"):
            told = self.only_object("prefix.json", {"size": "int", "peaks": "list"})
            self.tree = Tree(self.first, [unbase(peak, 32) for peak in told["peaks"]])
            need(told["size"] == self.first, "of another size")
            need(len(self.tree.peaks) == self.first.bit_count(), "too few peaks, or too many")
            root = self.roots.get(self.first) if self.first else self.tree.root()
            need(self.tree.root() == root, "not of the checkpoint of that size")

    def step_5_leaves(self) -> None:
        good, asked = self.first, {point.size for point in self.kept}
        with self.open("leaves.bin") as file:
            for point in self.points():
                if not self.first <= point.size <= self.end:
                    continue
                with named(f"leaves {good} to {point.size - 1}"):
                    while self.tree.size < point.size:
                        leaf = file.read(32)
                        need(len(leaf) == 32, "hashes are missing")
                        self.tree.add(leaf)
                        if self.tree.size in asked:
                            self.roots.setdefault(self.tree.size, self.tree.root())
                    need(self.tree.root() == point.root, "the tree has another root there")
                good = point.size
            with named(f"leaves {good} to {max(good, self.end - 1)}"):
                need(good == self.end, "no checkpoint covers them")
                need(not file.read(1), "more hashes than leaves")

    def steps_6_to_9_entries(self) -> None:
        self.store.execute("CREATE TABLE seen (entri_id TEXT PRIMARY KEY) WITHOUT ROWID")
        self.store.execute("CREATE TABLE gone (leaf INTEGER PRIMARY KEY)")
        self.changes = {point.size - 1: point.rotation for point in self.rotations}
        self.coming = ((point.size, microseconds(point.time)) for point in self.points())
        self.before, self.next = (0, -sys.maxsize), next(self.coming)
        lines = self.lines("entries.ndjson")
        with self.open("leaves.bin") as file:
            for index in range(self.first, self.end):
                with named(f"entry {index}"):
                    self.entry(index, next(lines, b""), file.read(32))
        with named(f"entry {self.end}"):
            need(next(lines, None) is None, "a line too many")
        try:
            self.step_9_destructions()
        except Wrong as wrong:
            self.later.setdefault(9, wrong)
        for step in sorted(self.later):
            raise self.later[step]

    def entry(self, index: int, line: bytes, sealed: bytes) -> None:
        """Step 6; what is wrong with the entry in steps 7 to 9 comes up later."""
        if line == b'"%s"\n' % base64.b64encode(sealed):
            self.destroyed += 1
            self.store.execute("INSERT INTO gone VALUES (?)", [index])
            if index in self.changes:
                self.later.setdefault(9, Wrong(f"entry {index}: {SILENTLY}", "a change of keys"))
            return
        need(line.endswith(b"\n") and leaf_hash(line[:-1]) == sealed, "not what was sealed")
        entry = read_entry(line[:-1])
        self.step_7_time(index, microseconds(entry["pada"]))
        try:
            self.store.execute("INSERT INTO seen VALUES (?)", [entry["entri_id"]])
        except sqlite3.IntegrityError:
            self.later.setdefault(8, Wrong(f"entry {index}", "an entri_id for the second time"))
        try:
            with named(f"entry {index}"):
                self.step_9_act(index, entry)
        except Wrong as wrong:
            self.later.setdefault(9, wrong)

    def step_7_time(self, index: int, pada: int) -> None:
        while self.next[0] <= index:
            self.before, self.next = self.next, next(self.coming)
        if pada < self.before[1] - TOLERANCE:
            self.later.setdefault(7, Wrong(f"entry {index}: back-dated", "sealed later"))
        if pada > self.next[1] + TOLERANCE:
            self.later.setdefault(7, Wrong(f"entry {index}: post-dated", "sealed earlier"))

    def step_9_act(self, index: int, entry: Json) -> None:
        if index in self.changes:
            told, keys = entry.get("rincian", {}), self.changes[index]
            both = [Key.read(str(told.get(name))) for name in ("lama", "baru")]
            need(entry["peristiwa"] == "admin.audit.kunci" and both == [*keys], "not the rotation")
        if entry["peristiwa"] == "admin.audit.musnah":
            self.store.executemany(
                "DELETE FROM gone WHERE leaf BETWEEN ? AND ?", ranges(entry, index)
            )

    def step_9_destructions(self) -> None:
        """Acts that came after the bundle's last entry; then who has no act."""
        proof = {"index": "int", "size": "int", "hashes": "list"}
        kinds = {"leaf": "str", "proof": "dict"}
        for name, told in self.objects("destructions.ndjson", kinds):
            with named(name):
                leaf, steps = told["leaf"].encode(), members(told["proof"], proof)
                index, hashes = steps["index"], iter([unbase(x, 32) for x in steps["hashes"]])
                need(steps["size"] == self.newest.size > index >= self.end, "of another tree")
                root = included(leaf_hash(leaf), index, steps["size"], hashes)
                need((root, next(hashes, None)) == (self.newest.root, None), "no proof")
                entry = read_entry(leaf)
                need(entry["peristiwa"] == "admin.audit.musnah", "no act of destruction")
                named_leaves = ranges(entry, index)
            self.store.executemany("DELETE FROM gone WHERE leaf BETWEEN ? AND ?", named_leaves)
        for (leaf,) in self.store.execute("SELECT leaf FROM gone ORDER BY leaf LIMIT 1"):
            raise Wrong(f"entry {leaf}: {SILENTLY}", "no act names it")

    def step_10_consistency(self) -> None:
        needed = {(old.size, new.size): (old.root, new.root) for old, new in self.gaps}
        missing = dict(needed)
        kinds = {"from": "int", "to": "int", "hashes": "list"}
        for _, told in self.objects("consistency.ndjson", kinds):
            pair = (told["from"], told["to"])
            if pair not in needed:
                self.proofs.append(told)
                continue
            with named(f"consistency {pair[0]} {pair[1]}"):
                need(consistent(told, *needed[pair]), "the proof does not hold")
            missing.pop(pair, None)
        for pair in missing:
            raise Wrong(f"consistency {pair[0]} {pair[1]}", "there is no proof")

    def step_11_kept(self) -> None:
        for point in self.kept:
            with named(f"fork or truncation: {point.label}"):
                need(point.origin == self.origin, "of another log")
                need(any(map(point.signed_by, self.chain)), "no key of the log has signed it")
                known = self.roots.get(point.size)
                joined = any(self.joins(proof, point) for proof in self.proofs)
                need(known == point.root if known else joined, "the log is not in that state")

    def joins(self, proof: Json, point: Point) -> bool:
        """Whether a proof leads from a kept checkpoint to one of the bundle, or back."""
        ends = (proof["from"], proof["to"])
        # From a size to itself, and from nothing, every proof leads.
        if point.size not in ends or ends[0] == ends[1] or ends[0] == 0:
            return False
        old, new = (point.root if end == point.size else self.roots.get(end) for end in ends)
        with contextlib.suppress(ValueError):
            return bool(old and new and consistent(proof, old, new))
        return False

    def step_12_openings(self) -> None:
        entries = enumerate(self.lines("entries.ndjson"), self.first)
        kinds = {"index": "int", "salt": "str", "subjek": "str"}
        for _, told in self.objects("openings.ndjson", kinds):
            with named(f"opening {told['index']}"):
                line = next((line for index, line in entries if index == told["index"]), b"0")
                entry, said = parse(line), unbase(told["salt"], 16) + told["subjek"].encode()
                need(isinstance(entry, dict), "no entry that is there, or out of order")
                sidik = hashlib.sha256(said).hexdigest()
                need(entry.get("subjek_sidik") == sidik, "not the person of that entry")

    def step_12_cosignatures(self) -> None:
        for point in self.points() if self.witnesses else ():
            verdicts = [point.verdicts(key) for key in self.witnesses]
            with named(point.label):
                need(not any(False in each for each in verdicts), "a cosignature is wrong")
            self.cosigned += any(verdicts)

    def step_12_timestamps(self) -> None:
        if not self.anchors:
            self.stamped = sum(1 for _ in self.lines("timestamps.ndjson"))
            return
        points, kinds = self.points(), {"size": "int", "time": "str", "token": "str"}
        point, waits = None, None  # the first checkpoint that no timestamp covers
        for name, told in self.objects("timestamps.ndjson", kinds):
            with named(name):
                microseconds(told["time"])
            with named(f"checkpoint {told['size']} {told['time']}"):
                while point is None or point.time < told["time"]:
                    point = next(points, None)
                    need(point, "a timestamp of a checkpoint that is not here, or not in order")
                    waits = waits or point
                is_its = (point.size, point.time) == (told["size"], told["time"])
                need(is_its, "a timestamp of a checkpoint that is not here, or not in order")
                self.step_12_timestamp(point, unbase(told["token"]), waits)
            waits, self.covered = None, point.size
            self.stamped += 1

    def step_12_timestamp(self, point: Point, token: bytes, waits: Point | None) -> None:
        seen = stamped(token, point.text, self.anchors)
        early = "an authority stamped it before it says that it was signed"
        need(seen >= microseconds(point.time) - TOLERANCE, early)
        if waits is not None:
            self.latest = max(self.latest, seen - microseconds(waits.time))

    def summary(self) -> str:
        """What was proved, and what was not looked at."""
        lines = [
            f"sound: {self.origin}, entries {self.first} to {self.end}",
            f"{self.destroyed} of them destroyed",
            f"{self.checkpoints} checkpoints, {self.cosigned} of them cosigned",
        ]
        latest = timedelta(microseconds=self.latest)
        if self.stamped and self.anchors:
            lines.append(f"{self.stamped} timestamps, of the first {self.covered} entries;")
            lines[-1] += f" from a checkpoint to its timestamp {latest} at most"
        elif self.stamped:
            lines.append(f"NOT CHECKED: {self.stamped} timestamps are there")
        if self.proofs and not self.kept:
            lines.append(f"NOT USED: {len(self.proofs)} proofs for checkpoints that you have kept")
        return "\n".join([*lines, "the newest checkpoint, to be kept:", "", self.newest.note])


def read_keys(path: Path) -> list[Key]:
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [Key.read(line) for line in lines if line and not line.startswith("#")]


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Proves a bundle of the sealed audit log.")
    many: Json = {"action": "append", "type": Path, "metavar": "FILE"}
    parser.add_argument("bundle", type=Path, help="the ZIP file, or a folder with its members")
    parser.add_argument("--key", required=True, help="vkeys of the log and witnesses", **many)
    parser.add_argument("--kept", default=[], help="a checkpoint from an earlier time", **many)
    parser.add_argument(
        "--tsa", type=Path, metavar="FILE", help="authorities' certificates, in PEM"
    )
    asked = parser.parse_args(words)
    try:
        keys = [key for path in asked.key for key in read_keys(path)]
        kept = [Point.read(path.read_text("utf-8")) for path in asked.kept]
        anchors = x509.load_pem_x509_certificates(asked.tsa.read_bytes()) if asked.tsa else []
        with contextlib.closing(Verifier(asked.bundle, keys, kept, anchors)) as verifier:
            verifier.prove()
    except Wrong as wrong:
        print(wrong)
        return 1
    except UNREADABLE as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(verifier.summary(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
