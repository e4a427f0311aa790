"""A server's threads, and those of its workers, do not push each other aside."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, threading
from gateway.commands.server import in_turns

def tell():
    print(os.sched_getscheduler(threading.get_native_id()), flush=True)

in_turns()
tell()
later = threading.Thread(target=tell)
later.start()
later.join()
if os.fork() == 0:
    tell()
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="this system has no such policy")
def test_threads_and_workers_begun_later_take_turns_too():
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    ).stdout
    assert told.split() == [str(os.SCHED_BATCH)] * 3
