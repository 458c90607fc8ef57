"""The machine room of a laptop: embedded AWS, gateway, timers, demonstration data. Nothing here is deployed."""

import sys
from pathlib import Path

# The demonstration is loaded with the very client that agencies install; in the checkout it lies beside, not installed.
_CLIENT = str(Path(__file__).resolve().parent.parent / "client")
if _CLIENT not in sys.path:
    sys.path.append(_CLIENT)
