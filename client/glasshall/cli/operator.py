"""`glasshall operator`: what only the operator can do, on the machine that has the deployment's own credentials.

It calls the server's program in process (`chalicelib.usecases`), with the settings and the AWS credentials of
this environment; the installed client alone cannot.
"""

import secrets
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshall.cli.options import DONE, REFUSED, content_of, object_of, say
from glasshall.errors import ClientError, UsageError
from glasshall.importers import SETS
from glasshall.keyfiles import write_private
from glasshall.register_trust import read_vkey
from glasshall.texts import printable
from glasshall.witnesses import sender

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SOONEST_MINUTES = 20


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("operator", help="for the operator of a deployment")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    init = actions.add_parser("init", help="put in a root agency and its first key")
    init.add_argument("agency", metavar="AGENCY", help="id of the root agency, which is also the jurisdiction's")
    source = init.add_mutually_exclusive_group(required=True)
    source.add_argument("--content", metavar="FILE", help="the agency's content as JSON; - for the standard input")
    source.add_argument("--like", choices=sorted(SETS), help="the root agency of a data set that can be imported")
    init.add_argument("--key-id", required=True)
    init.add_argument("--public-key", required=True, metavar="BASE64", help="as printed by `glasshall keys make`")
    init.add_argument("--person", required=True, help="whose key it is")
    init.set_defaults(run=_init)
    erase = actions.add_parser("erase", help="erase a record by order of a court or an authority: it cannot be undone")
    erase.add_argument("collection", metavar="COLLECTION", help="such as disclosures or comments")
    erase.add_argument("record", metavar="ID")
    erase.add_argument("--order", required=True, metavar="NUMBER", help="number of the order")
    erase.add_argument("--authority", required=True, help="who gave it")
    erase.add_argument("--ground", required=True, metavar="CODE", help="on what ground: of /v1/codes/erasure_ground")
    erase.add_argument("--on", required=True, metavar="DATE", help="date of the order, YYYY-MM-DD")
    erase.set_defaults(run=_erase)
    rotate = actions.add_parser("rotate", help="write the deployment's secret with one more key; AWS is not called")
    rotate.add_argument("secret", metavar="FILE", help="the secret's text as it is; - for the standard input")
    rotate.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the new text goes (mode 0600)")
    rotate.add_argument("--in-minutes", type=int, default=30, help="when the new key makes things; at least 20")
    rotate.set_defaults(run=_rotate)
    _add_api_keys(actions)
    _add_witness(actions)


def _add_api_keys(actions: "_SubParsersAction[ArgumentParser]") -> None:
    group = actions.add_parser("api-key", help="keys with which public topics are subscribed to")
    doings = group.add_subparsers(required=True, metavar="DOING")
    create = doings.add_parser("create", help="make a key and print it, once")
    create.add_argument("key_id", metavar="ID", help="1 to 32 letters, digits, - and _; never used again")
    create.add_argument("--holder", required=True, help="whose it is, in words")
    create.set_defaults(run=_create_api_key)
    revoke = doings.add_parser("revoke", help="end a key: what it subscribed to is told of nothing any more")
    revoke.add_argument("key_id", metavar="ID")
    revoke.set_defaults(run=_revoke_api_key)
    doings.add_parser("list", help="list keys, revoked ones too").set_defaults(run=_list_api_keys)


def _add_witness(actions: "_SubParsersAction[ArgumentParser]") -> None:
    witness = actions.add_parser("witness", help="have witnesses cosign the newest checkpoint of the register")
    witness.add_argument(
        "--ask",
        nargs=2,
        action="append",
        required=True,
        metavar=("URL", "VKEY"),
        help="a witness: where checkpoints are sent, and its key",
    )
    witness.add_argument("--need", type=int, default=1, metavar="K", help="keep it only if so many have cosigned it")
    witness.set_defaults(run=_witness)


def _init(options: Namespace) -> int:
    content = SETS[options.like].root if options.like else object_of(options.content)
    module, wired = _server("chalicelib.usecases.operator_init")
    key = module.FirstKey(options.key_id, options.public_key, options.person)
    _of_server(lambda: module.init_jurisdiction(options.agency, dict(content), key, wired.records, wired.now()))
    say(f"{options.agency} is there; its first key is {options.key_id} (roles: {', '.join(key.roles)})")
    return DONE


