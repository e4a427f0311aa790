"""A running sandbox whose agencies have keys of their own making, and the kits that meet it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.infra.oauth.client_keys import new_private_jwk, public_jwk
from tests.fixtures.kits import JAVASCRIPT, KITS, Kit, run, with_node_packages
from tests.fixtures.ports import free_ports
from tests.sandbox.process import Sandbox, environment

OTHER_ALGS = ("PS256", "Ed25519")


@dataclass(frozen=True)
class Ready:
    """A kit, ready to run."""

    kit: Kit
    pull: list[str]
    make_key: list[str]


@pytest.fixture(scope="session")
def javascript_folder(tmp_path_factory) -> Path:
    return with_node_packages(tmp_path_factory.mktemp("javascript") / "kit")


@pytest.fixture(scope="session", params=KITS, ids=lambda kit: kit.language)
def kit(request) -> Ready:
    return ready(request.param, request)


def ready(kit: Kit, request: pytest.FixtureRequest) -> Ready:
    folder = request.getfixturevalue("javascript_folder") if kit is JAVASCRIPT else None
    return Ready(kit, kit.command("pull_ppks", folder), kit.command("make_key", folder))


class Town:
    """A sandbox, and the private keys of its agencies as files."""

    def __init__(self, sandbox: Sandbox, keys: Path) -> None:
        self.url = sandbox.base
        self.sandbox = sandbox
        self._keys = keys

    def key(self, name: str) -> str:
        """The path of a private key."""
        return str(self._keys / f"{name}.jwk")

    def keep(self, name: str, private: object) -> None:
        Path(self.key(name)).write_text(json.dumps(private))

    def register(self, client_id: str, public: list[object]) -> None:
        """What the operator does with the public halves that an agency sent."""
        keyset = self._keys / "public.json"
        keyset.write_text(json.dumps({"keys": public}))
        store = f"sqlite:///{self.sandbox.folder / 'gateway.db'}"
        secrets = dict(
            line.split("=", 1)
            for line in (self.sandbox.folder / "keys.env").read_text().splitlines()
        )
        command = [sys.executable, "-m", "gateway", "client", "key", "add", client_id]
        subprocess.run(
            [*command, "--jwk", str(keyset), "--oleh", "CONTOH OPERATOR"],
            check=True,
            capture_output=True,
            env=environment() | secrets | {"GATEWAY_DATABASE_URL": store},
        )


@pytest.fixture(scope="session")
def town(tmp_path_factory, request) -> Iterator[Town]:
    """dinkes-kukar has a key that each kit made, inspektorat-kukar one of each algorithm."""
    keys = tmp_path_factory.mktemp("keys")
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "var", free_ports(2)[0])
    try:
        made = [
            json.loads(told.output)
            for kit in KITS
            for told in [run(ready(kit, request).make_key, str(keys / f"{kit.language}.jwk"))]
        ]
        sandbox.wait_until_it_tells("Ctrl-C stops everything")
        here = Town(sandbox, keys)
        here.register("dinkes-kukar", made)
        others = {alg: new_private_jwk(alg) for alg in OTHER_ALGS}
        here.register("inspektorat-kukar", [public_jwk(key) for key in others.values()])
        others["ES256"] = sandbox.clients()["inspektorat-kukar"]["private_jwk"]
        for alg, key in others.items():
            here.keep(alg, key)
        yield here
    finally:
        sandbox.stop()
