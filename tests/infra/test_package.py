"""The build's own rules, on small trees: what goes in, what may differ, and that a missing import is found."""

import os
from pathlib import Path

import pytest

from infra.archives import ArtefactError, check_machine, check_same, hashes, hashes_in, write_zip
from infra.imports import check_imports, reach
from infra.trees import HOST, TARGET, is_kept, is_source

ARM64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xb7\x00"
X86_64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00"


def tree(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "botocore/data/endpoints.json",
        "botocore/docs/docstring.py",
        "chalice/app.py",
        "pydantic_core/_pydantic_core.cpython-313-aarch64-linux-gnu.so",
        "_cffi_backend.cpython-313-aarch64-linux-gnu.so",
        "orjson-3.13.0.dist-info/METADATA",
        "orjson-3.13.0.dist-info/licenses/LICENSE-MIT",
        "tzdata/zoneinfo/Asia/Shanghai",
    ],
)
def test_what_the_program_needs_goes_in(path: str) -> None:
    assert is_kept(Path(path))


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/dynamodb/2012-08-10/paginators-1.json",
        "boto3/data/dynamodb/2012-08-10/resources-1.json",
        "chalice/cli/__init__.py",
        "chalice/deploy/packager.py",
        "cffi/api.py",
        "bin/chalice",
        "orjson/__init__.pyi",
        "orjson-3.13.0.dist-info/RECORD",
        "orjson-3.13.0.dist-info/WHEEL",
        "six/__pycache__/six.cpython-311.pyc",
    ],
)
def test_what_lambda_never_needs_stays_out(path: str) -> None:
    assert not is_kept(Path(path))


def test_our_own_sources_go_in_without_compiled_leftovers() -> None:
    assert is_source(Path("chalicelib/pages/index.html"))
    assert not is_source(Path("chalicelib/__pycache__/errors.cpython-311.pyc"))


def test_the_same_files_give_the_same_zip_whenever_they_were_written(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", {"b.py": "b", "a/c.py": "c"})
    other = tree(tmp_path / "other", {"a/c.py": "c", "b.py": "b"})
    os.utime(other / "b.py", (1, 1))
    (other / "b.py").chmod(0o755)
    archives = [write_zip(each, tmp_path / f"{each.name}.zip") for each in (one, other)]
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert hashes_in(archives[0]) == hashes(one)


def test_a_zip_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="more than 100"):
        write_zip(tree(tmp_path / "t", {"a.py": os.urandom(200)}), tmp_path / "t.zip", limit_bytes=100)


def test_two_trees_may_differ_in_native_files_and_metadata_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.py": "a", "x.so": "1", "x-1.dist-info/METADATA": "1"}
    one = tree(tmp_path / "one", files)
    other = tree(tmp_path / "other", {"a.py": "a", "x.so": "2", "y.so": "3", "x-1.dist-info/METADATA": "2"})
    assert check_same(one, other) == {"x.so", "y.so", "x-1.dist-info/METADATA"}
    (other / "a.py").write_text("b", "utf-8")
    with pytest.raises(ArtefactError, match=r"differ in a\.py"):
        check_same(one, other)


def test_native_files_must_be_for_the_machine_of_their_platform(tmp_path: Path) -> None:
    right = tree(tmp_path / "right", {"a.so": ARM64})
    wrong = tree(tmp_path / "wrong", {"a.so": ARM64, "b.so": X86_64})
    assert check_machine(right, TARGET) == ["a.so"]
    assert check_machine(wrong, HOST) == ["a.so", "b.so"]
    with pytest.raises(ArtefactError, match=r"not for target: b\.so"):
        check_machine(wrong, TARGET)


def test_imports_are_followed_into_functions_packages_and_native_files(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "app.py": "def late():\n    from lib import part\n",
            "chalicelib/__init__.py": "",
            "lib/__init__.py": "from .deep import inner\n",
            "lib/part.py": "import native\n",
            "lib/deep/inner.py": "from .. import part\nimport os.path\n",
            "native.cpython-311-x86_64-linux-gnu.so": X86_64,
            "unused.py": "import nowhere\n",
        },
    )
    found = reach(root)
    assert found.missing == {}
    assert found.modules == {"app", "chalicelib", "lib", "lib.part", "lib.deep", "lib.deep.inner", "native"}


def test_an_import_that_leads_nowhere_is_refused_with_the_module_that_wants_it(tmp_path: Path) -> None:
    root = tree(tmp_path, {"app.py": "def late():\n    import lib\n", "lib.py": "import gone\n"})
    with pytest.raises(ArtefactError, match=r"gone \(wanted by lib\)"):
        check_imports(root, {})
    assert check_imports(root, {"gone": "optional"}).modules == {"app", "lib"}


def test_a_name_that_a_module_does_not_define_is_refused(tmp_path: Path) -> None:
    root = tree(tmp_path, {"app.py": "from lib import there, gone\n", "lib.py": "there = 1\n"})
    with pytest.raises(ArtefactError, match=r"lib\.gone \(wanted by app\)"):
        check_imports(root, {})


def test_what_only_type_checkers_import_need_not_be_there(tmp_path: Path) -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import gone\nelse:\n    import lib\n"
    assert reach(tree(tmp_path, {"app.py": source, "lib.py": ""})).missing == {}


def test_an_expected_absence_that_nothing_asks_for_any_more_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"not wanted: \['stale'\]"):
        check_imports(tree(tmp_path, {"app.py": ""}), {"stale": "no longer"})


def test_a_module_that_python_313_no_longer_has_counts_as_missing(tmp_path: Path) -> None:
    assert reach(tree(tmp_path, {"app.py": "import cgi\n"})).missing == {"cgi": {"app"}}
