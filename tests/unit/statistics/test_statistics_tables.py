"""Figures as tables: one header per series, formulas made harmless, JSON-stat of the same numbers."""

import csv
import io

import pytest

from chalicelib.domain.statistics.definitions import DEFINITIONS, catalogue
from chalicelib.domain.statistics.record_series import RECORD_SERIES
from chalicelib.domain.statistics.series import SERIES
from chalicelib.domain.statistics.tables import columns, csv_table, json_stat, measures
from tests.unit.statistics.record_samples import SOME, Records
from tests.unit.statistics.samples import Deployment, Figure, raw_fact


def figures(series: str) -> list[Figure]:
    """Return what is published of one service, or of the records of one agency."""
    if series in RECORD_SERIES:
        deployed = Deployment()
        Records(deployed).put_all(SOME)
        deployed.put(raw_fact("c1", service="disclosure_request.a1", outcome="granted"))
        deployed.run()
        return [found for (name, node, _), found in deployed.figures().items() if (name, node) == (series, "agency:a1")]
    facts = [raw_fact(f"c{number}", due_on="2026-10-20", on_time=number > 1, agency_days=number) for number in range(6)]
    deployed = Deployment().put_all([*facts, raw_fact("o", opened_on="2026-09-01", decided_on=None)])
    deployed.run()
    return [found for (name, node, _), found in deployed.figures().items() if (name, node) == (series, "service:s1")]


@pytest.mark.parametrize("series", SERIES)
def test_a_row_of_csv_holds_every_number_of_its_figure(series: str) -> None:
    own = figures(series)
    rows = list(csv.DictReader(io.StringIO(csv_table(series, own), newline="")))
    assert len(rows) == len(own)
    for written, figure in zip(rows, own, strict=True):
        level, node_id = ("agency", "a1") if series in RECORD_SERIES else ("service", "s1")
        assert (written["level"], written["id"], written["period"]) == (level, node_id, figure["period"])
        for name in ("value", "n", "numerator", "revision"):
            assert written[name] == ("" if figure[name] is None else str(figure[name]))
        assert written["definition"] == figure["definition"]["id"]


def test_numbers_inside_others_have_columns_of_their_own() -> None:
    assert "gross_days_median" in columns("duration")
    assert "rows_immediate_kept" in columns("on_time_rate")
    assert {"age_0_7", "age_366_up"} <= set(columns("backlog"))


@pytest.mark.parametrize("series", SERIES)
def test_an_empty_table_has_the_same_header(series: str) -> None:
    assert csv_table(series, []) == csv_table(series, figures(series)).split("\r\n")[0] + "\r\n"
    assert len(set(columns(series))) == len(columns(series))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_compute_is_made_harmless(text: str) -> None:
    found = figures("backlog")[0] | {"jurisdiction": text}
    ((_, row), *_) = [list(csv.reader(io.StringIO(csv_table("backlog", [found]), newline="")))]
    assert row[columns("backlog").index("jurisdiction")] == "'" + text


def test_a_text_with_a_comma_or_a_quote_is_one_field() -> None:
    found = figures("backlog")[0] | {"jurisdiction": 'a "b", c'}
    row = list(csv.reader(io.StringIO(csv_table("backlog", [found]), newline="")))[1]
    assert row[columns("backlog").index("jurisdiction")] == 'a "b", c'


@pytest.mark.parametrize("series", SERIES)
def test_json_stat_holds_the_same_numbers_period_by_measure(series: str) -> None:
    own = figures(series)
    found = json_stat(series, own)
    periods, names = (found["dimension"][name]["category"]["index"] for name in ("period", "measure"))
    assert found["size"] == [len(periods), len(names)]
    assert len(found["value"]) == len(periods) * len(names)
    assert (periods[-1], list(names)) == ("all", list(measures(series)))
    for figure in own:
        place = periods.index(figure["period"]) * len(names) + names.index("value")
        assert found["value"][place] == figure["value"]


def test_every_series_has_a_definition_in_both_languages_and_no_definition_is_without_a_series() -> None:
    assert [found.series for found in DEFINITIONS] == list(SERIES)
    for entry in catalogue("/base"):
        for words in (entry["title"], entry["definition"]["text"], entry["n"]):
            assert words["zh"]
            assert words["en"]
        assert entry["links"]["csv"] == f"/base/v1/statistics/{entry['series']}.csv"
