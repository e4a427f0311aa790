"""Proves a bundle once, and nothing else, so that its memory is that of the proof.

`python -m bench.proving WAY BUNDLE KEYS`.
"""

import contextlib
import io
import json
import sys
import time
from pathlib import Path
from typing import Final

from bench.peak import peak_mib

BY_COMMAND: Final = "gateway audit verify"
BY_SCRIPT: Final = "verify.py"


def _by_command(bundle: Path, keys: Path) -> None:
    from gateway.audit_bundle.checking import prove
    from gateway.audit_bundle.findings import Proved
    from gateway.audit_bundle.notes import read_keys

    proved = prove(bundle, read_keys(keys.read_text(encoding="utf-8")))
    assert isinstance(proved, Proved), proved


def _by_script(bundle: Path, keys: Path) -> None:
    from gateway.audit_bundle import verify

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = verify.main([str(bundle), "--key", str(keys)])
    assert code == 0, said.getvalue()


WAYS: Final = {BY_COMMAND: _by_command, BY_SCRIPT: _by_script}


def main() -> None:
    """Seconds, seconds of the processor, and the peak of memory in MiB."""
    way, bundle, keys = sys.argv[1:]
    began, cpu = time.perf_counter(), time.process_time()
    WAYS[way](Path(bundle), Path(keys))
    took = (time.perf_counter() - began, time.process_time() - cpu)
    sys.stdout.write(json.dumps([*took, peak_mib()]))


if __name__ == "__main__":
    main()
