"""An object store in memory, with the same hook as the memory table."""

from tests.fakes.memory_table import Hook, no_hook


class MemoryObjects:
    """Implements `chalicelib.store.objects.Objects`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.hook: Hook = no_hook

    def get(self, name: str) -> bytes:
        self.hook("before", "get_object", name)
        data = self.objects[name]
        self.hook("after", "get_object", name)
        return data

    def put(self, name: str, data: bytes) -> None:
        self.hook("before", "put_object", name)
        self.objects[name] = data
        self.hook("after", "put_object", name)
