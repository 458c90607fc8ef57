"""Receivers on this machine that speak TLS under a name of the public Internet, and a way to lead a sender to them.

The sender believes that it connects to a public address; `Net` stands where its sockets are made, writes down every address,
and leads to a listener here. So certificates, deadlines and sizes are held to real sockets.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NamedTuple

from chalicelib.store.senders import HttpsSender, connect_to
from chalicelib.usecases.deliver_webhooks import Outgoing

NAME = "hooks.app.example"
PUBLIC = "93.184.215.14"
URL = f"https://{NAME}/in?tenant=3"
SENT = {"webhook-id": "a" * 32 + "-1", "webhook-timestamp": "1795399200", "webhook-signature": "v1,x"}
Serve = Callable[[socket.socket, bytes], None]
"""What a receiver does on a connection when it has read the head of the request."""


class Trust(NamedTuple):
    """A certificate for one name, and who trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@cache
def trust(name: str = NAME) -> Trust:
    """Return a certificate for a name, made anew, and a client that trusts it and nothing else."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    held = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        (Path(folder) / "server.pem").write_bytes(pem + held)
        server.load_cert_chain(Path(folder) / "server.pem")
    return Trust(server, ssl.create_default_context(cadata=pem.decode()))


class Net:
    """Makes the sender's connections: writes down where they were to go, and leads them to a port here."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.connected: list[tuple[str, int]] = []

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Connect to the listener in the place of the address."""
        self.connected.append((address, port))
        return connect_to("127.0.0.1", self.port, seconds)


@contextmanager
def receiver(serve: Serve, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Listen on a port of this machine, over TLS if a context is given; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        open_ = [True]

        def accept() -> None:
            while open_[0]:
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    Thread(target=_attend, args=(connection, serve, tls), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        open_[0] = False
        thread.join()


def _attend(connection: socket.socket, serve: Serve, tls: ssl.SSLContext | None) -> None:
    connection.settimeout(20)
    with suppress(OSError):  # whoever hangs up on a hostile receiver does well
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            serve(connection, read_request(connection))


def read_request(connection: socket.socket) -> bytes:
    """Return a request, head and body."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = connection.recv(65_536)
        if not piece:
            return read
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(head: str, body: bytes = b"") -> Serve:
    """Return a receiver that answers the same to everything."""
    raw = head.replace("\n", "\r\n").encode() + body

    def serve(connection: socket.socket, request: bytes) -> None:
        connection.sendall(raw)

    return serve


def outgoing(url: str = URL, *, wants_answer: bool = True) -> Outgoing:
    """Return a request to send."""
    return Outgoing(url, {"Content-Type": "application/json", **SENT}, b'{"type":"x"}', wants_answer)


def sender(net: Net, *addresses: str, seconds: float = 10.0) -> HttpsSender:
    """Return a sender for which every name resolves to these addresses."""
    found = addresses or (PUBLIC,)
    return HttpsSender(resolve=lambda host, left: found, connect=net.connect, context=trust().client, seconds=seconds)
