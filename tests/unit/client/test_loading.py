"""Carrying out a plan: every row's fate told, runs that end anywhere taken up again, codes kept before they count."""

import threading
from pathlib import Path

import pytest
from glasshall import ClientError, ConnectionFailedError, ProblemError
from glasshall.importers import boston311, gov_cn
from glasshall.importers.loading import Loader, Report
from glasshall.importers.plan import Phase, Plan, Put, Refusal, Row, disclose
from glasshall.importers.reports import as_csv, summary, write_csv
from glasshall.journal import Journal

from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, Seen, lose_answer, problem
from tests.unit.client.rows import BOSTON, GOV_CN

FIRST = Phase(
    "first", tuple(Row("", f"a{n}", (Put(f"/v1/intake/agencies/a{n}/acts/1", b'{"n":1}'),)) for n in range(6))
)
SECOND = Phase(
    "second",
    (
        Row("1", "s1", (Put("/v1/intake/services/s1/acts/1", b'{"n":2}'),), notes=("limits_made_up",)),
        Row("2", "s2", refusal=Refusal("title_blank", "no title")),
        Row("3", "s3", (Put("/v1/intake/services/s3/acts/1", b'{"n":3}'),)),
    ),
)
PLAN = Plan((FIRST, SECOND))


class Ledger:
    """Query codes in memory."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}

    def keep(self, path: str, code: str) -> None:
        self.codes[path] = code


def load(
    deployment: Deployment,
    plan: Plan,
    file: Path | None = None,
    *,
    dry_run: bool = False,
    ledger: Ledger | None = None,
    stop: threading.Event | None = None,
    approver: bool = True,
) -> Report:
    journal = Journal(file, url=deployment.url, key_id="clerk")
    loader = Loader(
        deployment.client(tries=1),
        deployment.client("approver", tries=1) if approver else None,
        journal,
        dry_run=dry_run,
        stop=stop,
        keep_code=(ledger or Ledger()).keep,
    )
    return loader.load(plan)


def outcomes(report: Report) -> dict[str, str]:
    return {found.row.record_id: found.outcome for found in report.outcomes}


def test_every_row_is_stored_or_refused_with_its_reason(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda path, document: "agency_unknown" if "s3" in path else None
    report = load(deployment, PLAN)
    assert report.counts() == {"stored": 7, "already": 0, "refused": 2, "not_sent": 0}
    assert [(found.row.where, found.codes) for found in report.outcomes if found.outcome == "refused"] == [
        ("2", ("title_blank",)),
        ("3", ("agency_unknown",)),
    ]
    assert report.error is None


def test_a_phase_begins_only_when_the_one_before_is_done(deployment: Deployment) -> None:
    load(deployment, PLAN)
    collections = [seen.target.split("/")[3] for seen in deployment.intake.seen]
    assert collections == ["agencies"] * 6 + ["services"] * 2


def test_the_writes_of_a_row_go_out_in_their_order_by_their_persons(deployment: Deployment) -> None:
    load(deployment, gov_cn.plan(gov_cn.read(GOV_CN)))
    assert len(deployment.intake.seen) == 75
    one = [seen for seen in deployment.intake.seen if "/gov-cn-7077981/" in seen.target]
    assert [(seen.target[-1], seen.key_id) for seen in one] == [("1", "clerk"), ("2", "approver"), ("3", "clerk")]


def test_a_row_ends_with_the_write_that_is_refused(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda path, document: "same_person" if path.endswith("/2") else None
    plan = Plan((Phase("disclosures", (Row("1", "d", disclose("d", {"agency": "a"}, "r")),)),))
    assert outcomes(load(deployment, plan)) == {"d": "refused"}
    assert [seen.target[-1] for seen in deployment.intake.seen] == ["1", "2"]


def test_without_the_second_persons_key_nothing_is_approved(deployment: Deployment) -> None:
    report = load(deployment, gov_cn.plan(gov_cn.read(GOV_CN)), approver=False)
    assert isinstance(report.error, ClientError)
    assert report.counts()["not_sent"] == 25


@pytest.mark.parametrize("status", [401, 500, 503])
def test_what_would_fail_for_every_row_ends_the_run(deployment: Deployment, status: int) -> None:
    deployment.intake.faults = [lambda seen: problem(status, "x", "no")] * 20
    report = load(deployment, PLAN)
    assert isinstance(report.error, ProblemError)
    assert report.counts() == {"stored": 0, "already": 0, "refused": 1, "not_sent": 8}


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("stored", [True, False])
def test_a_run_that_ended_at_any_write_is_taken_up_there(
    deployment: Deployment, tmp_path: Path, at: int, stored: bool
) -> None:
    fault = lose_answer if stored else (lambda seen: Reply(500))
    deployment.intake.faults = [*([lambda seen: None] * at), fault]
    first = load(deployment, PLAN, tmp_path / "j")
    assert first.error is not None
    second = load(deployment, PLAN, tmp_path / "j")
    assert (second.error, second.counts()["not_sent"]) == (None, 0)
    assert second.counts()["stored"] + second.counts()["already"] == 8
    assert len(deployment.intake.stored) == 8


def test_a_whole_load_again_costs_one_request(deployment: Deployment, tmp_path: Path) -> None:
    load(deployment, PLAN, tmp_path / "j")
    deployment.intake.seen.clear()
    report = load(deployment, PLAN, tmp_path / "j")
    assert report.counts() == {"stored": 0, "already": 8, "refused": 1, "not_sent": 0}
    assert len(deployment.intake.seen) == 1


def test_a_server_that_has_forgotten_gets_everything_again(deployment: Deployment, tmp_path: Path) -> None:
    load(deployment, PLAN, tmp_path / "j")
    deployment.intake.stored.clear()
    load(deployment, PLAN, tmp_path / "j")
    assert len(deployment.intake.stored) == 8


def test_a_server_that_now_refuses_what_it_acknowledged_gets_everything_again(
    deployment: Deployment, tmp_path: Path
) -> None:
    load(deployment, PLAN, tmp_path / "j")
    deployment.intake.stored.clear()
    deployment.intake.faults = [lambda seen: problem(422, "refused", "no")]
    assert load(deployment, PLAN, tmp_path / "j").counts()["stored"] == 8


def test_a_journal_of_another_plan_is_forgotten(deployment: Deployment, tmp_path: Path) -> None:
    load(deployment, Plan((FIRST,)), tmp_path / "j")
    report = load(deployment, Plan((SECOND,)), tmp_path / "j")
    assert report.counts()["stored"] == 2


def test_when_even_the_look_back_finds_no_server_nothing_is_sent(deployment: Deployment, tmp_path: Path) -> None:
    load(deployment, PLAN, tmp_path / "j")
    deployment.intake.faults = [lose_answer]
    report = load(deployment, PLAN, tmp_path / "j")
    assert isinstance(report.error, ConnectionFailedError)
    assert report.counts()["not_sent"] == 8


def test_when_the_look_back_finds_the_key_revoked_nothing_is_sent(deployment: Deployment, tmp_path: Path) -> None:
    load(deployment, PLAN, tmp_path / "j")
    deployment.intake.faults = [lambda seen: problem(401, "unauthenticated", "no")]
    report = load(deployment, PLAN, tmp_path / "j")
    assert isinstance(report.error, ProblemError)
    assert report.counts()["not_sent"] == 8


def test_a_dry_run_sends_the_first_write_of_each_row_and_stores_nothing(deployment: Deployment, tmp_path: Path) -> None:
    report = load(deployment, gov_cn.plan(gov_cn.read(GOV_CN)), dry_run=True)
    assert report.counts()["stored"] == 25
    assert {seen.tag for seen in deployment.intake.seen} == {"glasshall-dry-run"}
    assert len(deployment.intake.seen) == 25
    assert deployment.intake.stored == {}


def test_nothing_is_sent_once_a_stop_is_asked_for(deployment: Deployment) -> None:
    stop = threading.Event()
    stop.set()
    report = load(deployment, PLAN, stop=stop)
    assert report.counts()["not_sent"] == 8
    assert deployment.intake.seen == []


def test_cases_go_in_batches_and_those_with_a_code_one_by_one_before(deployment: Deployment, tmp_path: Path) -> None:
    rows = boston311.read(BOSTON)[:500]
    ledger = Ledger()
    plan = boston311.plan(rows, coded=4)
    report = load(deployment, plan, tmp_path / "j", ledger=ledger)
    assert report.counts()["stored"] == len(plan.rows)
    batches = [seen for seen in deployment.intake.seen if seen.method == "POST"]
    assert [seen.body.count(b"\n") <= 1_000 for seen in batches] == [True, True]
    coded = boston311.chosen_for_codes(rows, 4)
    assert set(ledger.codes) == {f"/v1/intake/cases/{case_no}" for case_no in coded}
    assert "ABCD-EFGH-JKM" not in (tmp_path / "j").read_text()


def test_a_batch_is_not_sent_again_and_one_with_a_refused_line_is(deployment: Deployment, tmp_path: Path) -> None:
    rows = boston311.read(BOSTON)[:900]
    plan = boston311.plan(rows)
    bad = plan.phases[2].rows[0].record_id
    deployment.intake.refuse = lambda place, line: "service_unknown" if place == f"{bad}/register" else None
    first = load(deployment, plan, tmp_path / "j")
    assert [(found.row.record_id, found.codes) for found in first.outcomes if found.outcome == "refused"] == [
        (bad, ("service_unknown",))
    ]
    deployment.intake.refuse = lambda place, line: None
    deployment.intake.seen.clear()
    second = load(deployment, plan, tmp_path / "j")
    assert outcomes(second)[bad] == "stored"
    # One batch looks back, one holds the line that was refused; the rest were acknowledged.
    assert len(deployment.intake.seen) == 2


def test_a_forgetful_server_is_noticed_by_its_last_batch(deployment: Deployment, tmp_path: Path) -> None:
    plan = boston311.plan(boston311.read(BOSTON)[:100])
    load(deployment, plan, tmp_path / "j")
    deployment.intake.stored.clear()
    report = load(deployment, plan, tmp_path / "j")
    assert report.counts()["not_sent"] == 0
    assert {row.record_id for row in plan.rows} == {found.row.record_id for found in report.outcomes}
    assert all(f"{row.record_id}/accepted" in deployment.intake.stored for row in plan.phases[2].rows)


def test_a_server_that_refuses_its_last_batch_gets_everything_again(deployment: Deployment, tmp_path: Path) -> None:
    plan = boston311.plan(boston311.read(BOSTON)[:100])
    load(deployment, plan, tmp_path / "j")
    deployment.intake.stored.clear()
    # A new deployment knows no service yet: it refuses the lines until the services are there again.
    deployment.intake.refuse = lambda place, line: (
        None if place.startswith("/") or any("/services/" in known for known in deployment.intake.stored) else "unknown"
    )
    report = load(deployment, plan, tmp_path / "j")
    assert report.counts()["refused"] == 0
    assert sum("/services/" in place for place in deployment.intake.stored) == len(plan.phases[1].rows)


def test_a_batch_that_finds_no_server_leaves_its_rows_unsent(deployment: Deployment) -> None:
    def only_posts(seen: Seen) -> Reply | None:
        return Reply(lose=True) if seen.method == "POST" else None

    plan = boston311.plan(boston311.read(BOSTON)[:2_000])
    deployment.intake.faults = [only_posts] * 1_000
    report = load(deployment, plan)
    assert isinstance(report.error, ConnectionFailedError)
    assert report.counts()["not_sent"] == 2_000
    assert sum(seen.method == "POST" for seen in deployment.intake.seen) <= 2, "the batches after it stay at home"


def test_the_report_lists_every_row_and_the_summary_counts_them(deployment: Deployment, tmp_path: Path) -> None:
    report = load(deployment, PLAN)
    lines = as_csv(report).splitlines()
    assert lines[0] == '"row","id","outcome","codes","notes","message"'
    assert lines[7:] == [
        '"1","s1","stored","","limits_made_up",""',
        '"2","s2","refused","title_blank","","no title"',
        '"3","s3","stored","","",""',
    ]
    assert summary(report) == "9 rows: 8 stored, 1 refused\nnotes: 1 limits_made_up"
    write_csv(report, tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
