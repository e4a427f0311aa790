"""The greatest memory use of a process, told by itself."""

from pathlib import Path


def peak_mib() -> float:
    """The greatest resident memory of this process since it began, in MiB."""
    # Not getrusage: there a process inherits the peak of the one that started it.
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
