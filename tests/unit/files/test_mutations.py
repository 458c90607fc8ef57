"""Whatever is done to the bytes of a file, looking at it ends with an answer, and twice with the same one."""

from random import Random

import pytest

from chalicelib.domain.codes import sentences
from chalicelib.domain.files.inspection import inspect
from tests.files.planted import planted
from tests.files.samples import SUFFIX, honest

EACH = 60
"""Changed copies of each file; 1,500 take half a minute, and were tried."""
FILES = {**{SUFFIX[media_type]: (data, media_type) for media_type, data in honest().items()}} | {
    f"planted {SUFFIX[file.media_type]}": (file.data, file.media_type) for file in planted()
}
WORDS = set(sentences("file_problem")) | set(sentences("file_finding"))


def mutated(data: bytes, chance: Random) -> bytes:
    """Return the bytes with something changed, cut out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(changed) + 1)
        how = chance.randrange(4)
        if how == 0 and at < len(changed):
            changed[at] = chance.randrange(256)
        elif how == 1:
            del changed[at : at + chance.randrange(1, 40)]
        elif how == 2:
            changed[at:at] = changed[at : at + chance.randrange(1, 40)] or b"\xff"
        elif chance.randrange(8) == 0:
            del changed[at:]
    return bytes(changed)


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_with_any_bytes_changed_is_looked_at_to_an_end(name: str) -> None:
    (data, media_type), chance = FILES[name], Random(name)
    for _ in range(EACH):
        changed = mutated(data, chance)
        found = inspect(changed, media_type, f"a.{SUFFIX[media_type]}")
        assert {note.kind for note in (*found.problems, *found.findings)} <= WORDS
        assert inspect(changed, media_type, f"a.{SUFFIX[media_type]}") == found
