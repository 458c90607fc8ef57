"""Glasshall's client: signed uploads, public reads, importers, and the command `glasshall`.

from glasshall import Client, read_key
client = Client("https://open.example.gov", read_key("clerk.pem"))
receipt = client.put_act("services", "511A0138", 1, {"act": "publish", "content": {...}})
for change in Client("https://open.example.gov").changes(after=1000): ...
"""

from glasshall.answers import BatchAnswer, LineResult, Page, Receipt, Record, Summary
from glasshall.attachments import File, file_of, send_attachment
from glasshall.client import Client
from glasshall.cursors import CursorFile
from glasshall.errors import (
    ClientError,
    ConnectionFailedError,
    ForkError,
    ProblemError,
    Reason,
    RegisterError,
    UnexpectedAnswerError,
    UsageError,
)
from glasshall.feed import Change, ChangesPage
from glasshall.keyfiles import make_key, public_base64, read_key
from glasshall.mirror import Mirror
from glasshall.mirror_state import MirrorState, Store
from glasshall.papers import Paper, render_paper, write_paper
from glasshall.receipts import Verdict, read_keys, verify_receipt
from glasshall.shared import PrivateKey
from glasshall.wire import Pacing

__version__ = "0.1.0"

__all__ = [
    "BatchAnswer",
    "Change",
    "ChangesPage",
    "Client",
    "ClientError",
    "ConnectionFailedError",
    "CursorFile",
    "File",
    "ForkError",
    "LineResult",
    "Mirror",
    "MirrorState",
    "Pacing",
    "Page",
    "Paper",
    "PrivateKey",
    "ProblemError",
    "Reason",
    "Receipt",
    "Record",
    "RegisterError",
    "Store",
    "Summary",
    "UnexpectedAnswerError",
    "UsageError",
    "Verdict",
    "file_of",
    "make_key",
    "public_base64",
    "read_key",
    "read_keys",
    "render_paper",
    "send_attachment",
    "verify_receipt",
    "write_paper",
]