def _erase(options: Namespace) -> int:
    module, wired = _server("chalicelib.usecases.order_erasure")
    order = module.Order(options.ground, options.order, options.authority, options.on)
    beside = wired.erasures.beside(options.collection, options.record)  # afterwards nothing tells of it any more
    place = (options.collection, options.record)
    receipt = _of_server(lambda: module.order_erasure(*place, order, wired.records, wired.now()))
    base = wired.settings.base_path
    already = "" if receipt.new else ", as it was already"
    say(
        f"{options.collection}/{options.record} is erased by its act {receipt.act.number}{already}; nothing of it is left in minutes"
    )
    versions = [f"{base}/v1/{options.collection}/{options.record}/versions/{number}" for number in beside.versions]
    _name("to be invalidated in every cache on the way", [*versions, *beside.files])
    _name("what speaks of it, and is not erased with it", beside.speaking)
    return DONE


def _name(what: str, places: Sequence[str]) -> None:
    if places:
        say("\n  ".join([f"{what}:", *places]))


def _rotate(options: Namespace) -> int:
    if options.in_minutes < SOONEST_MINUTES:
        raise UsageError(f"processes read the ring again every ten minutes: at least {SOONEST_MINUTES}")
    _, wired = _server("chalicelib.usecases.operator_init")
    keyring = import_module("chalicelib.domain.keyring")
    now = wired.now()
    makes_from = now + timedelta(minutes=options.in_minutes)
    text = content_of(options.secret).removesuffix(b"\n")  # the shell's, not the secret's
    try:
        ring = keyring.rotated(text, secrets.token_urlsafe(48), makes_from, now)
    except keyring.KeyringError as error:
        raise UsageError(f"this is not a deployment's secret: {error}") from error
    try:
        write_private(options.out, ring, overwrite=False)
    except OSError as error:
        raise UsageError(f"{options.out} cannot be written: {error.strerror}") from error
    say(f"{options.out} is the new text; its first key makes things from {makes_from.isoformat(timespec='seconds')} on")
    return DONE


def _create_api_key(options: Namespace) -> int:
    module, wired = _server("chalicelib.usecases.api_keys")
    text = _of_server(
        lambda: module.issue_api_key(options.key_id, options.holder, wired.api_keys, wired.random_bytes, wired.now())
    )
    say(f"the key of {options.holder}; it is shown once, and only its hash is kept:")
    print(text)
    return DONE


def _revoke_api_key(options: Namespace) -> int:
    module, wired = _server("chalicelib.usecases.api_keys")
    key = _of_server(lambda: module.revoke_api_key(options.key_id, wired.api_keys, wired.now()))
    say(f"{key.key_id} of {key.holder} holds no longer, since {key.revoked_at}")
    return DONE


def _list_api_keys(options: Namespace) -> int:
    _, wired = _server("chalicelib.usecases.api_keys")
    for key in wired.api_keys.all():
        state = f"revoked {key.revoked_at}" if key.revoked_at else "holds"
        print(f"{key.key_id}\t{key.created_at}\t{state}\t{key.holder}")
    return DONE


def _witness(options: Namespace) -> int:
    asked = [(url, read_vkey(vkey)) for url, vkey in options.ask]
    senders = [sender(url) for url, _ in asked]
    module, wired = _server("chalicelib.usecases.witness_register")
    witnesses = [module.Witness(key, send) for (_, key), send in zip(asked, senders, strict=True)]
    done = _of_server(lambda: module.witness_register(wired.log_files, witnesses, options.need))
    for (url, _), said in zip(asked, done.asked, strict=True):
        print(printable(f"{url}: {module.sentence(said)}"))
    enough = done.kept >= options.need
    print(
        f"{done.kept} cosignatures on the checkpoint of {done.size} entries: {'kept' if enough else 'too few, not kept'}"
    )
    return DONE if enough else REFUSED


def _of_server(done: Callable[[], Any]) -> Any:
    """Return what the server's program gives; what it refuses is told as the client tells it."""
    try:
        return done()
    except import_module("chalicelib.errors").GlasshallError as error:
        raise ClientError(f"refused: {error}") from error


def _server(use_case: str) -> tuple[Any, Any]:
    """Return the server's own use case and its wiring over this environment's settings and credentials."""
    if (Path.cwd() / "chalicelib").is_dir():  # a command that was installed does not look into the folder it is run in
        sys.path.append(str(Path.cwd()))
    if find_spec("chalicelib") is None:
        raise UsageError(
            "the server's program is not here: run this in its checkout, with the deployment's settings and credentials"
        )
    return import_module(use_case), import_module("chalicelib.wiring").current()
