"""Speaking to a witness over HTTP: one request, one small answer, nothing followed and nothing repeated."""

import urllib3

from glasshall.errors import UsageError
from glasshall.shared import witnessing

_SECONDS = 20.0


def sender(url: str) -> witnessing.Send:
    """Return what sends a checkpoint to the witness at this submission prefix.

    Raises:
        UsageError: it is not an http or https address.
    """
    if not url.startswith(("https://", "http://")):
        raise UsageError(f"{url!r} is not the address of a witness, like https://witness.example/w1")
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(_SECONDS), retries=False)
    address = f"{url.rstrip('/')}/add-checkpoint"

    def send(body: bytes) -> witnessing.WitnessAnswer:
        try:
            response = pool.request("POST", address, body=body, redirect=False, preload_content=False)
            raw = response.read(witnessing.MAX_ANSWER_BYTES + 1)
            response.release_conn()
        except urllib3.exceptions.HTTPError:
            return witnessing.WitnessAnswer(0, "", b"")
        media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        return witnessing.WitnessAnswer(response.status, media_type, raw[: witnessing.MAX_ANSWER_BYTES])

    return send
