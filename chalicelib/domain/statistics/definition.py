"""What a definition of a series is."""

from typing import NamedTuple

Words = dict[str, str]


class Definition(NamedTuple):
    """One series: what it is, what `value`, `n` and `numerator` are, and which series must be read beside it."""

    series: str
    number: int
    unit: str
    title: Words
    text: Words
    n: Words
    numerator: Words | None
    beside: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`on_time_rate.1`."""
        return f"{self.series}.{self.number}"


def words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}
