"""docs/disclosures.md: its tables are written from the domain, so that the page says what the program does.

    python -m tests.disclosure_page

Every row of the state machine with what may follow and with the refusal code of every other act; the codes with their words;
the categories with what each asks for.
"""

from pathlib import Path
from typing import Any

from chalicelib.domain.categories import categories, categories_version
from chalicelib.domain.codes import code_list, sentences
from chalicelib.domain.disclosures.rules import PARTS
from chalicelib.domain.disclosures.table import ALLOWED, Row, refusal

PAGE = Path(__file__).parent.parent / "docs" / "disclosures.md"
BEGIN, END = "<!-- {} begins -->\n", "<!-- {} ends -->\n"


def spoken(row: Row) -> str:
    """Return how the page names a row: what is shown, then where the text stands that was handed in."""
    stage, pending = row
    return f"{stage or 'nothing yet'}{', ' + pending if pending else ''}"


def states_and_acts() -> str:
    """Return the state machine: every act in every row, either as what may follow or with the code that refuses it."""
    lines = ["| what is shown, what waits | may follow | every other act is refused with |", "|---|---|---|"]
    for row, allowed in ALLOWED.items():
        refused: dict[str, list[str]] = {}
        for act in PARTS:
            if (code := refusal(row, act)) is not None:
                refused.setdefault(code, []).append(act)
        others = "; ".join(f"`{code}`: {', '.join(acts)}" for code, acts in refused.items())
        lines.append(f"| {spoken(row)} | {', '.join(allowed) or '-'} | {others or '-'} |")
    return "\n".join(lines) + "\n"


def refusals() -> str:
    """Return the codes of those refusals with their words."""
    lines = ["| code | 中文 | English |", "|---|---|---|"]
    lines += [
        f"| `{code}` | {words['zh']} | {words['en']} |" for code, words in sentences("disclosure_refusal").items()
    ]
    return "\n".join(lines) + "\n"


def grounds() -> str:
    """Return the grounds on which a text is not open."""
    lines = ["| ground | 中文 | English |", "|---|---|---|"]
    lines += [f"| `{each['code']}` | {each['zh']} | {each['en']} |" for each in code_list("ground").codes]
    return "\n".join(lines) + "\n"


def guide() -> str:
    """Return what each category asks for."""
    head = f"As of {categories_version()}. A source that nobody has checked yet says so.\n\n"
    lines = ["| category | 类别 | disclose within | heard at least | steps before it is published | filed | source |"]
    lines += ["|---|---|---|---|---|---|---|", *(_asked_for(code, each) for code, each in categories().items())]
    return head + "\n".join(lines) + "\n"


def _asked_for(code: str, category: dict[str, Any]) -> str:
    filing = category.get("filing")
    cells = (
        f"`{code}`",
        category["title"]["zh"],
        f"{category['disclose_within_working_days']} working days",
        _limit(category.get("consultation")),
        ", ".join(category.get("decision_steps", ())) or "-",
        f"{', '.join(filing['receivers'])}, {_limit(filing['within'])}" if filing else "-",
        category["source"] + ("" if category["checked"] else " (not checked)"),
    )
    return f"| {' | '.join(cells)} |"


def _limit(limit: dict[str, Any] | None) -> str:
    return f"{limit['value']} {limit['unit'].replace('_', ' ')}s" if limit else "-"


TABLES = {"states": states_and_acts, "refusals": refusals, "grounds": grounds, "categories": guide}


def rendered(page: str) -> str:
    """Return a page with every table as the domain has it now."""
    for name, table in TABLES.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}{table()}{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text("utf-8")), "utf-8")
