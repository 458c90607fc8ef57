"""A draft with as many hearings as there may be, each as long as can be said, is still withdrawn with all of them at once."""

from tests.hearing_world import NOTICE, HearingWorld

LONGEST = {"zh": "听" * 500, "en": "听" * 500}


def test_a_draft_is_withdrawn_with_twenty_hearings_of_the_longest_notices() -> None:
    world = HearingWorld().begin()
    said = {"hearing_kind": "other", "topics": [LONGEST] * 45}
    for number in range(20):
        assert world.announce(**said, hearing=f"h{number}").status == 201
        assert world.announce(**said, hearing=f"h{number}", reason={"zh": "改期"}).status == 201
    withdrawn = world.send({"act": "withdraw", "reason": {"zh": "不再推进"}})
    assert withdrawn.status == 201, withdrawn.body
    world.log()
    assert world.json("/v1/hearings", "stage=announced")["items"] == []
    assert len(world.json("/v1/hearings", "stage=cancelled&limit=100")["items"]) == 20
    assert NOTICE["title"] == world.json("/v1/hearings/h0")["title"]
