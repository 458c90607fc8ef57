"""W1 and W2 at full size: `python -m tests.hostile_urls [URLS] [REBINDINGS]`.

Thousands of hostile addresses and names that resolve to every range with a purpose are sent to by the real sender, with its
own sockets. An audit hook of the interpreter writes down every connection that any code of this process tries to make, and
stops each; listeners wait on this machine besides. What must come out: no connection to an address that is not public, said
by our table and by an independent one. Then hostile receivers, each with the ten seconds that a receiver has in life.

Exit code 0 if all of it held.
"""

import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from random import Random
from typing import Any

from safe_outbound import ip_is_internal

from chalicelib.domain.public_addresses import is_public
from chalicelib.domain.receivers import url_problems
from chalicelib.store.senders import HttpsSender, resolve_name
from tests.hook_server import Net, Serve, answering, outgoing, receiver, sender, trust

PUBLIC = ("93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "8.8.4.4")
NOT_PUBLIC = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.5.4", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("169.254.169.254", "169.254.170.2", "192.0.0.1", "192.0.2.5", "198.18.0.9", "198.51.100.1", "203.0.113.77"),
    *("192.88.99.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1"),
    *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2001:2::1", "fd00:ec2::254", "fc00::1", "fe80::1%lo"),
    *("fec0::1", "ff02::1", "3fff::1", "5f00::1", "100::1", "2a00:1450:4001:80b:0:5efe:7f00:1"),
)
NAMES = (
    *(
        "localhost",
        "a.localhost",
        "localhost.localdomain",
        "ip6-localhost",
        "metadata.google.internal",
        "instance-data",
    ),
    *("printer.local", "router.lan", "kubernetes.default.svc", "db.internal", "intranet", "1.0.0.127.in-addr.arpa"),
)
SCHEMES = ("file", "ftp", "gopher", "dict", "http", "ldap", "jar", "data", "javascript", "ws", "HTTP", "https+unix", "")
RECEIVER_SECONDS, MEMORY_BYTES = 15.0, 64_000_000


class Recorder:
    """Writes down every connection that this process tries to make, wherever its code stands.

    Those to this machine itself are let through: listeners wait there. All others are stopped.
    """

    def __init__(self) -> None:
        self.tried: list[tuple[str, int]] = []
        self.watching = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watching and event in ("socket.connect", "socket.sendto"):
            self.tried.append(arguments[1][:2])
            if arguments[1][0] in ("127.0.0.1", "::1"):
                return
            raise ConnectionRefusedError("stopped by the recorder")

    def not_public(self) -> list[tuple[str, int]]:
        """Return what must not have been tried: by our table or by the other, or at another port."""
        return [(host, port) for host, port in self.tried if port != 443 or not is_public(host) or ip_is_internal(host)]


def spellings(address: str, chance: Random) -> str:
    """Return an IP address in one of the ways in which parsers have been deceived."""
    if ":" in address:
        return chance.choice((f"[{address}]", address, f"[{address.upper()}]", f"[{address.replace('%', '%25')}]"))
    parts = [int(part) for part in address.split(".")]
    number = int.from_bytes(bytes(parts), "big")
    wide = str.maketrans("0123456789.", "０１２３４５６７８９。")
    return chance.choice(
        (
            address,
            address + ".",
            str(number),
            hex(number),
            oct(number).replace("0o", "0"),
            ".".join(hex(part) for part in parts),
            ".".join(f"0{part:o}" for part in parts),
            ".".join(f"{part:03d}" for part in parts),
            f"{parts[0]}.{int.from_bytes(bytes(parts[1:]), 'big')}",
            f"{hex(parts[0])}.{parts[1]}.{int.from_bytes(bytes(parts[2:]), 'big')}",
            address.translate(wide),
            address.replace(".", "%2e"),
            "".join(f"%{ord(character):02x}" for character in address),
            f"{number + 2**32}",
            f"[::ffff:{address}]",
            f"[::{address}]",
        )
    )


