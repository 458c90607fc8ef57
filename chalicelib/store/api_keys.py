"""API keys in the table: one item each, in one partition."""

from dataclasses import asdict, fields, replace

from chalicelib.domain.api_keys import ApiKey
from chalicelib.store import keys
from chalicelib.store.table import ABSENT, Item, Put, Table, Update, query_all

_NAMES = tuple(field.name for field in fields(ApiKey))


class ApiKeys:
    """Implements `usecases.api_keys.ApiKeyStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, key_id: str) -> ApiKey | None:
        item = self._table.get(keys.api_key(key_id))
        return None if item is None else read_api_key(item)

    def all(self) -> list[ApiKey]:
        return [read_api_key(item) for item in query_all(self._table, keys.API_KEYS_PK)]

    def create(self, key: ApiKey) -> None:
        place = keys.api_key(key.key_id)
        self._table.commit(Put({"pk": place.pk, "sk": place.sk, **asdict(key)}, when=ABSENT))

    def revoke(self, key: ApiKey, at: str) -> ApiKey:
        revoked = {"revoked_at": at}
        self._table.commit(Update(keys.api_key(key.key_id), {**revoked}, when={"sha256": key.sha256}))
        return replace(key, revoked_at=at)


def read_api_key(item: Item) -> ApiKey:
    """Return the key that an item holds."""
    return ApiKey(**{name: str(item[name]) for name in _NAMES})
