"""Rows of the shape of Hebei's lists through the whole flow: lists, filters, versions and acts answer, a page by one query."""

from pathlib import Path

from glasshall.importers import hebei
from glasshall.importers.hebei import ADDRESS, ATTACHMENTS, CATEGORY

from tests.hebei_through import Walked, hold_lists, hold_records
from tests.unit.client.test_import_hebei import FILE, GOOD, write


def test_what_was_disclosed_is_found_in_every_list_and_no_read_asks_for_more_than_a_page(tmp_path: Path) -> None:
    kinds = ("规范性文件汇总表", "政策解读", "政府信息公开年报")
    for number, name in enumerate((FILE, "7教育厅-政府信息公开__年报.csv")):
        rows = [
            GOOD
            | {ADDRESS: f"https://kjt.hebei.gov.cn/{number}/{row}", CATEGORY: kinds[row % 3], ATTACHMENTS: "http://a"}
            for row in range(13)
        ]
        write(tmp_path, name, *rows, rows[0])
    walked = Walked(hebei.plan(hebei.read(tmp_path)))
    assert walked.fates == {
        "departments taken": 2,
        "disclosures taken": 26,
        "disclosures not sent: duplicate_address": 2,
    }
    assert hold_lists(walked) == 14
    assert hold_records(walked) == 26
    assert walked.worst == {"pages": 2, "records": 1}