def hostile_url(chance: Random, ports: Sequence[int]) -> str:
    """Return one hostile address; `ports` are those at which somebody listens here."""
    bad = spellings(chance.choice(NOT_PUBLIC), chance)
    host = chance.choice((bad, bad, chance.choice(NAMES)))
    good = chance.choice(("hooks.app.example", "xn--fiqs8s.example", "a-b.example"))
    path = chance.choice(("/", "/in?x=1", "", "/latest/meta-data/", "/2018-06-01/runtime/invocation/next"))
    return chance.choice(
        (
            lambda: f"https://{host}{path}",
            lambda: f"https://{host}:443{path}",
            lambda: f"https://{host}:{chance.choice((0, 22, 80, 6379, 8443, 9001, 65_536, *ports))}{path}",
            lambda: (
                f"https://{good}:{chance.choice((80, 9001, 44_3, 4430))}{path}" if chance.random() < 0.9 else "https://"
            ),
            lambda: f"https://{good}@{host}{path}",
            lambda: f"https://{host}@{good}{path}",
            lambda: f"https://{good}%40{host}{path}",
            lambda: f"https://{good}\\@{host}{path}",
            lambda: f"https://{good}#@{host}{path}",
            lambda: f"https://{good}?@{host}{path}#",
            lambda: f"https://{good}:443@{host}{path}",
            lambda: f"{chance.choice(SCHEMES)}://{chance.choice((host, good))}{path}",
            lambda: f"http://127.0.0.1:{chance.choice(ports)}{path}",
            lambda: f"file:///etc/{chance.choice(('passwd', 'hosts', 'shadow'))}",
            lambda: f"https:{chance.choice(('', '/', '///'))}{host}{path}",
            lambda: f"https://{good}\r\nHost: {host}{path}",
            lambda: f"https://{good}/{chance.choice((' ', chr(9), chr(0), chr(0x2028)))}{host}",
            lambda: f"https://{good.replace('.', chance.choice('。．｡'))}{path}",
            lambda: (
                f"https://{chance.choice(('ｌocalhost', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'local­host', 'lоcalhost', '①②⑦.⓪.⓪.①'))}{path}"
            ),
            lambda: f"https://{'a' * chance.choice((64, 254, 3_000))}.example{path}",
            lambda: f"https://{chance.choice(('-a', 'a-', 'a..b', '.a', 'a_b', '*', 'a,b', ''))}.example{path}",
            lambda: f"https://{host}.nip.example{path}",
            lambda: f"https://{good}{path}",
        )
    )()


def addresses_for(host: str, chance: Random) -> list[str]:
    """Return what a hostile name server says: never public addresses alone."""
    bad = chance.sample(NOT_PUBLIC, chance.randint(1, 2))
    found = [*bad, *chance.sample(PUBLIC, chance.randint(0, 2))]
    chance.shuffle(found)
    return found


def send_everywhere(count: int, ports: Sequence[int], chance: Random) -> Counter[str]:
    """Register and send to hostile addresses; return the outcomes."""
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        url = hostile_url(chance, ports)
        taken = not url_problems(url)
        outcomes["registered" if taken else "refused when registered"] += 1
        hostile = HttpsSender(resolve=lambda host, left: addresses_for(host, chance), context=trust().client)
        outcomes[hostile.send(outgoing(url)).outcome] += 1
        # As if the text were never judged: the name stands for whatever the system makes of the hostile spelling.
        spelled = spellings(chance.choice([each for each in NOT_PUBLIC if "%" not in each]), chance).strip("[]")
        unjudged = HttpsSender(resolve=partial(system_addresses, spelled), context=trust().client)
        outcomes[f"unjudged: {unjudged.send(outgoing()).outcome}"] += 1
    return outcomes


def system_addresses(spelled: str, host: str, left: float) -> Sequence[str]:
    """Return what the system's resolver makes of a spelling of an IP address, without asking the network."""
    try:
        return resolve_name(spelled, 5.0, lambda *asked, **more: socket.getaddrinfo(*asked, **{**more, "flags": 4}))
    except (OSError, UnicodeError):
        return ["127.0.0.1"]


