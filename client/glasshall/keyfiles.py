"""Private keys in files: Ed25519 as PKCS #8 PEM (RFC 8410), HMAC secrets as one line of base64.

Invariants: a key file is made with mode 0600 from its first byte on, and never overwrites another. A file's name without
its ending is the key id, unless the caller names another.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path

from glasshall.errors import UsageError
from glasshall.shared import HMAC_SHA256, PrivateKey, SignatureError, generate_ed25519, load_pem, save_pem

_OWNER_ONLY = 0o600


def make_key(key_id: str, folder: Path) -> tuple[PrivateKey, Path]:
    """Draw a new Ed25519 key and write it to `folder/KEYID.pem`, readable by its owner only.

    Raises:
        UsageError: the id is none, the file is there already, or the folder cannot be written.
    """
    try:
        key = generate_ed25519(key_id, secrets.token_bytes(32))
    except SignatureError as error:
        raise UsageError(error.message) from error
    file = folder / f"{key_id}.pem"
    if file.exists():
        raise UsageError(f"{file} is there already; a key is never overwritten")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, save_pem(key), overwrite=False)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    return key, file


def write_private(file: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file that only its owner can read, at no instant otherwise.

    Raises:
        FileExistsError: it is there and may not be overwritten.
    """
    target = file.with_name(f"{file.name}.new") if overwrite else file
    if overwrite:
        target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as handle:
        handle.write(content)
    if overwrite:
        target.replace(file)


def read_key(file: str | Path, key_id: str | None = None) -> PrivateKey:
    """Return the private key of a file; its id is `key_id`, or else the file's name without its ending.

    Raises:
        UsageError: the file cannot be read or holds no such key.
    """
    path = Path(file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the key file {path} cannot be read: {error.strerror}") from error
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            return load_pem(key_id or path.stem, content)
        return PrivateKey(key_id or path.stem, HMAC_SHA256, base64.b64decode(content.strip(), validate=True))
    except SignatureError as error:
        raise UsageError(f"the key file {path}: {error.message}") from error
    except binascii.Error as error:
        raise UsageError(f"the key file {path} is neither PEM nor base64") from error


def public_base64(key: PrivateKey) -> str:
    """Return what is registered of an Ed25519 key: its 32 public bytes in base64.

    Raises:
        UsageError: the key is a shared secret, which has no public half.
    """
    if key.alg == HMAC_SHA256:
        raise UsageError("an HMAC secret has no public half")
    return base64.b64encode(key.public().material).decode()
