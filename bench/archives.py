"""The size of what is deployed."""

from bench.table import Row
from infra.archives import LIMIT_BYTES
from infra.trees import BUILD, HOST, TARGET


def archive_rows() -> list[Row]:
    """Return the sizes of the zips that `make package` built last."""
    rows = []
    for platform in (TARGET, HOST):
        archive = BUILD / f"{platform.name}.zip"
        if not archive.exists():
            rows.append(Row(archive.name, "not built", "make package", "", "", ""))
            continue
        size = archive.stat().st_size
        goal = f"<= {LIMIT_BYTES / 1e6:.0f} MB"
        verdict = "met" if size <= LIMIT_BYTES else "missed"
        rows.append(Row(archive.name, f"{size / 1e6:.2f} MB", "", "", goal, verdict))
    return rows
