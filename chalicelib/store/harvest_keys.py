"""The keys of what was copied from other deployments, each with an example: in partitions of their own (`keys` has all others)."""

from chalicelib.store.table import Key

HARVEST_PK = "HARVEST"


def following(origin: str) -> Key:
    """`HARVEST | city.example.gov.cn`: how far another deployment is followed."""
    return Key(HARVEST_PK, origin)


def harvested_entry(origin: str, index: int) -> Key:
    """`HARVEST#city.example.gov.cn | 000000000042`: an entry of their register, as they spell it."""
    return Key(f"{HARVEST_PK}#{origin}", f"{index:012d}")


def harvested_list_pk(origin: str, collection: str) -> str:
    """`HARVEST#city.example.gov.cn#services`: copies by their register index and id: `000000000042#511Z07001006`."""
    return f"{HARVEST_PK}#{origin}#{collection}"


def harvested_list_sk(index: int, record_id: str) -> str:
    """`000000000042#511Z07001006`: newest last."""
    return f"{index:012d}#{record_id}"


def harvested(origin: str, collection: str, record_id: str) -> Key:
    """`HARVEST#city.example.gov.cn#services#511Z07001006 | VIEW`: the copy of a record as the origin shows it."""
    return Key(f"{harvested_list_pk(origin, collection)}#{record_id}", "VIEW")


def harvested_version(origin: str, collection: str, record_id: str, number: int) -> Key:
    """`HARVEST#city.example.gov.cn#services#511Z07001006 | VERSION#000001`: the copy of one version."""
    return Key(harvested(origin, collection, record_id).pk, f"VERSION#{number:06d}")
