"""What the importer tests share: plans read as acts, checked by the server's own models."""

from typing import Any

import orjson
from glasshall.importers.plan import Plan, Put, Row

from chalicelib.domain import strict_json
from chalicelib.domain.models import agencies, cases, common, disclosures, services
from local.demo import DATA

GUANGAN = DATA / "guangan" / "guangan_district_items.csv"
GOV_CN = DATA / "gov_cn" / "gov_cn_policy_sample.csv"
BOSTON = DATA / "boston311" / "requests_2015_first10000.csv.gz"
REFERENCE = DATA / "boston311" / "reference.json"
_MODELS: dict[str, Any] = {
    "agencies": agencies.ADAPTER,
    "services": services.ADAPTER,
    "disclosures": disclosures.ADAPTER,
    "cases": cases.REGISTRATION,
}


def parsed(put: Put) -> dict[str, Any]:
    """Return the act as the server reads it; fails where the server would not take it."""
    return common.parse(_MODELS[put.path.split("/")[3]], put.body)


def parsed_line(line: bytes) -> tuple[str, dict[str, Any]]:
    """Return kind and content of a batch line as the server reads it."""
    ((kind, inner),) = strict_json.load_object(line).items()
    content = {name: value for name, value in inner.items() if name not in ("case_no", "event_id")}
    model: Any = cases.EVENT if kind == "event" else cases.REGISTRATION
    return kind, {**inner, **common.parse(model, orjson.dumps(content))}


def phase(plan: Plan, name: str) -> tuple[Row, ...]:
    """Return the rows of one phase."""
    return next(phase.rows for phase in plan.phases if phase.name == name)


def refusals(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Return where and why rows were refused."""
    return [(row.where, row.refusal.code) for row in rows if row.refusal]
