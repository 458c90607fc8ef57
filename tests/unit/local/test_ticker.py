"""Jobs run on time and when poked, one run at a time, and their failures are seen."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from local.journal import Journal, where
from local.ticker import Job, Ticker


def counting(into: list[str], name: str) -> Callable[[], None]:
    return lambda: into.append(name)


def test_a_poked_job_runs_and_the_others_do_not() -> None:
    ran: list[str] = []
    jobs = [Job("log_register", None, counting(ran, "log")), Job("exports", 3600, counting(ran, "exports"))]
    with Ticker(jobs) as ticker:
        ticker.poke("log_register")
        assert ticker.settle(5)
    assert ran == ["log"]
    assert ticker.runs == {"log_register": 1}


def test_a_job_runs_again_and_again_by_its_timer() -> None:
    thrice = threading.Semaphore(0)
    with Ticker([Job("often", 0.001, thrice.release)]):
        assert all(thrice.acquire(timeout=5) for _ in range(3))


def test_a_poke_during_a_run_leads_to_one_more_run_and_many_pokes_are_one() -> None:
    began, let_go, runs = threading.Semaphore(0), threading.Semaphore(0), []

    def run() -> None:
        began.release()
        assert let_go.acquire(timeout=5)
        runs.append(1)

    with Ticker([Job("slow", None, run)]) as ticker:
        ticker.poke("slow")
        assert began.acquire(timeout=5)
        for _ in range(10):
            ticker.poke("slow")
        assert not ticker.settle(0)
        let_go.release(2)
        assert ticker.settle(5)
    assert len(runs) == 2


def test_a_job_never_runs_twice_at_the_same_time() -> None:
    inside, overlaps = threading.Lock(), []

    def run() -> None:
        if not inside.acquire(blocking=False):
            overlaps.append(1)
            return
        inside.release()

    with Ticker([Job("alone", 0.001, run)]) as ticker:
        for _ in range(200):
            ticker.poke("alone")
        assert ticker.settle(5)
    assert not overlaps


def test_a_failure_is_written_down_counted_and_does_not_end_the_timer() -> None:
    lines: list[Any] = []
    outcomes = iter([ValueError("no such table"), None])

    def run() -> str:
        error = next(outcomes)
        if error is not None:
            raise error
        return "3 logged"

    with Ticker([Job("log_register", None, run)], lines.append) as ticker:
        ticker.poke("log_register")
        assert ticker.settle(5)
        ticker.poke("log_register")
        assert ticker.settle(5)
    failed, done = lines
    assert (failed["outcome"], failed["error"], failed["job"]) == ("failed", "ValueError", "log_register")
    assert "no such table" in failed["traceback"]
    assert (done["outcome"], done["result"], done["trigger"]) == ("done", "3 logged", "poke")
    assert (ticker.failures, ticker.runs) == ({"log_register": 1}, {"log_register": 2})


def test_a_job_may_poke_another_and_settling_waits_for_both() -> None:
    ran: list[str] = []
    ticker = Ticker(
        [Job("register", None, counting(ran, "register")), Job("statistics", None, lambda: ticker.poke("register"))]
    )
    with ticker:
        ticker.poke("statistics")
        assert ticker.settle(5)
    assert ran == ["register"]


def test_stopping_ends_the_timers_and_names_what_still_runs() -> None:
    began, let_go = threading.Event(), threading.Event()

    def stuck() -> None:
        began.set()
        let_go.wait(10)

    ticker = Ticker([Job("stuck", None, stuck), Job("idle", 3600, lambda: None)])
    ticker.start()
    ticker.poke("stuck")
    assert began.wait(5)
    assert ticker.stop(0.05) == ("stuck",)
    let_go.set()
    assert ticker.stop(5) == ()


def test_an_unknown_job_cannot_be_poked() -> None:
    with Ticker([]) as ticker, pytest.raises(KeyError):
        ticker.poke("nothing")


def test_two_jobs_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="twice"):
        Ticker([Job("twice", None, lambda: None), Job("twice", None, lambda: None)])


def test_a_journal_holds_one_object_per_line_whatever_is_in_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "log" / "jobs.log")
    journal({"text": "line\nbreak and 工 and %s", "path": tmp_path})
    journal({"number": 1})
    journal.close()
    lines = (tmp_path / "log" / "jobs.log").read_bytes().splitlines()
    assert [orjson.loads(line) for line in lines] == [
        {"text": "line\nbreak and 工 and %s", "path": str(tmp_path)},
        {"number": 1},
    ]


def test_where_names_the_place_and_not_the_message() -> None:
    try:
        raise ValueError("CANARY")
    except ValueError as error:
        place = where(error)
    assert place.startswith("test_ticker.py:")
    assert "CANARY" not in place
