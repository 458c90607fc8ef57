"""O3, D3: the job cut off at any storage call, overtaken at any, or served a late index, ends with the bytes of a clean run."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.store import keys
from tests.fakes.memory_table import no_hook
from tests.unit.statistics.samples import Deployment, RawFact, raw_fact

KINDS = ("killed_before", "killed_after", "busy_before", "answer_lost")
EARLIER = [
    raw_fact("c1", due_on="2026-10-20", on_time=True, centre="hall", window="w1", settled=True, visits=1),
    raw_fact("c2", service="s2", decided_on=None, agency_days=None, gross_days=None, gross_seconds=None),
    raw_fact("c3", agency="a2", service="s3", decided_on="2026-11-02", centre="east", settled=False, hand_overs=2),
    *(raw_fact(f"d{number}", service="s2", decided_on="2026-09-30", opened_on="2026-09-01") for number in range(6)),
]
LATER = [
    raw_fact("c1", decided_on=None, due_on="2026-10-20"),
    raw_fact("c2", service="s2", decided_on="2026-11-20"),
    raw_fact("c3", agency="a1", service="s3", decided_on="2026-11-02", centre="hall", settled=True),
    raw_fact("c4", agency="a2", service="s4", decided_on="2026-09-09", opened_on="2026-09-03", centre="hall"),
]


class KilledError(BaseException):
    """The process is gone."""


def prepared() -> Deployment:
    """Return a deployment whose September is settled, with changes to every period waiting."""
    deployed = Deployment().put_all(EARLIER)
    deployed.run()
    deployed.now += timedelta(days=2)
    deployed.run(nightly=True)
    return deployed.put_all(LATER)


def calls_of(run: Callable[[Deployment], object]) -> int:
    """Return how many storage calls a run makes."""
    deployed = prepared()
    before = len(deployed.table.calls)
    run(deployed)
    return len(deployed.table.calls) - before


def at_call(deployed: Deployment, number: int, moment: str, what: Callable[[str], None]) -> None:
    """Have something happen once, before or after a storage call."""
    begun = len(deployed.table.calls)
    happened = False

    def hook(now: str, call: str, _: object) -> None:
        nonlocal happened
        if not happened and now == moment and len(deployed.table.calls) - begun == number + 1:
            happened = True
            what(call)

    deployed.table.hook = hook


def failing(kind: str) -> Callable[[str], None]:
    """Return what goes wrong."""

    def fail(call: str) -> None:
        if kind.startswith("killed"):
            raise KilledError
        if kind == "busy_before" or call != "commit":
            raise UnavailableError
        raise ConditionFailedError("asked again, and told that the place is taken")

    return fail


def faults() -> Iterator[tuple[int, str]]:
    """Yield each storage call with each way to fail: what reads can only be killed, or not."""
    deployed = prepared()
    begun = len(deployed.table.calls)
    deployed.run()
    for number, (call, _) in enumerate(deployed.table.calls[begun:]):
        yield from ((number, kind) for kind in (KINDS if call == "commit" else KINDS[:1]))


@pytest.fixture(scope="module")
def clean() -> dict[Any, Any]:
    """What one whole run publishes."""
    deployed = prepared()
    deployed.run()
    return deployed.bytes_published()


@pytest.fixture(scope="module")
def saved() -> Any:
    """The table before the run."""
    return prepared().table.save()


def again(saved: Any) -> Deployment:
    """Return the prepared deployment once more."""
    deployed = Deployment()
    deployed.now += timedelta(days=2)
    deployed.runs = 2
    deployed.table.put_back(saved)
    return deployed


def test_a_run_that_fails_at_any_storage_call_is_finished_by_the_next(clean: dict[Any, Any], saved: Any) -> None:
    points = 0
    for number, kind in faults():
        deployed = again(saved)
        at_call(deployed, number, "before" if kind.endswith("before") else "after", failing(kind))
        with suppress(KilledError, UnavailableError, ConditionFailedError):
            deployed.run()
        deployed.table.hook = no_hook
        check_places(deployed)
        deployed.run()
        assert deployed.bytes_published() == clean, (number, kind)
        assert deployed.marks_left() == 0
        points += 1
    assert points > 250


def check_places(deployed: Deployment) -> None:
    """Hold that every case is counted once, where its item says, or not at all."""
    stored = deployed.table.snapshot()
    counted = [place for place in stored if place.pk.startswith("FACTS#")]
    placed = {
        keys.fact(str(item["fact_place"]), str(item["pk"]).removeprefix(keys.case_pk("")))
        for item in stored.values()
        if item.get("fact_place")
    }
    assert len({place.sk for place in counted}) == len(counted)
    assert placed == set(counted)


def test_a_run_overtaken_at_any_storage_call_writes_nothing_more(clean: dict[Any, Any], saved: Any) -> None:
    overtaken = 0
    for number in range(calls_of(Deployment.run)):
        deployed = again(saved)

        def overtake(_: str, deployed: Deployment = deployed) -> None:
            deployed.table.hook = no_hook
            assert not deployed.run().overtaken

        first = deployed.begin()
        at_call(deployed, number, "before", overtake)
        overtaken += deployed.run(first).overtaken
        assert deployed.bytes_published() == clean, number
        assert deployed.marks_left() == 0
    assert overtaken > 80


@pytest.mark.parametrize("step", [2, 3, 5, 8, 13, 21, 34])
def test_runs_that_overtake_each_other_time_and_again_come_to_the_same(
    clean: dict[Any, Any], saved: Any, step: int
) -> None:
    deployed = again(saved)

    def take_turns(moment: str, call: str, _: object) -> None:
        if moment == "before" and len(deployed.table.calls) % step == 0 and deployed.runs < 8:
            deployed.run()

    deployed.table.hook = take_turns
    deployed.run()
    deployed.table.hook = no_hook
    deployed.run()
    assert deployed.bytes_published() == clean


def test_an_event_at_any_moment_of_a_run_is_counted_by_it_or_by_the_next(saved: Any) -> None:
    news = raw_fact("c2", service="s2", decided_on="2026-11-21", agency_days=7)
    wanted = again(saved)
    wanted.put(news)
    wanted.run()
    figures = {place: counted(figure) for place, figure in wanted.figures().items()}
    for number in range(0, calls_of(Deployment.run), 3):
        deployed = again(saved)

        def arrive(_: str, deployed: Deployment = deployed) -> None:
            deployed.table.hook = no_hook
            deployed.put(news)

        at_call(deployed, number, "before", arrive)
        deployed.run()
        deployed.run()
        assert {place: counted(figure) for place, figure in deployed.figures().items()} == figures, number
        assert deployed.marks_left() == 0


def counted(figure: RawFact) -> RawFact:
    """Return a figure without its history."""
    return {name: value for name, value in figure.items() if not name.endswith("_at") and name != "revision"}


def test_nothing_is_decided_from_an_index_that_is_late(clean: dict[Any, Any], saved: Any) -> None:
    deployed = again(saved)
    deployed.table.lagging = True
    first = deployed.run()
    assert first.cases == 4
    assert deployed.run().cases == 0  # the index names them still; the cases themselves are marked no longer
    deployed.table.settle()
    deployed.run()
    assert deployed.bytes_published() == clean


def test_a_case_that_cannot_be_moved_does_not_keep_others_from_being_counted(saved: Any) -> None:
    deployed = again(saved)

    def busy(moment: str, call: str, detail: Any) -> None:
        if moment == "before" and call == "commit" and keys.case("c2") in detail:
            raise UnavailableError

    deployed.table.hook = busy
    assert deployed.run().cases == 3
    deployed.table.hook = no_hook
    assert deployed.run().cases == 1
