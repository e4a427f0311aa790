"""The command believes the timestamps of a bundle, and nothing but those; the script says it does not look."""

import asyncio
import base64
import contextlib
import io
import json
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from gateway.audit_bundle import verify
from gateway.audit_bundle.checking import prove
from gateway.audit_bundle.findings import Finding
from gateway.audit_bundle.notes import read_key
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.sealing.notes import read_note
from gateway.infra.stamping.report import StampReport
from gateway.infra.stamping.working import Stamping
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.tokens import query, token_of
from gateway.sandbox.tsa import Control, TimestampAuthority
from tests.contract.logbook import Logbook
from tests.contract.proved_log import members_of, packed
from tests.fixtures.openssl_tsa import OpensslAuthority

STAMPS = "timestamps.ndjson"


def by_script(path, *words) -> tuple[int, str]:
    """What the stand-alone program says: exit code and text."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = verify.main([str(path), *map(str, words)])
    return code, said.getvalue()


class StampedLog:
    """Three hours, of which the first two were stamped; the log, its authority, its bundle."""

    def __init__(self, url, folder) -> None:
        self.book, self.folder = Logbook(url), folder
        self.tsa = TimestampAuthority(self.book.clock)
        self.anchor = folder / "anchor.pem"
        self.anchor.write_bytes(self.tsa.authority.pem())
        for count in (3, 4):
            self.book.sealed(count)
            self.book.clock.advance(timedelta(minutes=10))
            self.book.sealed(1)
            asyncio.run(self._stamp())
            self.book.clock.advance(timedelta(minutes=50))
        self.book.sealed(2)
        self.keys = folder / "keys"
        self.keys.write_text(self._vkey())
        self.members = self.bundle()

    async def _stamp(self) -> None:
        database = Database(open_engine(self.book.url))
        http = HttpPools(transport_for=lambda _system: asgi_transport(self.tsa))
        report = StampReport(CollectorRegistry())
        stamping = Stamping(
            database, {"http://tsa": str(self.anchor)}, http, self.book.clock, report, every=600
        )
        assert await stamping.ask_all() == {"tsa": "stamped"}
        await stamping.close()
        await database.close()

    def _vkey(self) -> str:
        from gateway.infra.sealing.signing import all_keys

        return self.book.sealer.reading(all_keys)[-1].vkey()

    def bundle(self):
        from gateway.infra.sealing.bundle import Wanted

        path = self.folder / "written.zip"
        self.book.another().export(path, Wanted())
        return members_of(path)

    def stamps(self):
        return [json.loads(line) for line in self.members[STAMPS].splitlines()]

    def text_of(self, stamp) -> bytes:
        [note] = [note for note in self.book.notes() if f"\ntime {stamp['time']}\n" in note]
        return read_note(note)[0].encode()

    def new_token(self, stamp, text=None, **wrong):
        """Another token of a checkpoint, or of another text."""
        self.tsa.control = Control(**wrong)
        asked = query(self.text_of(stamp) if text is None else text, 1)
        return base64.b64encode(token_of(self.tsa.stamp(asked))).decode()

    def proved(self, stamps, anchor=None) -> tuple[str, str]:
        """What the command says of a bundle with these timestamps: a name, and in words.

        The script takes the log for whole whatever they are, and says that it did not check them.
        """
        lines = b"".join(json.dumps(stamp).encode() + b"\n" for stamp in stamps)
        path = packed(self.folder / "bundle.zip", self.members | {STAMPS: lines})
        anchor = anchor or self.anchor
        found = prove(path, [read_key(self.keys.read_text())], anchors=Anchors.of_file(anchor))
        code, said = by_script(path, "--key", self.keys)
        assert (code, f"\nNOT CHECKED: {STAMPS} (" in said) == (0, True)
        if isinstance(found, Finding):
            return found.nama, str(found)
        return "sound", str(found.stempel)


@pytest.fixture(scope="module")
def log(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stamped")
    store = folder / "log.db"
    store.write_bytes(sqlite_template.read_bytes())
    made = StampedLog(f"sqlite:///{store}", folder)
    yield made
    made.book.close()


def label(stamp) -> str:
    return f"checkpoint {stamp['size']} {stamp['time']}"


def test_what_was_stamped_is_proved_and_how_late_is_said(log):
    verdict, said = log.proved(log.stamps())
    assert verdict == "sound"
    # The last two entries are under no timestamp; those of each hour waited ten minutes for theirs.
    assert "2 timestamps, of the first 9 entries; from a checkpoint to its timestamp 0:10:0" in said


def test_without_anchors_they_are_there_and_not_checked(log):
    path = packed(log.folder / "plain.zip", log.members)
    found = prove(path, [read_key(log.keys.read_text())])
    assert str(found.stempel) == "NOT CHECKED: 2 timestamps are there"


def changed(stamps, place, **members):
    return [stamp | (members if at == place else {}) for at, stamp in enumerate(stamps)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"imprint": "other"},
        {"broken": True},
        {"certificates": False},
        {"signer": "ended"},
        {"signer": "not_begun"},
        {"signer": "other_use"},
        {"signer": "more_uses"},
        {"signer": "no_use"},
        {"signer": "use_not_critical"},
        {"signer": "issuer"},
        {"signer": "stranger"},
        # Stamped before it says that it was signed.
        {"ahead": -3 * 3600 - 301},
    ],
)
def test_a_token_that_is_not_to_be_believed_is_named(log, wrong):
    stamps = log.stamps()
    stamps[1]["token"] = log.new_token(stamps[1], **wrong)
    assert log.proved(stamps)[0] == label(stamps[1])


def test_a_token_of_another_checkpoint_is_named(log):
    one, other = log.stamps()
    assert log.proved([one, other | {"token": one["token"]}])[0] == label(other)
    assert log.proved([one | {"token": other["token"]}, other])[0] == label(one)


def test_a_checkpoint_dated_back_does_not_fit_its_token_and_a_new_token_comes_late(log):
    one, other = log.stamps()
    back = log.text_of(other).replace(other["time"].encode(), one["time"].encode())
    token = log.new_token(other, text=back)
    assert log.proved([one, other | {"token": token}])[0] == label(other)
    # Stamped only long after it says that it was signed: sound, but it is told.
    late = other | {"token": log.new_token(other, ahead=90 * 86400)}
    verdict, said = log.proved([one, late], anchor=None)
    assert (verdict, "90 days" in said) == (label(other), False)
    late = other | {"token": log.new_token(other, ahead=20 * 86400)}
    verdict, said = log.proved([one, late])
    assert (verdict, "20 days" in said) == ("sound", True)


def test_timestamps_stand_in_their_order_and_belong_to_a_checkpoint(log):
    one, other = log.stamps()
    assert log.proved([other, one])[0] == label(one)
    gone = other | {"size": other["size"] + 1}
    assert log.proved([one, gone])[0] == label(gone)
    later = other | {"time": other["time"].replace("2026", "2027")}
    assert log.proved([one, later])[0] == label(later)
    assert log.proved([one, one, other])[0] == "sound"


@pytest.mark.parametrize("token", ["", "AAAA", "MAA=", "%", 7, None])
def test_what_is_no_token_is_named(log, token):
    one, other = log.stamps()
    named, _ = log.proved([one, other | {"token": token}])
    assert named in {label(other), f"{STAMPS} line 2"}


@pytest.mark.parametrize("line", [{"size": "9"}, {"time": "now"}, {"more": 1}])
def test_a_line_of_another_form_is_named(log, line):
    one, other = log.stamps()
    assert log.proved([one, other | line])[0] == f"{STAMPS} line 2"


def test_another_authority_has_made_none_of_them(log, tmp_path):
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(TimestampAuthority(log.book.clock).authority.pem())
    assert log.proved(log.stamps(), anchor=stranger)[0] == label(log.stamps()[0])


@pytest.mark.parametrize(
    ("kind", "digest", "ess", "ess_chain"),
    [("rsa", "sha512", "sha1", True), ("ec", "sha384", "sha512", False)],
)
def test_a_token_of_openssl_is_believed(log, tmp_path, kind, digest, ess, ess_chain):
    authority = OpensslAuthority(tmp_path, kind, digest, ess, ess_chain=ess_chain)
    stamps = log.stamps()
    for stamp in stamps:
        reply = authority.reply(query(log.text_of(stamp), 1))
        stamp["token"] = base64.b64encode(token_of(reply)).decode()
    assert log.proved(stamps, anchor=authority.anchor)[0] == "sound"
    assert log.proved(stamps)[0] == label(stamps[0])
