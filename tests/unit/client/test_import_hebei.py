"""Hebei's lists are not shipped (no licence stated), so the dirt of the real files is written here again, row by row."""

import csv
from pathlib import Path

import pytest
from glasshall import UsageError
from glasshall.importers import hebei
from glasshall.importers.hebei import ADDRESS, ATTACHMENTS, CATEGORY, DAY, TEXT, TITLE, Found
from glasshall.importers.plan import digest_of

from chalicelib.domain.categories import categories
from tests.unit.client.rows import parsed, phase, refusals

COLUMNS = (TITLE, DAY, TEXT, CATEGORY, "来源网站", ADDRESS, ATTACHMENTS)
GOOD = {
    TITLE: "关于印发《河北省实验室建设工作指引》的通知",
    DAY: "2024-08-22",
    TEXT: "\n冀科平规〔2024〕1号河北省科学技术厅关于印发《河北省实验室建设工作指引》的通知各市科技管理部门：正文",
    CATEGORY: "规范性文件汇总表",
    "来源网站": "https://kjt.hebei.gov.cn/www/x.html",
    ADDRESS: "https://kjt.hebei.gov.cn/www/xxgk2020/228104/228108/228110/315282/index.html",
    ATTACHMENTS: "",
}
FILE = "5科学技术厅-政府信息公开__规范性文件.csv"


def write(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """Return a file as the crawler wrote it."""
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def found(*changes: dict[str, str]) -> list[Found]:
    return [Found(f"f:{number}", "科学技术厅", GOOD | change) for number, change in enumerate(changes, 1)]


def test_a_folder_is_read_file_by_file_with_the_department_in_its_name(tmp_path: Path) -> None:
    write(tmp_path, "7教育厅-政府信息公开__年报.csv", GOOD | {ADDRESS: "http://jyt.hebei.gov.cn/1"})
    write(tmp_path, FILE, GOOD, GOOD | {ADDRESS: "https://kjt.hebei.gov.cn/2"})
    rows = hebei.read(tmp_path)
    assert [(row.where, row.department) for row in rows] == [
        (f"{FILE}:1", "科学技术厅"),
        (f"{FILE}:2", "科学技术厅"),
        ("7教育厅-政府信息公开__年报.csv:1", "教育厅"),
    ]
    plan = hebei.plan(rows)
    departments = {row.record_id: parsed(row.puts[0])["content"] for row in phase(plan, "departments")}
    assert {record_id: content["name"]["zh"] for record_id, content in departments.items()} == {
        "hebei-jyt": "河北省教育厅",
        "hebei-kjt": "河北省科学技术厅",
    }


def test_a_department_nobody_knows_gets_an_id_of_its_own() -> None:
    (row,) = phase(hebei.plan([Found("f:1", "民政厅", GOOD)]), "departments")
    assert row.record_id == f"hebei-{digest_of('民政厅')}"
    assert parsed(row.puts[0])["content"]["name"] == {"zh": "民政厅"}


def test_a_row_is_submitted_approved_and_published_with_its_text() -> None:
    (row,) = phase(hebei.plan(found({})), "disclosures")
    submit, approve, publish = (parsed(put) for put in row.puts)
    assert (submit["act"], approve["act"], publish["act"]) == ("submit", "approve", "publish")
    content = submit["content"]
    assert content["title"] == {"zh": GOOD[TITLE]}
    assert content["body"] == {"zh": GOOD[TEXT].strip("\n")}
    assert content["doc_no"] == "冀科平规〔2024〕1号"
    assert (content["category"], content["issued_on"]) == ("normative_documents", "2024-08-22")
    assert content["source_url"] == GOOD[ADDRESS]
    assert row.notes == ("document_number_from_text",)


def test_categories_are_those_of_the_code_list() -> None:
    assert set(hebei.CATEGORIES.values()) <= set(categories())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-08-14", "2024-08-14"),
        ("2024年08月01日", "2024-08-01"),
        (" 2024年8月1日 ", "2024-08-01"),
        ("2024-02-30", None),
        ("2024年13月01日", None),
        ("08/14/2024", None),
        ("2024-08", None),
        ("", None),
    ],
)
def test_dates_of_both_notations_are_read_and_others_are_not(text: str, day: str | None) -> None:
    assert hebei.read_day(text) == day


@pytest.mark.parametrize(
    ("text", "address", "repaired"),
    [
        (
            "https://kjt.hebei.gov.cnhttps://v.hebkjt.cn:8088/doc/2022年报.pdf",
            "https://v.hebkjt.cn:8088/doc/2022年报.pdf",
            True,
        ),
        ("https://kjt.hebei.gov.cnhttps://kjt.hebei.gov.cn/www/a", "https://kjt.hebei.gov.cn/www/a", True),
        (" http://jyt.hebei.gov.cn/col/1 ", "http://jyt.hebei.gov.cn/col/1", False),
        ("http://a.cn/go?to=http://b.cn/", "http://a.cn/go?to=http://b.cn/", False),
    ],
)
def test_a_host_before_a_whole_address_is_taken_away(text: str, address: str, repaired: bool) -> None:
    assert hebei.mend_address(text) == (address, repaired)


def test_a_repaired_address_is_noted_and_sent() -> None:
    doubled = "https://kjt.hebei.gov.cnhttps://v.hebkjt.cn:8088/doc/2022/2022河北省科学技术厅政府网站工作年报.pdf"
    (row,) = phase(hebei.plan(found({ADDRESS: doubled, TEXT: "", CATEGORY: "政府信息公开年报"})), "disclosures")
    content = parsed(row.puts[0])["content"]
    assert content["source_url"].startswith("https://v.hebkjt.cn:8088/doc/2022/2022河北")
    assert row.notes == ("address_repaired", "text_blank")


