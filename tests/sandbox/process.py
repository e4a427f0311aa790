"""`gateway sandbox` as a person runs it: a real process, met over HTTP only."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.fixtures.project import ROOT

PATIENCE_SECONDS = 90.0


def environment() -> dict[str, str]:
    """A bare environment, without what the tests or the machine have set for the gateway."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GATEWAY_")}
    return kept | {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"}


class Sandbox:
    """One run of the command; `stop` ends it as Ctrl-C does."""

    def __init__(self, folder: Path, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.folder = folder
        self._log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.log"
        command = [sys.executable, "-m", "gateway", "sandbox"]
        command += ["--folder", str(folder), "--port", str(port)]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment(), stdout=output, stderr=output
            )

    @property
    def said(self) -> str:
        """Everything that it has printed."""
        return self._log.read_text(errors="replace")

    def wait_until_it_tells(self, words: str) -> None:
        """Wait until these words were printed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the sandbox did not come up:\n{self.said[-3000:]}")
            time.sleep(0.05)

    def family(self) -> list[int]:
        """The process and all that descend from it."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(status.parent.name)] = int(fields[1])
        found = [self.process.pid]
        for member in found:
            found += [child for child, parent in parents.items() if parent == member]
        return found

    def stop(self, how: int = signal.SIGINT) -> int:
        """Tell it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def clients(self) -> dict[str, dict[str, Any]]:
        """The entries of clients.json by client."""
        document = json.loads((self.folder / "clients.json").read_bytes())
        return {entry["client_id"]: entry for entry in document["clients"]}

    def legacy_token(self, client_id: str) -> str:
        """A token by client id and secret, as curl gets it."""
        pair = f"{client_id}:{self.clients()[client_id]['client_secret']}"
        headers = {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        form = urlencode({"grant_type": "client_credentials"}).encode()
        status, told = self.ask("/legacy/oauth2/token", headers=headers, body=form)
        assert status == 200, told
        token: str = told["access_token"]
        return token

    def ask(
        self, path: str, token: str = "", headers: dict[str, str] | None = None, body: Any = None
    ) -> tuple[int, Any]:
        """Status and JSON of one request; with a body it is a POST, of JSON unless bytes."""
        told = dict(headers or {})
        if token:
            told["authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body, told["content-type"] = json.dumps(body).encode(), "application/json"
        try:
            with urlopen(Request(self.base + path, data=body, headers=told), timeout=30) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def every(self, path: str, token: str) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        items: list[dict[str, Any]] = []
        cursor = None
        while True:
            query = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
            sign = "&" if "?" in path else "?"
            status, page = self.ask(f"{path}{sign}{urlencode(query)}", token)
            assert status == 200, page
            items += page["items"]
            if (cursor := page["next_cursor"]) is None:
                return items

    def answers(self) -> bool:
        """Whether anybody listens at its address."""
        try:
            urlopen(self.base + "/health/live", timeout=2).close()
        except HTTPError:
            return True
        except URLError:
            return False
        return True


def alive(pids: list[int]) -> list[int]:
    """Those that still run; a child that its parent has not yet buried does not."""
    running = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        running += [pid] if state != "Z" else []
    return running
