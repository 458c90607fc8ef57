"""Least privilege, executed: each role allows the calls that its function makes over the whole program, and no other."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import product
from typing import Any

import pytest

from bench.counting import CountingTable, as_table
from bench.sampled import Sampled
from bench.samples import SAMPLES
from chalicelib.domain.search import Question
from chalicelib.jobs import (
    advance_clocks,
    check_attachments,
    deliver_webhooks,
    erase_records,
    publish_statistics,
    rebuild,
    write_exports,
)
from chalicelib.store import keys
from chalicelib.store.table import Put
from chalicelib.usecases.order_erasure import Order, order_erasure
from infra.template import render_template
from tests.fakes.memory_table import MemoryTable
from tests.files import samples
from tests.watch_world import ListSender, takes_all
from tests.world import World

LARGE = "全" * 120_000
"""More than an item holds, so that it lies in the object store."""
ROLES = {name: each for name, each in render_template()["Resources"].items() if each["Type"] == "AWS::IAM::Role"}


ORDER = Order("court", "1", "court", "2026-11-01")
OBJECT_ACTIONS = {
    "get_object": ("s3:GetObject",),
    "find_object": ("s3:GetObject", "s3:ListBucket"),
    "put_object": ("s3:PutObject",),
    "presign": ("s3:PutObject",),
    "swap_object": ("s3:GetObject", "s3:PutObject"),
    "list_objects": ("s3:ListBucketVersions",),
    "remove_object": ("s3:DeleteObjectVersion", "s3:ListBucketVersions"),
}
"""What each call on the object store asks of AWS; without leave to list, S3 answers "forbidden" for what is not there."""


class Watched:
    """A world whose table and object store tell what is done to them."""

    def __init__(self) -> None:
        self.table = CountingTable(MemoryTable(keys.INDEXES), keys.INDEXES)
        self.sampled = Sampled(World(as_table(self.table)), 3)
        self.world = self.sampled.world
        self.objects: set[tuple[str, str]] = set()
        self.world.objects.hook = self._object

    def _object(self, moment: str, call: str, name: object) -> None:
        for action in OBJECT_ACTIONS[call]:
            whole = action in ("s3:ListBucket", "s3:ListBucketVersions")
            self.objects.add((action, "bucket" if whole else str(name).split("/", 1)[0]))

    def needs_of(self, work: Callable[[], object]) -> set[tuple[str, str]]:
        """Return the actions that some work needs."""
        self.table.actions.clear()
        self.objects.clear()
        work()
        return self.table.actions | self.objects


def allowed(role: str) -> Iterator[tuple[str, str]]:
    """Yield what a role allows on table, indexes and objects, with what it allows it on."""
    for policy in ROLES[role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            places, actions = _listed(statement["Resource"]), _listed(statement["Action"])
            for place, action in product(map(_place, places), actions):
                if place and action.startswith(("dynamodb:", "s3:")):
                    yield action, place


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _place(resource: Any) -> str | None:
    if resource == {"Ref": "TableArn"}:
        return "table"
    if resource == {"Ref": "ContentBucketArn"}:
        return "bucket"
    pattern = str(resource.get("Fn::Sub", ""))
    if pattern.startswith("${TableArn}/index/"):
        return "index"
    return pattern.split("/")[1] if pattern.startswith("${ContentBucketArn}/") else None


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_the_api_may_do_what_its_routes_do(watched: Watched) -> None:
    watched.world.disclose("large", body={"zh": LARGE})
    watched.world.log()

    def everything() -> None:
        for sample in SAMPLES.values():
            watched.world.pass_time(minutes=1)
            assert sample.send(watched.sampled).status < 400
        watched.world.disclose("another", body={"zh": LARGE})
        supersede = {"act": "supersede", "by": "another", "reason": {"zh": "新"}}
        watched.world.act("disclosures", "large", 4, supersede)
        watched.world.json("/v1/disclosures/large")
        watched.world.wired.read_model.ask(Question("disclosures"))

    watched.world.index()
    assert watched.needs_of(everything) == set(allowed("ApiRole"))


def test_the_register_job_may_do_what_it_does(watched: Watched) -> None:
    watched.world.disclose("large", body={"zh": LARGE})
    watched.world.disclose("gone")

    needs = watched.needs_of(watched.world.log)
    watched.world.act("disclosures", "gone", 4, {"act": "withdraw", "reason": {"zh": "误报"}})
    needs |= watched.needs_of(watched.world.log)
    assert needs <= set(allowed("LogRegisterRole"))
    assert {action for action, place in allowed("LogRegisterRole") if place == "table"} == {
        action for action, place in needs if place == "table"
    }


def test_the_job_of_the_read_model_may_do_what_it_does(watched: Watched) -> None:
    watched.world.disclose("large", body={"zh": LARGE})
    watched.world.log()
    needs = watched.needs_of(watched.world.index)
    for number in range(2):
        watched.world.disclose(f"another-{number}")
        watched.world.log()
        needs |= watched.needs_of(watched.world.index)
    assert needs == set(allowed("BuildSearchRole"))


def test_the_statistics_job_may_do_what_it_does(watched: Watched) -> None:
    needs = watched.needs_of(lambda: publish_statistics.run(watched.world.wired, nightly=True))
    watched.world.pass_time(days=40)
    needs |= watched.needs_of(lambda: publish_statistics.run(watched.world.wired, nightly=True))
    assert needs <= set(allowed("PublishStatisticsRole"))
    assert {action for action, place in allowed("PublishStatisticsRole") if place == "table"} == {
        action for action, place in needs if place == "table"
    }


def test_the_clock_may_do_what_it_does(watched: Watched) -> None:
    world = watched.world
    for number in range(2):
        world.put(f"/v1/intake/cases/late{number}", {"service": "service-0001", "access": "none"}, "bureau-clerk")
        accepted = {"event": "accepted", "occurred_at": "2026-11-23T09:00:00+08:00"}
        world.put(f"/v1/intake/cases/late{number}/events/e1", accepted, "bureau-clerk")
    kept = {"class": "not_open", "ground": "state_secret"}
    text = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
    world.act("disclosures", "kept", 1, {"act": "submit", "content": {**text, "openness": kept}})
    world.pass_time(days=7)
    needs = watched.needs_of(lambda: advance_clocks.run(world.wired))
    world.act("disclosures", "kept", 2, {"act": "submit", "content": text})
    world.pass_time(days=9)
    needs |= watched.needs_of(lambda: advance_clocks.run(world.wired))
    assert needs <= set(allowed("AdvanceClocksRole"))
    assert {action for action, place in allowed("AdvanceClocksRole") if place in ("table", "index")} == {
        action for action, place in needs if place in ("table", "index")
    }


def test_the_job_of_exports_may_do_what_it_does(watched: Watched) -> None:
    needs = set()
    for number in range(9):  # so many that the first of them does not stay
        watched.world.pass_time(days=15 if number == 1 else 1)
        watched.world.service(f"export-{number}")
        watched.world.log()
        watched.world.index()
        needs |= watched.needs_of(lambda: write_exports.run(watched.world.wired, nightly=True))
    assert needs | {("s3:AbortMultipartUpload", "exports")} == set(allowed("WriteExportsRole"))


def test_the_harvest_may_do_what_it_does(watched: Watched) -> None:
    watched.world.disclose("large", body={"zh": LARGE})
    watched.world.service("service-0001", 2, "revise", title={"zh": "新名"})
    watched.world.log()
    needs = watched.needs_of(watched.sampled.harvest)
    order_erasure("disclosures", "large", ORDER, watched.world.wired.records, watched.world.now)
    watched.world.log()
    needs |= watched.needs_of(watched.sampled.harvest)
    # Of whoever is asked:
    theirs = {("dynamodb:Query", "index"), ("dynamodb:BatchGetItem", "table"), ("s3:GetObject", "records")}
    assert needs - theirs == set(allowed("HarvestRole"))


def test_the_check_of_files_may_do_what_it_does(watched: Watched) -> None:
    world, data = watched.world, samples.pdf(page=b"(" + b"13800138000) Tj (" * 10 + b")")
    said = {"agency": "bureau", "size_bytes": len(data), "media_type": "application/pdf", "file_name": "a.pdf"}
    for content, media_type in ((data, "application/pdf"), (b"x,=cmd|'/c'!A0", "text/csv")):
        described = {**said, "size_bytes": len(content), "media_type": media_type, "file_name": f"a.{media_type[-3:]}"}
        answer = world.put(f"/v1/intake/attachments/{sha256(content).hexdigest()}", described)
        world.files.send(answer.json()["upload"]["fields"], content)
    needs = watched.needs_of(lambda: check_attachments.run(world.wired))
    assert needs <= set(allowed("CheckAttachmentsRole"))
    assert {each for each in allowed("CheckAttachmentsRole") if each[1] != "records"} == needs


def test_the_erasing_job_may_do_what_it_does(watched: Watched) -> None:
    world = watched.world
    digest = world.attach(samples.pdf(), "application/pdf", "a.pdf")
    world.disclose("large", body={"zh": LARGE}, attachments=[{"name": "a", "title": {"zh": "甲"}, "sha256": digest}])
    world.log()
    order_erasure("disclosures", "large", ORDER, world.wired.records, world.now)
    world.log()
    needs = watched.needs_of(lambda: erase_records.run(world.wired))
    world.pass_time(hours=2)
    needs |= watched.needs_of(lambda: erase_records.run(world.wired))
    newest_beside = {("s3:PutObject", "exports")}  # of an export that was begun and published meanwhile
    assert needs | newest_beside == set(allowed("EraseRecordsRole"))


def test_the_deliverer_may_do_what_it_does(watched: Watched) -> None:
    watched.world.sender = ListSender(takes_all)
    watched.world.restart()
    watched.world.disclose("new")
    watched.world.log()
    needs = watched.needs_of(lambda: deliver_webhooks.run(watched.world.wired))
    assert needs == set(allowed("DeliverWebhooksRole"))


def test_the_rebuild_may_do_what_it_does(watched: Watched) -> None:
    watched.world.disclose("large", body={"zh": LARGE})
    watched.world.log()
    spoilt = watched.world.wired.table.get(keys.view("service", "service-0001"))
    assert spoilt is not None
    watched.world.wired.table.commit(Put({**spoilt, "summary": b"{}"}))
    needs = watched.needs_of(lambda: rebuild.run(watched.world.wired, replace=True))
    assert needs == set(allowed("RebuildRole"))
