"""Rehearses the image: does by hand, in an empty folder, what the Dockerfile says; starts it."""

import base64
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.dockerfile import Instruction, Stage, read_stages

_PROJECT = Path(__file__).resolve().parent.parent
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_PATIENCE_SECONDS = 30


class Rehearsal:
    """A folder that stands for the image's root file system."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.here = root
        # Nothing of this shell reaches the image, but how packages are fetched on this machine.
        self.environment = {
            "PIP_QUIET": "1",
            "PATH": f"{root}/usr/local/bin:/usr/bin:/bin",
            "HOME": str(root),
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
        }

    def inside(self, text: str) -> str:
        """The text with the image's absolute paths put below the root."""
        return re.sub(r"(?<![\w.$}*-])/(?=(?:opt|src|dist|var)\b)", f"{self.root}/", text)

    def perform(self, stage: Stage) -> None:
        """Do what a building stage says."""
        for instruction in stage.instructions:
            getattr(self, f"_{instruction.word.lower()}")(instruction)

    def _env(self, instruction: Instruction) -> None:
        self.environment |= Stage("", instructions=[instruction]).environment()

    def _workdir(self, instruction: Instruction) -> None:
        self.here = Path(self.inside(instruction.rest))
        self.here.mkdir(parents=True, exist_ok=True)

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = instruction.rest.split()
        for source in sources:
            for name in _project_files(source):
                within = Path(name).name if target.endswith("/") else Path(name).relative_to(source)
                place = self.here / target / within
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(_PROJECT / name, place)

    def _run(self, instruction: Instruction) -> None:
        print("RUN", instruction.rest)
        command = self.inside(instruction.rest)
        subprocess.run(command, shell=True, check=True, cwd=self.here, env=self.environment)


def main() -> int:
    """Build, look, start, ask for its health, stop."""
    builder, final = read_stages((_PROJECT / "Dockerfile").read_text())
    with tempfile.TemporaryDirectory(prefix="ppks-image-") as name:
        root = Path(name)
        root.chmod(0o755)
        base = _SYSTEM_PYTHON if _SYSTEM_PYTHON.exists() else Path(sys.executable)
        subprocess.run([base, "-m", "venv", root / "usr/local"], check=True)
        rehearsal = Rehearsal(root)
        rehearsal.perform(builder)
        _serve(rehearsal, final)
    print("The image's build and start were rehearsed.")
    return 0


def _serve(rehearsal: Rehearsal, final: Stage) -> None:
    data = rehearsal.root / "var/lib/ppks-gateway"
    environment = _final_environment(rehearsal, final)
    user = _hand_over(data, final)
    program = json.loads(final.all("ENTRYPOINT")[0])
    for arguments in (["--help"], ["migrate"]):
        subprocess.run([*program, *arguments], check=True, env=environment, cwd=data, user=user)
    command = [*program, *json.loads(final.all("CMD")[0])]
    with subprocess.Popen(command, env=environment, cwd=data, user=user) as process:
        _await_health(process, final, environment)
        process.terminate()
        if status := process.wait(_PATIENCE_SECONDS):
            message = f"{' '.join(command)} ended with {status} when it was asked to stop"
            raise SystemExit(message)


def _final_environment(rehearsal: Rehearsal, final: Stage) -> dict[str, str]:
    image = {name: rehearsal.inside(value) for name, value in final.environment().items()}
    return image | {
        "GATEWAY_PORT": str(_free_port()),
        "GATEWAY_DATA_KEYS": f"rehearsal:{_key()}",
        "GATEWAY_INDEX_KEY": _key(),
    }


def _await_health(process: subprocess.Popen[bytes], final: Stage, env: dict[str, str]) -> None:
    check = json.loads(final.all("HEALTHCHECK")[0].partition("CMD ")[2])
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while subprocess.run(check, check=False, env=env, stderr=subprocess.DEVNULL).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            message = "gateway serve did not become healthy"
            raise SystemExit(message)
        time.sleep(0.2)


def _hand_over(data: Path, final: Stage) -> int | None:
    """Give the data folder to the image's user and answer who that is; None if we are not root."""
    if os.geteuid() != 0:
        return None
    user = int(final.all("USER")[0].partition(":")[0])
    os.chown(data, user, user)
    return user


def _project_files(below: str) -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", below]
    listing = subprocess.run(command, check=True, cwd=_PROJECT, capture_output=True, text=True)
    return [name for name in listing.stdout.splitlines() if (_PROJECT / name).is_file()]


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
