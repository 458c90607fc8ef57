"""API keys: issued and revoked by the operator (`glasshall operator api-key`), shown as Bearer by who subscribes."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.domain import api_keys as rules
from chalicelib.domain.api_keys import CHANCE_BYTES, ApiKey
from chalicelib.domain.instants import to_key
from chalicelib.errors import ConditionFailedError, NotFoundError, PlaceTakenError, UnauthenticatedError


class ApiKeyStore(Protocol):
    """Where keys live."""

    def find(self, key_id: str) -> ApiKey | None:
        """Return a key, revoked ones too, or None."""

    def all(self) -> list[ApiKey]:
        """Return every key, revoked ones too, by id."""

    def create(self, key: ApiKey) -> None:
        """Write a new key.

        Raises:
            ConditionFailedError: the id is taken.
        """

    def revoke(self, key: ApiKey, at: str) -> ApiKey:
        """Write that a key holds no longer, and return it so.

        Raises:
            ConditionFailedError: it is another key.
        """


def issue_api_key(
    key_id: str, holder: str, keys: ApiKeyStore, random_bytes: Callable[[int], bytes], now: datetime
) -> str:
    """Make a key and return its text, which nothing can show again.

    Raises:
        RefusedError: the id or the holder is none. PlaceTakenError: there is or was a key of this id.
    """
    key, text = rules.made(key_id, holder, random_bytes(CHANCE_BYTES), to_key(now))
    try:
        keys.create(key)
    except ConditionFailedError:
        there = keys.find(key_id)
        if there != key:  # it is ours where only the answer was lost
            raise PlaceTakenError("there is or was a key of this id: choose another") from None
    return text


def revoke_api_key(key_id: str, keys: ApiKeyStore, now: datetime) -> ApiKey:
    """Revoke a key; what it subscribed to is told of nothing any more. One that is revoked is left as it is.

    Raises:
        NotFoundError: there is none.
    """
    key = keys.find(key_id)
    if key is None:
        raise NotFoundError("there is no key of this id")
    return key if not key.holds else keys.revoke(key, to_key(now))


def holder_of(text: str | None, keys: ApiKeyStore) -> ApiKey:
    """Return the key that a Bearer is.

    Raises:
        UnauthenticatedError: it is none, or is revoked: the same for all of it.
    """
    key_id = rules.id_in(text or "")
    key = keys.find(key_id) if key_id is not None else None
    if text is None or key is None or not rules.is_text_of(text, key):
        raise UnauthenticatedError("api_key", "an API key of this deployment is wanted", scheme="Bearer")
    return key
