"""What an agency owes the public as a whole: something in every category that binds it, the next of each series, the report.

Regulations on Open Government Information (2019) art. 20 (what every agency discloses of itself), art. 49 and 50 (the
annual report). Looked at each local day against what the agency holds publicly; which categories bind which level of
agency is data (`data/duties/cn.json`, `mandatory`).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.domain.catalogue import series_ahead
from chalicelib.domain.duties import Duty, duty_rules, mandatory_categories, owed, owed_by
from chalicelib.domain.records import Holding, State

REPORTS = "annual_report"
"""The category of annual reports, and the rule that they are due by."""


def duties(record_id: str, state: State, holdings: Sequence[Holding], today: str) -> tuple[Duty, ...]:
    """Return what an agency owes on a day and has not done yet."""
    if state["stage"] == "dissolved" or "registered_on" not in state:
        return ()
    return (*_mandatory(state, holdings), *_cadence(state, holdings), *_reports(state, holdings, today))


def _mandatory(state: State, holdings: Sequence[Holding]) -> Iterator[Duty]:
    """A category that binds it and has nothing live in it: from its registration on, or again at once."""
    held = {holding.name for holding in holdings}
    for category in mandatory_categories(state["calendar"], state["content"]["level"]):
        if category not in held:
            yield from owed("mandatory_category", category, state["registered_on"], state)


def _cadence(state: State, holdings: Sequence[Holding]) -> Iterator[Duty]:
    for series, due_on in series_ahead(holdings).items():
        yield from owed_by("cadence", series, due_on, state)


def _reports(state: State, holdings: Sequence[Holding], today: str) -> Iterator[Duty]:
    """The report of each year since it was registered; that of the year of its registration is its first."""
    rule = duty_rules(state["calendar"]).get(REPORTS)
    if rule is None or rule.on is None or state["content"]["level"] not in rule.levels:
        return
    reported = {holding.members.get("year") for holding in holdings if holding.name == REPORTS}
    for year in range(date.fromisoformat(state["registered_on"]).year, date.fromisoformat(today).year):
        if year not in reported:
            yield from owed_by(REPORTS, str(year), f"{year + 1}-{rule.on}", state)
