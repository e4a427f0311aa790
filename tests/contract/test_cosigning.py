"""Witnesses cosign the checkpoints of the log, beside it; their trouble is no trouble of the log."""

import base64

import pytest

from gateway.infra.db.engine import Database, open_engine
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.cosigning import Cosigning, is_cosignature
from gateway.infra.sealing.notes import read_note, read_vkey
from gateway.kit.http import HttpPools, asgi_transport
from tests.contract.logbook import Logbook
from tests.contract.test_bundles import Read
from tests.fixtures.witness import WitnessProgram


class Scene:
    """A log, a witness, and what asks it."""

    def __init__(self, url: str) -> None:
        self.logbook = Logbook(url)
        self.witness = WitnessProgram()
        self.database = Database(open_engine(url))
        self.cosigning = self.started()

    def started(self) -> Cosigning:
        """Another process, or this one after a restart."""
        http = HttpPools(transport_for=lambda _system: asgi_transport(self.witness))
        return Cosigning(self.database, {"http://saksi": self.witness.vkey}, http)

    def notes(self, tmp_path):
        path = tmp_path / "bundle.zip"
        self.logbook.another().export(path, Wanted())
        return Read(path)

    async def close(self) -> None:
        await self.cosigning.close()
        await self.database.close()
        self.logbook.close()


@pytest.fixture
async def scene(database_url):
    made = Scene(database_url)
    yield made
    await made.close()


def cosigned(scene, note):
    key = read_vkey(scene.witness.vkey)
    text, signatures = read_note(note)
    mine = [each for each in signatures if each.key_id == key.key_id]
    return [is_cosignature(key, text, each.signature) for each in mine]


async def test_a_checkpoint_that_was_cosigned_says_so_in_a_bundle(scene, tmp_path):
    scene.logbook.sealed(3)
    await scene.cosigning.ask_all()
    await scene.cosigning.ask_all()
    assert scene.witness.asked == 1
    scene.logbook.sealed(300)
    scene.logbook.sealed(5)
    await scene.cosigning.ask_all()
    read = scene.notes(tmp_path)
    assert [cosigned(scene, note) for note in read.notes] == [[True], [], [True]]
    assert scene.witness.vkey in read.keys
    assert scene.logbook.another().verify(read.notes)[0] == []


async def test_a_process_that_knows_less_than_the_witness_learns_it(scene):
    scene.logbook.sealed(3)
    await scene.cosigning.ask_all()
    scene.logbook.sealed(4)
    again = scene.started()
    await again.ask_all()
    assert (scene.witness.size, scene.witness.asked) == (7, 3)
    await again.close()


@pytest.mark.parametrize("trouble", ["away", "silly", "forging"])
async def test_a_witness_in_trouble_leaves_the_log_alone(scene, tmp_path, trouble):
    scene.logbook.sealed(3)
    scene.witness.behave = trouble
    await scene.cosigning.ask_all()
    assert [cosigned(scene, note) for note in scene.notes(tmp_path).notes] == [[]]
    scene.witness.behave = "sound"
    await scene.cosigning.ask_all()
    scene.logbook.sealed(1)
    await scene.started().ask_all()
    assert scene.witness.size == 4


async def test_a_log_that_was_forked_is_not_cosigned(scene):
    scene.logbook.sealed(3)
    await scene.cosigning.ask_all()
    scene.witness.root = b"\0" * 32
    scene.logbook.sealed(2)
    await scene.cosigning.ask_all()
    assert scene.witness.size == 3


async def test_a_witness_that_knows_a_longer_log_is_not_believed(scene):
    scene.logbook.sealed(3)
    scene.witness.size = 9
    await scene.cosigning.ask_all()
    assert scene.witness.asked == 1


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "saksi+00000000+" + base64.b64encode(b"\x04" * 33).decode()]
)
def test_a_vkey_that_is_none_is_refused(vkey):
    with pytest.raises(ValueError):
        Cosigning(Database(open_engine("sqlite:///x.db")), {"http://saksi": vkey}, HttpPools())
