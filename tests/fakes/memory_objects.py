"""An object store in memory, with the same hook as the memory table."""

from hashlib import sha256
from pathlib import Path

from chalicelib.store.objects import GivenOut, Held
from tests.fakes.memory_table import Hook, no_hook


class MemoryObjects:
    """Implements `chalicelib.store.objects.Objects`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.given_out: dict[str, GivenOut] = {}
        """How objects are sent by the host of files, where it was said."""
        self.hook: Hook = no_hook

    def get(self, name: str) -> bytes:
        self.hook("before", "get_object", name)
        data = self.objects[name]
        self.hook("after", "get_object", name)
        return data

    def put(self, name: str, data: bytes, given_out: GivenOut | None = None) -> None:
        self.hook("before", "put_object", name)
        self.objects[name] = data
        if given_out is not None:
            self.given_out[name] = given_out
        self.hook("after", "put_object", name)

    def find_file(self, name: str, path: Path) -> bool:
        self.hook("before", "find_object", name)
        data = self.objects.get(name)
        if data is not None:
            path.write_bytes(data)
        self.hook("after", "find_object", name)
        return data is not None

    def put_file(self, name: str, path: Path, given_out: GivenOut | None = None) -> None:
        self.put(name, path.read_bytes(), given_out)

    def find(self, name: str) -> Held | None:
        self.hook("before", "find_object", name)
        data = self.objects.get(name)
        self.hook("after", "find_object", name)
        return None if data is None else Held(data, _tag(data))

    def swap(self, name: str, old: Held | None, data: bytes) -> bool:
        self.hook("before", "swap_object", name)
        held = self.objects.get(name)
        if (None if held is None else _tag(held)) != (old.tag if old else None):
            return held == data
        self.objects[name] = data
        self.hook("after", "swap_object", name)
        return True

    def names(self, prefix: str) -> list[str]:
        self.hook("before", "list_objects", prefix)
        found = sorted(name for name in self.objects if name.startswith(prefix))
        self.hook("after", "list_objects", prefix)
        return found

    def remove(self, name: str) -> None:
        self.hook("before", "remove_object", name)
        self.objects.pop(name, None)
        self.hook("after", "remove_object", name)


def _tag(data: bytes) -> str:
    return sha256(data).hexdigest()
