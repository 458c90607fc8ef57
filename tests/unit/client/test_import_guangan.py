"""Guang'an's service items: all 1,135 real rows, and rows that are broken."""

from collections import Counter

import pytest
from glasshall.importers import guangan
from glasshall.importers.plan import Plan, is_id

from tests.unit.client.rows import GUANGAN, parsed, phase, refusals

GOOD = {
    "department": "区发改局",
    "main_item": "未分类",
    "name": "企业投资项目备案",
    "area_code": "511602000000",
    "item_code": "511Z07001006-511602000000-000-008778175-1-00",
    "task_type": "10",
    "dept_code": "008778175",
    "link": "http://www.sczwfw.gov.cn/jiq/front/transition/ywTransToDetail?areaCode=511602000000",
}


@pytest.fixture(scope="module")
def whole() -> Plan:
    """The plan of the real file."""
    return guangan.plan(guangan.read(GUANGAN))


def test_every_row_of_the_file_becomes_a_service(whole: Plan) -> None:
    services = phase(whole, "services")
    assert [row.where for row in services] == [str(number) for number in range(1, 1_136)]
    assert refusals(services) == []
    assert len({row.record_id for row in services}) == 1_135


def test_the_server_takes_every_act(whole: Plan) -> None:
    acts = [parsed(put) for row in whole.rows for put in row.puts]
    assert Counter(act["act"] for act in acts) == {"publish": 1_135, "register": 39}


def test_the_id_is_the_item_code_and_the_code_is_kept(whole: Plan) -> None:
    for row in phase(whole, "services"):
        content = parsed(row.puts[0])["content"]
        assert is_id(row.record_id)
        assert content["item_code"] == row.record_id
        assert row.puts[0].path == f"/v1/intake/services/{row.record_id}/acts/1"


def test_kinds_are_those_of_the_task_types(whole: Plan) -> None:
    kinds = Counter(parsed(row.puts[0])["content"]["service_kind"] for row in phase(whole, "services"))
    assert kinds == {
        "licence": 536,
        "public_service": 348,
        "other_power": 182,
        "confirmation": 50,
        "benefit": 9,
        "adjudication": 8,
        "award": 2,
    }


def test_what_the_source_lacks_is_made_up_the_same_way_every_time_and_marked(whole: Plan) -> None:
    acts = [parsed(row.puts[0]) for row in phase(whole, "services")]
    assert all(act["synthetic"] for act in acts)
    promised = [act["content"]["limits"]["promised"] for act in acts]
    assert {limit["unit"] for limit in promised} == {"working_day"}
    assert {limit["value"] for limit in promised} == set(range(5, 16))
    assert all(act["content"]["limits"]["statutory"] == {"value": 20, "unit": "working_day"} for act in acts)
    assert guangan.plan(guangan.read(GUANGAN)) == whole
    assert all(row.notes == ("limits_made_up",) for row in phase(whole, "services"))


def test_nothing_is_made_up_where_only_the_source_is_wanted() -> None:
    plan = guangan.plan(guangan.read(GUANGAN), synthetic=False)
    acts = [parsed(row.puts[0]) for row in phase(plan, "services")]
    assert not any(act.get("synthetic") or act["content"]["limits"] for act in acts)


def test_departments_are_their_codes_below_the_root_and_sub_offices_below_theirs(whole: Plan) -> None:
    offices = {row.record_id: parsed(row.puts[0])["content"] for row in phase(whole, "departments")}
    below = {row.record_id: parsed(row.puts[0])["content"] for row in phase(whole, "sub-offices")}
    assert len(offices) == 35
    assert all(content["parent"] == "guangan" for content in offices.values())
    assert offices["guangan-083372204"]["name"] == {"zh": "区教科体局"}
    assert offices["guangan-083372204"]["codes"] == {"dept_code": "083372204"}
    assert sorted(below) == [f"guangan-1151130108778239R_{number}" for number in (5143, 6391, 6861, 6918)]
    assert {content["parent"] for content in below.values()} == {"guangan-1151130108778239R"}


def test_no_two_departments_have_one_name(whole: Plan) -> None:
    rows = (*phase(whole, "departments"), *phase(whole, "sub-offices"))
    names = [parsed(row.puts[0])["content"]["name"]["zh"] for row in rows]
    assert len(set(names)) == 39
    assert {"区交通运输局", "区交通运输局（11736）", "区人社局（1151130108778239R_6391）"} <= set(names)


def test_every_service_belongs_to_a_department_that_is_registered_before(whole: Plan) -> None:
    registered = {row.record_id for name in ("departments", "sub-offices") for row in phase(whole, name)}
    assert {parsed(row.puts[0])["content"]["agency"] for row in phase(whole, "services")} <= registered


def test_another_root_agency_has_departments_of_its_own() -> None:
    plan = guangan.plan([GOOD], "qianfeng")
    assert parsed(phase(plan, "departments")[0].puts[0])["content"]["parent"] == "qianfeng"
    assert parsed(phase(plan, "services")[0].puts[0])["content"]["agency"] == "qianfeng-008778175"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "column_blank"),
        ({"item_code": ""}, "column_blank"),
        ({"dept_code": ""}, "column_blank"),
        ({"link": None}, "column_blank"),
        ({"task_type": "99"}, "task_type_unknown"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason(change: dict[str, str], code: str) -> None:
    services = phase(guangan.plan([GOOD | change]), "services")
    assert refusals(services) == [("1", code)]
    assert services[0].puts == ()


def test_an_item_code_that_comes_again_is_refused_and_says_where_it_stood() -> None:
    services = phase(guangan.plan([GOOD, GOOD | {"name": "另一事项"}]), "services")
    assert refusals(services) == [("2", "duplicate_item_code")]
    assert services[1].refusal is not None
    assert "row 1" in services[1].refusal.message


def test_an_item_code_that_is_no_id_gets_one_from_its_digest_and_is_kept_as_it_is() -> None:
    code = "511Z07001006—511602000000/" + "0" * 60
    (row,) = phase(guangan.plan([GOOD | {"item_code": code}]), "services")
    assert is_id(row.record_id)
    assert row.notes == ("id_from_digest", "limits_made_up")
    assert parsed(row.puts[0])["content"]["item_code"] == code
