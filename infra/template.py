"""The app stack's template: what `chalice package` makes of app.py, with `overlay.yaml` laid over it, as JSON.

Chalice runs on a copy of the program with no requirements beside it, so that it packages nothing by its own means: the
artefact is ours (`package.py`), and the overlay points every function at it.

Invariant: the template says nothing of the machine it was made on; the same program gives the same bytes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from infra.trees import ROOT, SOURCES

OVERLAY = ROOT / "infra" / "overlay.yaml"
CONFIG = ROOT / ".chalice" / "config.json"
API_STAGE = "api"
_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"
_ENVIRONMENT = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8"}


class TemplateError(Exception):
    """Chalice could not make a template of the program; the message is its own."""


def render_template() -> dict[str, Any]:
    """Return the merged template.

    Raises:
        TemplateError: chalice refused the program or the overlay.
    """
    with tempfile.TemporaryDirectory(prefix="chalice-") as folder:
        project = Path(folder) / "project"
        _copy_program(project)
        out = Path(folder) / "out"
        _package(project, out)
        return _normal(yaml.safe_load((out / "sam.yaml").read_text("utf-8")))


def write_template(path: Path) -> Path:
    """Write the merged template as compact JSON; return its path."""
    path.write_text(json.dumps(render_template(), ensure_ascii=False, sort_keys=True, separators=(",", ":")), "utf-8")
    return path


def _copy_program(project: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    project.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=ignore)
        else:
            shutil.copyfile(source, project / name)
    (project / ".chalice").mkdir()
    shutil.copyfile(CONFIG, project / ".chalice" / CONFIG.name)
    (project / "requirements.txt").touch()


def _package(project: Path, out: Path) -> None:
    command = [sys.executable, "-c", _CHALICE, "package", "--stage", API_STAGE, "--merge-template", str(OVERLAY)]
    run = subprocess.run(  # noqa: S603 - our own arguments
        [*command, str(out)], cwd=project, env=_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise TemplateError(run.stdout + run.stderr)


def _normal(template: dict[str, Any]) -> dict[str, Any]:
    """Take out what chalice says of itself, and the placeholder of a role that the overlay replaced."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"].pop("Tags", None)
    return template
