"""W1 and W2 at a small size; at full size `python -m tests.hostile_urls`. A process of its own: its recorder cannot be taken out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_hostile_is_connected_to_and_nothing_hostile_holds_a_worker() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_urls", "400", "100", "1.0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "connections to addresses that are not public: 0; at listeners here: 0" in done.stdout
