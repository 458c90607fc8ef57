"""The Chalice app: the API's routes and the scheduled functions. No logic.

A job with several triggers is one Lambda function whose events stand in `infra/overlay.yaml`. Jobs are imported where they
run, so that a cold start of the API pays for none of them.
"""

import logging
from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.routes.application import create_app

logging.getLogger("glasshall").setLevel(logging.INFO)
app = create_app()


@app.lambda_function(name="log_register")
def log_register(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Give waiting public acts their index and show them: on the table's stream, and each minute."""
    from chalicelib.jobs import log_register as job

    return asdict(job.run(wiring.current()))


@app.lambda_function(name="build_search")
def build_search(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Bring the read model, which words and combined filters are looked up in, as far as the register is. Each minute."""
    from chalicelib.jobs import build_search as job

    return asdict(job.run(wiring.current()))


@app.lambda_function(name="publish_statistics")
def publish_statistics(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Recompute what changed: hourly; and at night every open period."""
    from chalicelib.jobs import publish_statistics as job

    return asdict(job.run(wiring.current(), nightly=event.get("nightly") is True))


@app.lambda_function(name="advance_clocks")
def advance_clocks(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Work off what time alone changes: cases whose limits passed, cards that nobody answered. Each 15 minutes."""
    from chalicelib.jobs import advance_clocks as job

    return asdict(job.run(wiring.current()))


@app.lambda_function(name="write_exports")
def write_exports(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Write everything public as files, at one register index: nightly, and hourly where there are none."""
    from chalicelib.jobs import write_exports as job

    return asdict(job.run(wiring.current(), nightly=event.get("nightly") is True))


@app.lambda_function(name="harvest")
def harvest(event: dict[str, Any], context: object) -> list[dict[str, Any]]:
    """Follow the registers of other deployments and keep copies of their public records. Each five minutes."""
    from chalicelib.jobs import harvest as job

    return [asdict(done) for done in job.run(wiring.current())]


@app.lambda_function(name="check_attachments")
def check_attachments(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Look at files that arrived: one when the bucket tells of it, and each quarter of an hour all that wait."""
    from chalicelib.jobs import check_attachments as job

    return asdict(job.run(wiring.current(), key=job.key_of(event)))


@app.lambda_function(name="erase_records")
def erase_records(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Delete what was erased by order, everywhere. Each five minutes."""
    from chalicelib.jobs import erase_records as job

    return asdict(job.run(wiring.current()))


@app.lambda_function(name="deliver_webhooks")
def deliver_webhooks(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Send what was subscribed to: on the table's stream, and each minute."""
    from chalicelib.jobs import deliver_webhooks as job

    return asdict(job.run(wiring.current()))


@app.lambda_function(name="rebuild")
def rebuild(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Compare the public view with the fold of the register; replace it if `{"replace": true}` is sent. By hand."""
    from chalicelib.jobs import rebuild as job

    return asdict(job.run(wiring.current(), replace=event.get("replace") is True))
