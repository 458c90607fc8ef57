"""S1 and S9: changed requests, two verifiers. `tally(seed, count)` takes any seed and count for a longer run."""

from tests.unit.signing import mutations, reference
from tests.unit.signing.mutations import REGIONS, originals, tally
from tests.unit.signing.samples import NOW_SECONDS, refusal

SEED, COUNT = 9421, 10_000


def test_every_original_is_accepted_by_both_verifiers() -> None:
    for request in originals():
        assert refusal(request) == "accepted"
        assert reference.verifies(request, mutations.REFERENCE_KEYRING, NOW_SECONDS)


def test_ten_thousand_changed_requests_are_refused_and_two_verifiers_never_disagree() -> None:
    result = tally(SEED, COUNT)
    assert result.changed.total() == COUNT
    assert result.accepted == []
    assert result.disagreements == []
    assert result.same > 0
    assert result.same_but_refused == []
    assert {*REGIONS, "parameters", "header lines"} == set(result.changed)
    assert min(result.changed.values()) >= 100
