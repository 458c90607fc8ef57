"""The index against a walk through all texts, on texts made to mislead it: few characters, so that pairs repeat everywhere."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import orjson
import pytest

from chalicelib.domain.register import Entry
from chalicelib.domain.search import Question
from chalicelib.domain.search_text import normalised, texts_of, words_of
from chalicelib.store.mirror import Applied, Mirror
from chalicelib.store.mirror_answers import answer
from tests.search_against_brute_force import brute_force, draw

RECORDS, QUERIES = 80, 150
ALPHABETS = {
    "two Chinese characters": "水价",
    "Latin letters, digits, blanks": "abAB12  \n",
    "mixed, with punctuation": "水价aB1 \n〔〕()\"'*:-，。",
    "forms that are one": "aＡaé\u0301Éeｅ①1㎡m2 \u3000\u200b水\n",
    "beyond the first plane, and marks": "\U0002000b\U00020089水\U0001f3dba\u0301\u0308",
}


def made_of(alphabet: str, chance: Random) -> Iterator[bytes]:
    """Yield bodies with a title and a text of random characters."""
    for number in range(RECORDS):
        title, text = ("".join(chance.choices(alphabet, k=chance.randint(1, most))) for most in (6, 40))
        at = "2026-11-23T10:00:00+08:00"
        head = {"kind": "disclosure", "id": f"d{number}", "register_index": number, "agency": "a", "jurisdiction": "a"}
        told = {"published_at": at, "record_changed_at": at, "title": {"zh": title}, "body": {"zh": text, "en": title}}
        yield orjson.dumps({**head, **told})


def applied(number: int, body: bytes) -> Applied:
    """Return the fold of one entry."""
    told = {"act_sha256": "", "name": "publish", "at": "2026-11-23T02:00:00.000Z", "agency": "a", "jurisdiction": "a"}
    members = {"index": number, "kind": "disclosure", "record_id": f"d{number}", "collection": "disclosures", "act": 1}
    entry = Entry(**members, **told, version=1, sha256="00", url="/versions/1", tombstone=False, salt="")  # type: ignore[arg-type]
    return Applied(entry, 1, body, orjson.dumps({"id": f"d{number}"}))


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_every_word_finds_exactly_the_records_that_hold_it(alphabet: str, tmp_path: Path) -> None:
    chance = Random(alphabet)
    bodies = list(made_of(alphabet, chance))
    texts = {f"d{n}": [normalised(text) for text in texts_of(orjson.loads(body))] for n, body in enumerate(bodies)}
    with Mirror.create(tmp_path / "mirror.sqlite") as mirror:
        rounds = [applied(number, body) for number, body in enumerate(bodies)]
        mirror.apply(rounds, RECORDS, "2026-11-23T02:00:00.000Z", {"disclosures": RECORDS - 1})
        mirror.apply(rounds[: RECORDS // 2], RECORDS, "2026-11-23T02:00:00.000Z", {})  # half of them once more
        met = 0
        for query in draw(texts, chance, QUERIES):
            found = answer(mirror, Question("disclosures", text=query.text, limit=RECORDS, count=True))
            ids = {orjson.loads(summary)["id"] for summary in found.summaries}
            assert ids == brute_force(texts, query.text), (query, words_of(query.text))
            assert found.count == len(ids) == len(found.summaries)
            assert all(snippet is not None and b'"hit":true' in snippet for snippet in found.snippets)
            met += bool(ids)
        assert met > QUERIES / 2
