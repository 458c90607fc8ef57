"""Conventions that are sets: what is declared is what there is, and all of it is documented."""

import ast
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.domain import nouns
from chalicelib.domain.models.responses import Change
from chalicelib.domain.nouns import NOUNS
from chalicelib.errors import GlasshallError
from chalicelib.routes import problems
from chalicelib.routes.access import Access
from chalicelib.routes.application import create_app
from chalicelib.routes.changes import KINDS
from chalicelib.routes.endpoint import ENDPOINTS
from chalicelib.routes.versions import VERSIONED
from chalicelib.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def leaves(kind: type[GlasshallError]) -> list[type[GlasshallError]]:
    """Return the classes below one that have none below them."""
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in leaves(child)] if below else [kind]


def test_every_route_of_the_app_is_declared_with_an_access_policy() -> None:
    declared = {(endpoint.path, endpoint.method) for endpoint in ENDPOINTS}
    served = {(path, method) for path, methods in create_app().routes.items() for method in methods if method != "HEAD"}
    assert served == declared
    assert all(isinstance(endpoint.access, Access) for endpoint in ENDPOINTS)


def test_every_read_says_how_it_may_be_cached_and_every_operation_has_a_name_of_its_own() -> None:
    assert all(endpoint.cache for endpoint in ENDPOINTS)
    names = [endpoint.name for endpoint in ENDPOINTS]
    assert len(names) == len(set(names))


def test_what_is_private_is_never_cached_by_others() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.access is not Access.PUBLIC:
            assert "no-store" in endpoint.cache or "private" in endpoint.cache, endpoint


def test_every_route_stands_in_the_guide() -> None:
    guide = (ROOT / "docs" / "api.md").read_text("utf-8")
    missing = [endpoint.path for endpoint in ENDPOINTS if endpoint.path not in guide]
    assert missing == []


def test_the_routes_fit_into_one_api_of_the_gateway() -> None:
    """A resource is each piece of each path; an API takes 300 (https://docs.aws.amazon.com/apigateway, "Quotas")."""
    pieces = [path.strip("/").split("/") for path in create_app().routes]
    resources = {"/".join(piece[:depth]) for piece in pieces for depth in range(len(piece) + 1)}
    assert len(resources) <= 300


def test_every_setting_is_documented() -> None:
    guide = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for field in fields(Settings):
        assert f"GLASSHALL_{field.name.upper()}" in guide


@pytest.mark.parametrize("leaf", leaves(GlasshallError), ids=lambda leaf: leaf.__name__)
def test_every_error_is_mapped_or_never_leaves_the_use_cases(leaf: type[GlasshallError]) -> None:
    mapped = any(kind in problems._BY_ERROR for kind in leaf.__mro__)
    assert mapped or leaf.__name__ == "ConditionFailedError"


def test_every_public_noun_has_public_reads_and_every_noun_an_intake() -> None:
    paths = {endpoint.path for endpoint in ENDPOINTS}
    for noun in NOUNS:
        acts = f"/v1/intake/{noun.collection}/{{record_id}}/acts/{{number}}"
        assert (acts in paths) != (f"/v1/intake/{noun.collection}/{{sha256}}" in paths)
        assert (f"/v1/{noun.collection}/{{record_id}}" in paths) == noun.public


def test_every_public_noun_has_versions_so_that_whoever_copies_it_knows_which_stay() -> None:
    assert {noun.kind for noun in NOUNS if noun.public} <= VERSIONED.keys()


def test_a_public_read_imports_no_models_no_signing_and_no_rules() -> None:
    program = (
        "RULES = {f'chalicelib.domain.{name}' for name in ('nouns', 'records', 'clock', 'personal_data', 'harvest')}\n"
        "import sys, app\n"
        "heavy = {'pydantic', 'http_message_signatures', 'http_sf', 'cryptography', 'moto', *RULES} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_public_read_takes_in_the_rules_of_a_noun_when_it_is_asked() -> None:
    of_nouns = {module.__name__ for module in vars(nouns).values() if hasattr(module, "NOUN")}
    rules = of_nouns - {"chalicelib.domain.attachments"}  # of files: no clock
    assert "chalicelib.domain.comments" in rules
    for file in (ROOT / "chalicelib" / "routes").glob("*.py"):
        taken = {
            node.module for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
        }
        assert not taken & rules, file


def sources() -> list[Path]:
    """Return the program's own files."""
    return [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]


def test_nothing_scans() -> None:
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"scan", "scan_paginator"}, file


def test_only_settings_reads_the_environment_and_only_wiring_the_clock() -> None:
    for file in sources():
        text = file.read_text("utf-8")
        if "os.environ" in text or "getenv" in text:
            assert file.name == "settings.py", file
        if "datetime.now(" in text or "time.time(" in text or "utcnow" in text:
            assert file.name == "wiring.py", file


def test_every_source_file_is_short_enough_to_be_read() -> None:
    for file in sources():
        assert len(file.read_text("utf-8").splitlines()) <= 400, file


def test_changes_tell_of_every_public_noun_and_of_nothing_else() -> None:
    told = get_args(Change.model_fields["kind"].annotation)
    assert set(told) == set(KINDS) == {noun.kind for noun in NOUNS if noun.public}
