"""What a disclosure owes, on the engines: raised, counted among what is kept, lifted, each in one transaction."""

from uuid import uuid4

from chalicelib.domain.records import Ref
from chalicelib.jobs import advance_clocks
from tests.case_world import CaseWorld
from tests.contract.test_case_life import world  # noqa: F401
from tests.unit.cases.builders import at

TEXT = {
    "agency": "bureau",
    "title": {"zh": "通知"},
    "category": "plans",
    "body": {"zh": "全文"},
    "formed_on": "2026-11-20",
}
KEPT = {**TEXT, "openness": {"class": "not_open", "ground": "state_secret"}}


def look(world: CaseWorld, moment: str) -> None:  # noqa: F811
    """Run the job at an instant; what other tests left is worked off with it."""
    world.now = at(moment)
    advance_clocks.run(world.wired)


def test_what_a_disclosure_owes_is_carded_counted_and_lifted(world: CaseWorld) -> None:  # noqa: F811
    world.in_order = True  # moto does not bear threads
    world.restart()
    record_id = f"d{uuid4().hex}"
    duties, ref = world.wired.duties, Ref("disclosure", record_id)

    def kept() -> list[str]:
        return [held.ref.record_id for held in duties.holdings("bureau") if held.name == "-kept"]

    world.act("disclosures", record_id, 1, {"act": "submit", "content": TEXT}, "bureau-clerk")
    look(world, "2026-12-19T00:00:01+08:00")
    opened = duties.open(ref)
    assert opened is not None
    ((card, rule, _, due, state),) = opened.marks
    assert (rule, due, state) == ("disclose_in_time", "2026-12-18", "raised")
    assert world.wired.cards.subject_of(card) == ref
    world.act("disclosures", record_id, 2, {"act": "submit", "content": KEPT}, "bureau-clerk")
    look(world, "2026-12-19T00:30:00+08:00")
    assert record_id in kept()
    opened = duties.open(ref)
    assert opened is not None
    assert [mark.state for mark in opened.marks] == ["lifted"]
    assert opened.turns_at is None
    world.act("disclosures", record_id, 3, {"act": "withdraw", "reason": {"zh": "误报"}}, "bureau-clerk")
    look(world, "2026-12-19T01:00:00+08:00")
    assert record_id not in kept()
