"""Holders of a case as an identity service knows them: opaque ids, kept as keyed hashes and never returned.

A hash is `<key id>.<hex>` of HMAC-SHA-256; one from before there was a ring of keys is the hex alone. The same id gives the
same hash in every case as long as the key does, so that a later log-in can be matched; for one case the key stays the one
that its first hashes were made with, so that a registration sent again after a rotation is still the same.
"""

import hmac
from collections.abc import Sequence

from chalicelib.domain.keyring import PLAIN_ID, PurposeKeys


def seal(holders: Sequence[str], keys: PurposeKeys, stored: Sequence[str]) -> list[str]:
    """Return the hashes of opaque ids, made as those that are stored are; with the current key where there are none."""
    key_id, prefix = keys.current_id, f"{keys.current_id}."
    if stored:
        named, separator, _ = stored[0].rpartition(".")
        key_id, prefix = named or PLAIN_ID, named + separator
    key = keys.by_id.get(key_id, keys.current)  # of a key that is gone none will be equal
    return [prefix + hmac.digest(key, holder.encode(), "sha256").hex() for holder in holders]