def rebind(count: int, chance: Random) -> Counter[str]:
    """Send to names that resolve to something else each time they are asked for; return the outcomes."""
    outcomes: Counter[str] = Counter()
    for number in range(count):
        begins_public = number % 2 == 0
        asked: list[int] = []

        def resolve(host: str, left: float, public: bool = begins_public, asked: list[int] = asked) -> list[str]:
            asked.append(1)
            good = public == (len(asked) == 1)
            return [chance.choice(PUBLIC)] if good else [chance.choice(NOT_PUBLIC)]

        outcomes[HttpsSender(resolve=resolve, context=trust().client).send(outgoing()).outcome] += 1
        assert len(asked) == 1, "a name was resolved twice for one request"
    return outcomes


def hostile_receivers() -> Iterator[tuple[str, Serve]]:
    """Yield receivers that want to hold a worker or to fill its memory."""
    from tests.unit.webhooks import test_senders as known

    for serve in (known.drip, known.drip_body, known.endless_interim, known.endless_headers):
        yield serve.__name__, serve
    for serve in (known.endless_body, known.endless_chunks):
        yield serve.__name__, serve
    yield "silence", lambda connection, request: time.sleep(20)
    bomb = b"\x1f\x8b" + b"\x00" * 60_000
    coded = f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(bomb)}\n\n"
    yield "gzip bomb", answering(coded, bomb)
    for status in (301, 302, 307, 308):
        yield f"{status}", answering(f"HTTP/1.1 {status} Elsewhere\nLocation: https://127.0.0.1/\n\n")
    yield "410", answering("HTTP/1.1 410 Gone\n\n")
    yield "429", answering("HTTP/1.1 429 Slow\nRetry-After: 99999999\n\n")


def survive(seconds: float) -> dict[str, tuple[str, float]]:
    """Send to every hostile receiver at once; return outcomes and seconds."""
    found: dict[str, tuple[str, float]] = {}

    def ask(name: str, port: int) -> None:
        began = time.monotonic()
        outcome = sender(Net(port), seconds=seconds).send(outgoing()).outcome
        found[name] = outcome, time.monotonic() - began

    with ExitStack() as stack, ThreadPoolExecutor(32) as pool:
        ports = {name: stack.enter_context(receiver(serve, tls=trust().server)) for name, serve in hostile_receivers()}
        ports["no handshake"] = stack.enter_context(receiver(lambda connection, request: time.sleep(20)))
        for call in [pool.submit(ask, name, port) for name, port in ports.items()]:
            call.result()
    return found


def listening(serve: Callable[[], None]) -> Serve:
    """Return a receiver that only counts that somebody came."""
    return lambda connection, request: serve()


def main(urls: int = 2_000, rebindings: int = 500, seconds: float = 10.0) -> int:
    """Do all of it and say what came out."""
    chance, recorder, came = Random("hostile urls"), Recorder(), [0]

    def count() -> None:
        came[0] += 1

    began = time.monotonic()
    with receiver(listening(count)) as plain, receiver(listening(count), tls=trust().server) as secure:
        recorder.watching = True
        outcomes = send_everywhere(urls, (plain, secure), chance)
        misread = len(recorder.tried)
        rebound = rebind(rebindings, chance)
        recorder.watching = False
    print(f"{urls} hostile addresses: {dict(outcomes)}; {misread} of the unjudged spell a public one after all")
    print(
        f"{rebindings} rebindings: {dict(rebound)}; {len(recorder.tried) - misread} connections, all to public addresses, port 443"
    )
    print(f"connections to addresses that are not public: {len(recorder.not_public())}; at listeners here: {came[0]}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    survived = survive(seconds)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1_024
    slowest = max(took for _, took in survived.values())
    print(f"{len(survived)} hostile receivers: { {name: outcome for name, (outcome, _) in survived.items()} }")
    print(
        f"slowest {slowest:.1f} s; memory grew by {grown / 1e6:.0f} MB, receivers and all; {time.monotonic() - began:.0f} s"
    )
    held = not recorder.not_public() and not came[0] and slowest < RECEIVER_SECONDS and grown < MEMORY_BYTES
    return 0 if held and len(recorder.tried) - misread == (rebindings + 1) // 2 else 1


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:3]), *(float(text) for text in sys.argv[3:4])))
