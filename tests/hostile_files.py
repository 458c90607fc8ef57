"""`python -m tests.hostile_files`: every hostile file inspected in a process of its own, its memory and time watched.

Prints one line: how many there were, how many were accepted, the most memory and the longest time that one took.
"""

import subprocess
import sys
from typing import NamedTuple

from tests.files.archives import Hostile
from tests.files.hostile import hostile_files

# The high-water mark of the process's own memory; `ru_maxrss` would count that of whoever started it as well.
MEMORY_LIMIT_MEGABYTES = 256
SECONDS_LIMIT = 2.0
_CHILD = """
import re, sys, time
from pathlib import Path
data, media_type, name = sys.stdin.buffer.read(), sys.argv[1], bytes.fromhex(sys.argv[2]).decode("utf-8", "surrogatepass")
from chalicelib.domain.files.inspection import inspect
began = time.process_time()
found = inspect(data, media_type, name)
took, status = time.process_time() - began, Path("/proc/self/status").read_text()
print(len(found.problems), took, int(re.search("VmHWM:\\s+([0-9]+)", status)[1]) // 1024)
"""


class Cost(NamedTuple):
    """What looking at one file came to."""

    refused: bool
    seconds: float
    megabytes: int


def inspected(file: Hostile) -> Cost:
    """Inspect a file in a process of its own."""
    name = file.file_name.encode("utf-8", "surrogatepass").hex()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, file.media_type, name],
        input=file.data,
        capture_output=True,
        check=True,
        timeout=60,
    )
    problems, seconds, megabytes = done.stdout.split()
    return Cost(int(problems) > 0, float(seconds), int(megabytes))


def main() -> int:
    """Inspect them all."""
    costs = {file.name: inspected(file) for file in hostile_files()}
    accepted = [name for name, cost in costs.items() if not cost.refused]
    slowest = max(costs, key=lambda name: costs[name].seconds)
    largest = max(costs, key=lambda name: costs[name].megabytes)
    print(
        f"{len(costs)} hostile files: {len(accepted)} accepted; at most {costs[largest].megabytes} MB ({largest}) "
        f"and {costs[slowest].seconds:.2f} s ({slowest})"
    )
    kept = costs[largest].megabytes < MEMORY_LIMIT_MEGABYTES and costs[slowest].seconds < SECONDS_LIMIT
    return 0 if kept and not accepted else 1


if __name__ == "__main__":
    sys.exit(main())