def test_a_blank_text_is_disclosed_by_its_address_alone() -> None:
    (row,) = phase(hebei.plan(found({TEXT: " \r\n"})), "disclosures")
    assert "body" not in parsed(row.puts[0])["content"]
    assert "text_blank" in row.notes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({TITLE: " "}, "title_blank"),
        ({TITLE: "题" * 501}, "title_too_long"),
        ({TEXT: "文" * 200_001}, "text_too_long"),
        ({CATEGORY: "领导活动"}, "category_unknown"),
        ({DAY: "去年"}, "date_unreadable"),
        ({DAY: ""}, "date_unreadable"),
        ({ADDRESS: ""}, "address_invalid"),
        ({ADDRESS: "/www/index.html"}, "address_invalid"),
        ({ADDRESS: "https://user@kjt.hebei.gov.cn/"}, "address_invalid"),
        ({ADDRESS: "javascript:alert(1)"}, "address_invalid"),
        ({TEXT: "正文\u202e文正"}, "control_character"),
        ({TITLE: "通知\x07"}, "control_character"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason(change: dict[str, str], code: str) -> None:
    rows = phase(hebei.plan(found(change)), "disclosures")
    assert refusals(rows) == [("f:1", code)]
    assert rows[0].puts == ()


def test_an_address_that_comes_again_is_refused_and_says_where_it_stood() -> None:
    rows = phase(hebei.plan(found({}, {DAY: "2021-05-18"})), "disclosures")
    assert refusals(rows) == [("f:2", "duplicate_address")]
    assert rows[1].refusal is not None
    assert "f:1" in rows[1].refusal.message


def test_repeated_titles_and_texts_at_other_addresses_stay_apart_and_are_noted() -> None:
    rows = phase(hebei.plan(found({}, {ADDRESS: "https://kjt.hebei.gov.cn/other"})), "disclosures")
    assert refusals(rows) == []
    assert len({row.record_id for row in rows}) == 2
    assert ["text_repeated" in row.notes for row in rows] == [False, True]


def test_line_breaks_are_mended_and_nothing_else_is_rewritten() -> None:
    assert hebei.mend_text("\r\n一\r二\r\n\u3000\u3000三\ue004\n\n") == "一\n二\n\u3000\u3000三\ue004"
    (row,) = phase(hebei.plan(found({TEXT: "一\r二", TITLE: " 河北省学校安全条例"})), "disclosures")
    content = parsed(row.puts[0])["content"]
    assert (content["body"], content["title"]) == ({"zh": "一\n二"}, {"zh": "河北省学校安全条例"})
    assert row.notes == ("line_breaks_mended",)


def test_cut_titles_and_attachments_left_out_are_noted() -> None:
    change = {
        TITLE: "河北省科学技术厅2023年政府信息公开工作年度报...",
        ATTACHMENTS: "https://a.cnhttps://b.cn/c.doc",
        TEXT: "文",
    }
    (row,) = phase(hebei.plan(found(change)), "disclosures")
    assert row.notes == ("title_cut", "attachments_not_carried")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("财金〔2024〕60号各省、自治区：", {"财金〔2024〕60号"}),
        ("（冀财教〔2017〕162号）\u3000\u3000河北省财政厅：", {"冀财教〔2017〕162号"}),
        ("科技部关于印发《办法》的通知\u3000\u3000国科发奖〔2023〕11号各有关单位：", {"国科发奖〔2023〕11号"}),
        ("科技部关于印发《规则》的通知国科发监〔2022〕221号各有关单位：", {"国科发监〔2022〕221号"}),
        ("国科发政字［2001］253号各省：", {"国科发政字［2001］253号"}),
        ("冀科办【2011】14号河北省：", {"冀科办【2011】14号"}),
        ("河北省人民政府令〔2007〕第5号按照国务院：", {"河北省人民政府令〔2007〕第5号"}),
        ("根据《意见》（国办函〔2016〕12号），制定本办法。", set()),
        ("各单位：现转发国发〔2016〕16号", set()),
        ("甲发〔2020〕1号 乙发〔2020〕2号 各单位：", {"甲发〔2020〕1号", "乙发〔2020〕2号"}),
        ("文" * 200 + " 冀科〔2020〕1号：", set()),
        ("", set()),
    ],
)
def test_a_document_number_is_read_only_where_it_stands_by_itself_in_the_head(text: str, numbers: set[str]) -> None:
    assert hebei.document_numbers(text) == numbers


def test_two_numbers_are_ambiguous_and_none_is_taken() -> None:
    (row,) = phase(hebei.plan(found({TEXT: "甲发〔2020〕1号 乙发〔2020〕2号 各单位："})), "disclosures")
    assert "doc_no" not in parsed(row.puts[0])["content"]
    assert row.notes == ("document_number_ambiguous",)


def test_an_interpretation_has_no_number_of_its_own() -> None:
    change = {CATEGORY: "政策解读", TEXT: "冀科平规〔2024〕1号 解读："}
    (row,) = phase(hebei.plan(found(change)), "disclosures")
    assert "doc_no" not in parsed(row.puts[0])["content"]


def test_a_text_longer_than_any_csv_reader_expects_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, FILE, GOOD | {TEXT: "文" * 150_000})
    assert len(hebei.read(file)[0].values[TEXT]) == 150_000


@pytest.mark.parametrize("content", ["标题,时间\na,b\n".encode(), "标题".encode("gb18030")])
def test_a_file_of_another_kind_says_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / FILE
    file.write_bytes(content)
    with pytest.raises(UsageError, match=FILE):
        hebei.read(file)


def test_a_folder_without_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no CSV"):
        hebei.read(tmp_path)
