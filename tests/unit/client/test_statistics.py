"""A closed period checked by a stranger: its hash is made again from every figure, and the cell that differs is named."""

from collections.abc import Iterator

import pytest
from glasshall import Client
from glasshall.cli.main import main
from glasshall.statistics import check_period

from chalicelib.routes.application import create_app
from chalicelib.store import keys
from local.gateway import Gateway
from tests.http.test_periods import OCTOBER, closed
from tests.world import World


@pytest.fixture
def served() -> Iterator[tuple[World, str]]:
    """A deployment whose October is closed, served over HTTP."""
    with Gateway(create_app, port=0) as gateway:
        yield closed(), gateway.url


def test_every_figure_of_a_closed_period_is_read_and_gives_the_hash_that_the_register_binds(
    served: tuple[World, str], capsys: pytest.CaptureFixture[str]
) -> None:
    world, url = served
    record = world.json(f"/v1/statistics-periods/{OCTOBER}")
    assert check_period(Client(url), OCTOBER) == (record["figures"], ())
    assert main(["statistics", "verify", OCTOBER, "--url", url]) == 0
    assert capsys.readouterr().out == f"{record['figures']} figures give the hash that the register binds\n"


def test_a_figure_that_was_changed_in_silence_is_found(
    served: tuple[World, str], capsys: pytest.CaptureFixture[str]
) -> None:
    world, url = served
    item = world.memory.items[keys.figures("service:s1", "backlog", "2026")]
    body = item["2026-10"]
    assert isinstance(body, bytes)
    item["2026-10"] = body.replace(b'"status":"settled"', b'"status" :"settled"')
    assert main(["statistics", "verify", OCTOBER, "--url", url]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("service:s1: ")
    assert second.startswith("the period: ")
