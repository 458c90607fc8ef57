"""Progress: a bar on a terminal, plain lines elsewhere."""

import io

from glasshall.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_elsewhere_a_plain_line_comes_with_every_tenth() -> None:
    stream = io.StringIO()
    bar = Progress("services", 1_135, stream)
    for _ in range(1_135):
        bar.advance()
    bar.finish()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "services: 1,135 of 1,135"


def test_on_a_terminal_the_bar_draws_over_itself_and_ends_its_line() -> None:
    stream = Terminal()
    bar = Progress("batch", 2, stream)
    bar.advance()
    bar.advance()
    bar.finish()
    assert stream.getvalue() == f"\r[{'#' * 15}{' ' * 15}] batch: 1 of 2\r[{'#' * 30}] batch: 2 of 2\n"


def test_nothing_to_do_shows_nothing() -> None:
    stream = Terminal()
    Progress("batch", 0, stream).finish()
    assert stream.getvalue() == ""
