"""A file on its whole way, on the embedded AWS: announced over HTTP, sent with the form, checked, given out by its host.

What the emulator holds of a form: size, media type, key, the checksum named, the time. What it does not hold, and S3 does:
that the bytes have that checksum. So here other bytes of the same size arrive, and the check must leave them alone.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from http.client import HTTPConnection
from typing import Any

import pytest
import urllib3
from glasshall import Client, File, file_of, send_attachment
from glasshall.attachments import _post

from chalicelib.domain.files import kinds
from chalicelib.jobs import check_attachments
from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from chalicelib.store.aws import upload_client
from chalicelib.store.files import S3Files, incoming_key
from chalicelib.usecases.attachments import Described
from local.emulator import free_port
from local.files import HEADERS, FilesHost, in_bucket
from local.gateway import Gateway
from tests.files import samples
from tests.world import World, private_key

PLAN = samples.pdf()


@pytest.fixture(scope="module")
def files(on_emulator: Any) -> S3Files:
    return S3Files(upload_client(), on_emulator[1]._bucket)


@pytest.fixture(scope="module")
def host(files: S3Files) -> Iterator[FilesHost]:
    with FilesHost(in_bucket(files._client, files._bucket)) as running:
        yield running


@pytest.fixture
def world(files: S3Files, host: FilesHost) -> Iterator[tuple[World, Client]]:
    """Return a deployment behind a gateway, with its files on the emulator, and a client of the bureau's clerk."""
    port = free_port()
    settings = Settings(public_authority=f"127.0.0.1:{port}", index_settle_seconds=0, files_url=host.url)
    world = World(settings=Settings(public_authority="127.0.0.1:8000", index_settle_seconds=0)).init()
    world.settings, world.files = settings, files  # type: ignore[assignment]
    world.restart()
    with Gateway(create_app, port=port) as gateway:
        yield world, Client(gateway.url, private_key("bureau-clerk"), now=lambda: world.now)


def described(data: bytes, media_type: str = kinds.PDF) -> Described:
    return Described(sha256(data).hexdigest(), "bureau", len(data), media_type, "a.pdf")


def checking(world: World) -> Callable[[float], None]:
    """Return what has the check run where a client would wait."""

    def check(seconds: float) -> None:
        check_attachments.run(world.wired)

    return check


def fetch(url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    parts = urllib3.util.parse_url(url)
    connection = HTTPConnection(str(parts.host), parts.port)
    connection.request(method, str(parts.path))
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def test_a_file_on_its_whole_way_is_never_given_out_inline(world: tuple[World, Client]) -> None:
    deployment, client = world
    file = file_of(PLAN, "bureau", "规划 2026.pdf")
    known = send_attachment(client, file, sleep=checking(deployment))
    assert (known["state"], known["attachment"]["findings"]) == ("checked", [])
    assert send_attachment(client, file) == known
    status, headers, body = fetch(known["attachment"]["url"])
    assert (status, body) == (200, PLAN)
    assert headers["content-disposition"] == (
        "attachment; filename=\"__ 2026.pdf\"; filename*=UTF-8''%E8%A7%84%E5%88%92%202026.pdf"
    )
    assert headers["content-type"] == kinds.PDF
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS
    assert fetch(known["attachment"]["url"], "HEAD")[0::2] == (200, b"")


def test_a_refused_file_tells_why_and_is_given_out_nowhere(world: tuple[World, Client], host: FilesHost) -> None:
    deployment, client = world
    file = File(samples.pdf(b"<< /S /JavaScript >>"), "bureau", "a.pdf", kinds.PDF)
    known = send_attachment(client, file, sleep=checking(deployment))
    assert (known["state"], [each["kind"] for each in known["attachment"]["problems"]]) == ("refused", ["javascript"])
    assert fetch(f"{host.url}/attachments/{file.sha256}/bureau")[0] == 404


@pytest.mark.parametrize("path", ["", "attachments/", "incoming/x", "sha256/x", "attachments/../incoming/x", "attachments/" + "0" * 64 + "/b"])  # fmt: skip
def test_the_host_of_files_gives_out_nothing_else(host: FilesHost, path: str) -> None:
    status, headers, body = fetch(f"{host.url}/{path}")
    assert (status, body) == (404, b"")
    assert headers["x-content-type-options"] == "nosniff"


def test_the_host_of_files_takes_no_writes(host: FilesHost) -> None:
    assert fetch(f"{host.url}/attachments/{'0' * 64}/b", "PUT")[0] == 405


def test_a_form_takes_the_announced_size_type_place_and_checksum_and_no_other(files: S3Files) -> None:
    data = b"a form takes this and nothing else"
    file = described(data)
    form = files.form(file, 900)
    assert files.arrived(file) is None
    last = {"file": ("f", data, kinds.PDF)}
    for fields in (
        {**form.fields, "file": ("f", data + b"x", kinds.PDF)},
        {**form.fields, "file": ("f", data[:-1], kinds.PDF)},
        {**form.fields, "Content-Type": "text/html", **last},
        {**form.fields, "key": "attachments/x", **last},
        {**form.fields, "x-amz-checksum-sha256": "A" * 43 + "=", **last},
    ):
        assert _post(form.url, fields) in (400, 403)
    expired = files.form(file, -5)
    assert _post(expired.url, {**expired.fields, **last}) == 403
    assert files.arrived(file) is None
    assert _post(form.url, {**form.fields, **last}) == 204
    assert files.arrived(file) == data


def test_other_bytes_of_the_same_size_are_not_the_file(world: tuple[World, Client], files: S3Files) -> None:
    deployment, client = world
    data = samples.pdf(page=b"BT (twin) Tj ET")
    file = described(data)
    said = {"agency": "bureau", "size_bytes": len(data), "media_type": kinds.PDF, "file_name": "a.pdf"}
    client.put(f"/v1/intake/attachments/{file.sha256}", said)
    key = incoming_key(file.sha256, "bureau")
    files._client.put_object(Bucket=files._bucket, Key=key, Body=data[:-1] + b" ")
    assert check_attachments.run(deployment.wired).waiting == 1
    files._client.put_object(Bucket=files._bucket, Key=key, Body=data + b"more than was announced")
    assert check_attachments.run(deployment.wired).waiting == 1
    files._client.put_object(Bucket=files._bucket, Key=key, Body=data)
    assert check_attachments.run(deployment.wired).checked == 1
