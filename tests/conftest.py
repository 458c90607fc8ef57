"""What all tests share: the wiring is put back after each, and the summary says how many of each layer ran."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring

_LAYERS: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def _wiring_put_back() -> Iterator[None]:
    yield
    wiring.use(None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what ran."""
    if report.when == "call":
        _LAYERS[Path(report.location[0]).parts[1]] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of each layer ran."""
    terminalreporter.section("layers")
    for layer, count in sorted(_LAYERS.items()):
        terminalreporter.write_line(f"{layer}: {count} ran")
