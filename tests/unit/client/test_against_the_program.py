"""The client against the program itself, over real HTTP: gateway, signatures, domain and register, on a table in memory."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from glasshall import Client, ProblemError
from glasshall.cli.main import main
from glasshall.importers import gov_cn, guangan
from glasshall.importers.loading import Loader, Report
from glasshall.importers.plan import Plan
from glasshall.journal import Journal

from chalicelib.routes.application import create_app
from chalicelib.store import keys
from chalicelib.store.table import Put
from local.gateway import Gateway
from tests.unit.client.rows import GOV_CN, GUANGAN
from tests.world import AUTHORITY, World, private_key

SERVICE = {"agency": "bureau", "title": {"zh": "企业投资项目备案"}, "service_kind": "other_power"}


class Office:
    """A deployment in memory with clients of its clerk and its approver."""

    def __init__(self, url: str) -> None:
        self.world = World().init()
        self.url = url

    def client(self, key_id: str) -> Client:
        """Return a client whose clock is that of the deployment."""
        return Client(self.url, private_key(key_id), authority=AUTHORITY, now=lambda: self.world.now)

    def load(self, plan: Plan, journal: Path | None = None, *, dry_run: bool = False) -> Report:
        """Carry out a plan."""
        kept = Journal(journal, url=self.url, key_id="root-clerk")
        clerk, approver = self.client("root-clerk"), self.client("root-approver")
        return Loader(clerk, approver, kept, dry_run=dry_run).load(plan)


@pytest.fixture
def office() -> Iterator[Office]:
    """A deployment in memory, served over HTTP."""
    with Gateway(create_app, port=0) as gateway:
        yield Office(gateway.url)


def test_an_act_is_stored_once_shown_by_its_receipt_and_public_once_logged(office: Office) -> None:
    client = office.client("bureau-clerk")
    first = client.put_act("services", "511A", 1, {"act": "publish", "content": SERVICE})
    again = client.put_act("services", "511A", 1, {"act": "publish", "content": SERVICE})
    assert (first.new, again.new, first.sha256) == (True, False, again.sha256)
    assert first.register_status == "pending"
    office.world.log()
    assert client.receipt("/v1/intake/services/511A/acts/1")["register"]["status"] == "logged"
    assert client.get("/v1/services/511A")["title"] == SERVICE["title"]


def test_a_dry_run_goes_the_same_way_and_stores_nothing(office: Office) -> None:
    client = office.client("bureau-clerk")
    act = {"act": "publish", "content": SERVICE}
    assert not client.put_act("services", "511A", 1, act, dry_run=True).new
    with pytest.raises(ProblemError) as caught:
        client.put_act(
            "services", "511A", 1, {"act": "publish", "content": {**SERVICE, "agency": "none"}}, dry_run=True
        )
    assert caught.value.codes == ("agency_unknown",)
    assert client.put_act("services", "511A", 1, act).new


def test_a_key_nobody_registered_is_told_that_the_check_of_the_key_failed(office: Office) -> None:
    with pytest.raises(ProblemError) as caught:
        office.client("stranger").put_act("services", "511A", 1, {"act": "publish", "content": SERVICE})
    assert (caught.value.status, caught.value.codes) == (401, ("key",))


def test_the_real_documents_are_disclosed_under_two_persons_and_a_second_load_changes_nothing(
    office: Office, tmp_path: Path
) -> None:
    plan = gov_cn.plan(gov_cn.read(GOV_CN), "guangan")
    assert office.load(plan, tmp_path / "j").counts()["stored"] == 25
    assert office.load(plan, tmp_path / "j").counts()["already"] == 25
    assert office.load(plan).counts()["already"] == 25
    office.world.log()
    client = Client(office.url)
    listed = list(client.list("disclosures"))
    assert len(listed) == 25
    assert len(list(client.list("disclosures", category="plans"))) == 8
    found = client.get("/v1/disclosures/guangan-7077981")
    assert (found["doc_no"], found["issuer"]) == ("国令第843号", {"zh": "国务院"})


def test_real_services_are_published_under_their_departments(office: Office) -> None:
    rows = guangan.read(GUANGAN)[:60]
    report = office.load(guangan.plan(rows))
    assert report.counts()["refused"] == 0
    office.world.log()
    client = Client(office.url)
    assert len(list(client.list("services", limit=7))) == 60
    first = client.get(f"/v1/services/{rows[0]['item_code']}")
    assert first["synthetic"] is True
    assert first["limits"]["statutory"] == {"value": 20, "unit": "working_day"}
    assert first["agency"] == f"guangan-{rows[0]['dept_code']}"


def test_every_change_is_read_in_the_order_of_the_register(office: Office) -> None:
    office.load(gov_cn.plan(gov_cn.read(GOV_CN), "guangan"))
    office.world.log()
    changes = list(Client(office.url).changes())
    assert [change.index for change in changes] == list(range(len(changes)))
    assert len(changes) == 2 + 75
    after = changes[40].index
    assert [change.index for change in Client(office.url).changes(after)] == list(range(after + 1, len(changes)))


def test_changes_by_several_filters_are_walked_to_their_end_past_pages_that_hold_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.routes.changes.WALK", 4)
    office.load(gov_cn.plan(gov_cn.read(GOV_CN), "guangan"))
    office.world.service("511A")
    office.world.log()
    client = Client(office.url)
    everything = list(client.changes())
    for kind, agency in (("agency", "guangan,bureau"), ("disclosure", "bureau"), ("service,agency", "bureau,guangan")):
        wanted = [each for each in everything if each.kind in kind.split(",") and each.agency in agency.split(",")]
        assert list(client.changes(kind=kind, agency=agency)) == wanted
    assert [each.id for each in client.changes(40, kind="service,card", agency="guangan,bureau")] == ["511A"]


def test_a_dry_import_tells_what_would_be_refused(office: Office) -> None:
    report = office.load(gov_cn.plan(gov_cn.read(GOV_CN), "nowhere"), dry_run=True)
    assert report.counts()["refused"] == 25
    assert {found.codes for found in report.outcomes} == {("agency_unknown",)}
    assert office.load(gov_cn.plan(gov_cn.read(GOV_CN), "guangan"), dry_run=True).counts()["stored"] == 25


def test_the_receipt_of_an_act_names_the_hash_of_the_bytes_sent(office: Office) -> None:
    raw = b'{ "act": "publish", "content": {"agency":"bureau","title":{"zh":"x"},"service_kind":"award"} }'
    receipt = office.client("bureau-clerk").put_act("services", "511B", 1, raw)
    assert receipt.sha256 == hashlib.sha256(raw).hexdigest()


def test_the_register_of_the_program_holds_from_its_own_addresses_and_a_receipt_is_found_in_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = office.client("bureau-clerk")
    client.put_act("services", "511A", 1, {"act": "publish", "content": SERVICE})
    office.world.log()
    known, receipt = str(tmp_path / "known.json"), tmp_path / "receipt.json"
    verify = ["register", "verify", "--url", office.url, "--known", known]
    assert main(verify) == 0
    assert "taken on first use" in capsys.readouterr().out
    receipt.write_text(json.dumps(client.receipt("/v1/intake/services/511A/acts/1")))
    assert main([*verify, "--receipt", str(receipt)]) == 0
    client.put_act("services", "511A", 2, {"act": "withdraw", "reason": {"zh": "取消"}})
    office.world.log()
    assert main(verify) == 0
    assert "The keys are those that are remembered." in capsys.readouterr().out
    (entry, *_) = [key for key in office.world.memory.snapshot() if key.pk == keys.ENTRIES_PK and key.sk.endswith("2")]
    item = office.world.memory.get(entry)
    assert item is not None
    office.world.memory.commit(Put({**item, "summary": item["summary"].replace(b'"511A"', b'"511B"')}))  # type: ignore[union-attr, arg-type]
    assert main(verify) == 1
    assert "- entry 2: the item of changes is not that of the entry" in capsys.readouterr().out
