"""`make run`: the whole of Glasshall on this machine. Embedded AWS, the data stack from the file the cloud uses, demo data
through the signed endpoints, API, jobs and page. Ctrl-C ends everything it started.

Data is kept between starts; `FRESH=1` begins anew. A marker in the table, written last, says that the load was whole: a
start that was interrupted loads again, which is harmless, because every write names its own place.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from types import FrameType

from chalicelib import wiring
from chalicelib.jobs import (
    advance_clocks,
    build_search,
    check_attachments,
    deliver_webhooks,
    erase_records,
    harvest,
    log_register,
    publish_statistics,
    write_exports,
)
from chalicelib.routes.application import create_app
from chalicelib.settings import load_settings
from chalicelib.store.aws import s3_client
from chalicelib.store.table import Key, Put, Table
from chalicelib.wiring import Wiring
from local import demo
from local.emulator import Emulator, deploy_data_stack, settings_environment
from local.files import FilesHost, in_bucket
from local.gateway import Gateway
from local.journal import Journal
from local.ticker import Job, Ticker

STATE = Path(".local")
MARKER = Key("DEMO", "LOADED")


def main() -> int:
    """Run until told to stop."""
    began = time.monotonic()
    port = int(os.environ.get("PORT") or 8000)
    fresh = bool(os.environ.get("FRESH"))
    for wanted in (port, port + 1):
        if not _is_free(wanted):
            print(f"Glasshall: port {wanted} is taken by another program; choose: make run PORT=8010", file=sys.stderr)
            return 1
    stop = _stop_on_signals()
    print("Glasshall: starting the embedded AWS ...", flush=True)
    with Emulator(STATE / "aws", fresh=fresh) as emulator:
        os.environ.update(emulator.environment())
        outputs = deploy_data_stack(emulator.endpoint, files_url=f"http://127.0.0.1:{port + 1}")
        os.environ.update(settings_environment(outputs))
        # The emulator writes its indexes at once, so lists need not wait before they claim an entry.
        os.environ.update(GLASSHALL_PUBLIC_AUTHORITY=f"127.0.0.1:{port}", GLASSHALL_INDEX_SETTLE_SECONDS="0")
        # The demo sends each case with all its past at once, so nothing that would explain a breach is still to come.
        os.environ.update(GLASSHALL_CARD_GRACE_SECONDS="60")
        # A receiver of webhooks on this machine: over http, at this port alone.
        os.environ.setdefault("GLASSHALL_WEBHOOK_LOOPBACK_PORTS", str(port + 2))
        wired = Wiring(load_settings())
        wiring.use(wired)
        if wired.register.head().lacks_tree:
            print("Glasshall: the data kept here is older than the register's tree; begin anew: make run FRESH=1")
            return 1
        with _ticker(wired) as ticker, _gateway(port, ticker) as gateway, _files_host(wired, port + 1):
            _load(wired, gateway.url, ticker, stop, fresh=fresh)
            if not stop.is_set():
                _say_where(gateway.url, time.monotonic() - began)
            stop.wait()
            print(
                "\nGlasshall: stopping; jobs under way end (Ctrl-C again ends them), then the data is written ...",
                flush=True,
            )
    print("Glasshall: stopped, data kept in .local", flush=True)
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop


def _ticker(wired: Wiring) -> Ticker:
    jobs = (
        Job("log_register", 60.0, lambda: _log(wired, ticker)),
        Job("build_search", 60.0, lambda: build_search.run(wired)),
        # Hourly in the cloud; here what you send should show while you look. The first run of a day does the night's work.
        Job("publish_statistics", 60.0, lambda: publish_statistics.run(wired)),
        # Each quarter of an hour in the cloud.
        Job("advance_clocks", 60.0, lambda: _advance(wired)),
        # Each five minutes in the cloud; here it does nothing unless GLASSHALL_HARVEST_ORIGINS is set.
        Job("harvest", 60.0, lambda: harvest.run(wired)),
        # Nightly in the cloud.
        Job("write_exports", 3600.0, lambda: write_exports.run(wired, nightly=True)),
        # Each five minutes in the cloud.
        Job("erase_records", 5.0, lambda: erase_records.run(wired)),
        # The bucket tells nobody here that a file arrived, so it is looked for often.
        Job("check_attachments", 5.0, lambda: check_attachments.run(wired)),
        # On the table's stream and each minute in the cloud.
        Job("deliver_webhooks", 5.0, lambda: deliver_webhooks.run(wired)),
    )
    ticker = Ticker(jobs, Journal(STATE / "log" / "jobs.log"))  # `_log` pokes it
    return ticker


def _log(wired: Wiring, ticker: Ticker) -> object:
    """Run the register's job; what it made public is to be found at once, not a minute later."""
    done = log_register.run(wired)
    if done.finished or done.logged:
        ticker.poke("build_search")
    return done


def _advance(wired: Wiring) -> object:
    """Run the clock, but not into a load that is under way: half of a case's past would look like a breach."""
    return advance_clocks.run(wired) if wired.table.get(MARKER) is not None else None


def _gateway(port: int, ticker: Ticker) -> Gateway:
    logging.basicConfig(filename=STATE / "log" / "program.log", level=logging.WARNING)
    logging.getLogger("glasshall").setLevel(logging.INFO)
    # Each request has a thread here: more than the pool of one Lambda instance keeps, which it says and which harms nothing.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)

    def after_write(resource: str) -> None:
        """Stand for the table's stream: a public act or a receiver was taken in, so the job of it looks now."""
        if resource.endswith("/acts/{number}"):
            ticker.poke("log_register")
        if resource.startswith("/v1/receivers/"):
            ticker.poke("deliver_webhooks")

    return Gateway(
        create_app,
        port=port,
        access_log=Journal(STATE / "log" / "access.log"),
        defect_log=Journal(STATE / "log" / "defects.log"),
        after_write=after_write,
    )


def _files_host(wired: Wiring, port: int) -> FilesHost:
    return FilesHost(in_bucket(s3_client(), wired.settings.bucket), port=port)


def _load(wired: Wiring, url: str, ticker: Ticker, stop: threading.Event, *, fresh: bool) -> None:
    table: Table = wired.table
    if table.get(MARKER) is not None:
        return
    print("Glasshall: loading the demo data through the signed endpoints (once) ...", flush=True)
    demo.load(url, STATE / "keys", wired, stop, say=partial(print, flush=True))
    if stop.is_set():
        return
    ticker.poke("log_register")
    ticker.poke("publish_statistics")
    ticker.settle(300)
    table.commit(Put({"pk": MARKER.pk, "sk": MARKER.sk}))
    ticker.poke("advance_clocks")
    ticker.poke("write_exports")


def _say_where(url: str, seconds: float) -> None:
    print(f"\nGlasshall is up after {seconds:.0f} s: {url}\n", flush=True)
    print(demo.how_to_try(url, STATE / "keys"), flush=True)
    print("Logs lie in .local/log, demo keys in .local/keys. Ctrl-C ends everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
