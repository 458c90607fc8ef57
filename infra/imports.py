"""Proof that every import in a tree resolves inside it, without running it: the tree may be for another machine.

From `app.py` and every module of ours the imports are followed, those inside functions too, through everything they
reach. What is not in the tree and not in the standard library must be in `EXPECTED_ABSENT`, with the reason why the
program does well without; an entry that nothing asks for is an error too.

It does not see names put together at run time; for those the artefact itself is run in a bare interpreter (tests/e2e).
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from infra.archives import NATIVE, ArtefactError
from infra.trees import files_of

OURS = ("app", "chalicelib")
EXPECTED_ABSENT = {
    "awscrt": "botocore: checksums and signatures of its own kind, where it is installed",
    "botocore.customizations": "botocore: an operator's own addition to the user agent",
    "certifi": "botocore: it has certificates of its own",
    "StringIO": "six: Python 2",
    "six.moves": "six makes this module when it is imported",
    "annotationlib": "pydantic, typing_extensions: Python 3.14 and later, in its standard library",
    "compression": "urllib3: Python 3.14 and later, in its standard library",
    "backports": "urllib3: zstd, where it is installed",
    "brotli": "urllib3: where it is installed",
    "brotlicffi": "urllib3: where it is installed",
    "h2": "urllib3: HTTP/2, which nobody switches on",
    "idna": "urllib3: host names beyond ASCII",
    "js": "urllib3: in a browser",
    "pyodide": "urllib3: in a browser",
    "OpenSSL": "urllib3: for Pythons without ssl",
    "bcrypt": "cryptography: encrypted OpenSSH keys, which are not read",
    "cython": "pydantic.v1: whether it was compiled",
    "dotenv": "pydantic.v1: settings from files, which are not used",
    "email_validator": "pydantic: e-mail fields, which are not used",
    "rich": "pydantic: printing while debugging",
}
_STANDARD = sys.stdlib_module_names - {  # gone by Python 3.13, which the artefact must run on
    *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp"),
    *("lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau"),
    *("telnetlib", "uu", "xdrlib"),
}


@dataclass(slots=True)
class Reached:
    """What was found on the way: modules in the tree, and imports that lead nowhere with the places they stand at."""

    modules: set[str] = field(default_factory=set)
    missing: dict[str, set[str]] = field(default_factory=dict)


class Tree:
    """The importable modules of a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sources: dict[str, Path] = {}
        self.natives: set[str] = set()
        for path in files_of(root):
            if path.suffix == ".py":
                self.sources[_module(path.with_suffix(""))] = path
            elif path.suffix == NATIVE:
                self.natives.add(_module(path.with_name(path.name.split(".", 1)[0])))
        self._folders = {
            parent.as_posix().replace("/", ".") for path in self.sources.values() for parent in path.parents
        }

    def has(self, name: str) -> bool:
        """Tell whether a module is here: a file, native code, or a folder with modules in it."""
        return name in self.sources or name in self.natives or name in self._folders

    def facts(self, name: str) -> "_Facts":
        """Return what a module that has a source imports and binds."""
        return _facts((self.root / self.sources[name]).read_bytes())

    def defines(self, module: str, name: str) -> bool:
        """Tell whether a module with a source binds a name somewhere, or says that it answers for any."""
        if module not in self.sources:
            return module in self.natives
        return not self.facts(module).bound.isdisjoint({name, "*", "__getattr__"})

    def is_package(self, name: str) -> bool:
        """Tell whether a module is a package."""
        path = self.sources.get(name)
        return path is not None and path.name == "__init__.py"


def _module(path: Path) -> str:
    parts = path.parts[:-1] if path.name == "__init__" else path.parts
    return ".".join(parts)


class _Import(NamedTuple):
    level: int
    module: str
    names: tuple[str, ...]

    def of(self, package: str) -> str:
        """Return the module's whole name, seen from a package."""
        if not self.level:
            return self.module
        parts = package.split(".")
        base = parts[: len(parts) - self.level + 1]
        return ".".join([*base, self.module] if self.module else base)


class _Facts(NamedTuple):
    imports: tuple[_Import, ...]
    bound: frozenset[str]


@cache
def _facts(source: bytes) -> _Facts:
    """Return what a source says; kept, because two trees hold the same sources."""
    parsed = ast.parse(source)
    return _Facts(tuple(_imports(parsed)), frozenset(_bound(parsed)))


def _bound(parsed: ast.Module) -> Iterator[str]:
    for node in ast.walk(parsed):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".", 1)[0]


def _imports(parsed: ast.Module) -> Iterator[_Import]:
    """Yield every import that can run: those only type checkers see are left out."""
    waiting: list[ast.AST] = [parsed]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (_Import(0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield _Import(node.level, node.module or "", tuple(alias.name for alias in node.names))
        waiting += ast.iter_child_nodes(node)


def reach(root: Path) -> Reached:
    """Follow every import from our own modules."""
    tree = Tree(root)
    reached = Reached()
    waiting = [name for name in tree.sources if _is_ours(name)]
    while waiting:
        name = waiting.pop()
        if name in reached.modules or not tree.has(name):
            continue
        reached.modules.add(name)
        waiting += _parents(name)
        if name in tree.sources:
            waiting += _wanted(tree, name, reached)
    return reached


def _is_ours(name: str) -> bool:
    return name.split(".", 1)[0] in OURS


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _wanted(tree: Tree, name: str, reached: Reached) -> Iterator[str]:
    package = name if tree.is_package(name) else name.rpartition(".")[0]
    for each_import in tree.facts(name).imports:
        module, names = each_import.of(package), each_import.names
        if module.split(".")[0] in _STANDARD:
            continue
        if not tree.has(module):
            reached.missing.setdefault(module, set()).add(name)
            continue
        yield module
        yield from (f"{module}.{each}" for each in names if tree.has(f"{module}.{each}"))
        if _is_ours(name):  # of others we trust that they import what they define
            for each in names:
                if not tree.has(f"{module}.{each}") and not tree.defines(module, each):
                    reached.missing.setdefault(f"{module}.{each}", set()).add(name)


def check_imports(root: Path, expected: Mapping[str, str] = MappingProxyType(EXPECTED_ABSENT)) -> Reached:
    """Follow all imports of a tree.

    Raises:
        ArtefactError: names what does not resolve and who wants it, and what is expected absent but never wanted.
    """
    reached = reach(root)
    wrong = [
        f"{module} (wanted by {', '.join(sorted(wanted))})"
        for module, wanted in sorted(reached.missing.items())
        if not any(_within(module, absent) for absent in expected)
    ]
    stale = sorted(absent for absent in expected if not any(_within(module, absent) for module in reached.missing))
    if wrong or stale:
        raise ArtefactError(f"{root.name}: does not resolve: {wrong}; expected absent but not wanted: {stale}")
    return reached


def _within(module: str, absent: str) -> bool:
    return module == absent or module.startswith(f"{absent}.")
