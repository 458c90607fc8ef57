"""Holding what `/v1/changes` says against the register: from every item its entry is made again, byte for byte."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from glasshall.errors import ClientError, RegisterError, UnexpectedAnswerError, UsageError
from glasshall.feed import Change
from glasshall.leaves import leaf_of
from glasshall.mirror_state import ERASE
from glasshall.register import Finding, Row

PAGE = 1_000
Page = Callable[[int, int], Sequence[Change]]
"""(index, most) -> that many items of changes behind an index, -1 before the first."""


def check_item(index: int, item: Mapping[str, Any], leaf: bytes) -> str:
    """Return why an item is not that of the entry at this index; empty if it is."""
    if item.get("index") != index:
        return "the item of changes is not that of the entry"
    try:
        made = leaf_of(item)
    except RegisterError:
        return "the item of changes is not of its form"
    erased_by = item.get("erased_by")
    if erased_by is not None and (type(erased_by) is not int or erased_by <= index):
        return "the item of changes is erased by an entry that cannot have"
    return "" if made == leaf else "the item of changes is not that of the entry"


def erases(item: Mapping[str, Any], erased: Mapping[str, Any]) -> bool:
    """Return whether an item is the erasure of the record of another one."""
    return item.get("name") == ERASE and all(item.get(name) == erased[name] for name in ("kind", "id"))


class ItemChecker:
    """Looks at rows of entries in order, and walks the changes beside them.

    A page with something wrong in it is no page. Then smaller ones are asked for, down to the single item that is wrong.
    """

    def __init__(self, page: Page) -> None:
        self._page, self._limit = page, PAGE
        self._held: deque[Change] = deque()
        self._erased: dict[int, list[Mapping[str, Any]]] = {}
        """By the index of the entry that is said to have erased them: items that were."""
        self.findings: list[Finding] = []

    def look(self, row: Row) -> None:
        """Compare the items of a row with its entries."""
        for index, leaf in enumerate(row.leaves, row.tile.first):
            try:
                item = self._item(index).document
                sentence = check_item(index, item, leaf)
            except ClientError as error:
                sentence = f"there is no item of changes that can be read: {error}"
            if sentence:
                self.findings.append(Finding(index, index, sentence))
            else:
                self._meet(index, item)

    def finish(self) -> list[Finding]:
        """Look at what erased items beyond the entries that were looked at, and return all findings."""
        for index in sorted(self._erased):
            try:
                found = [change for change in self._page(index - 1, 1) if change.index == index]
            except ClientError:
                found = []
            self._meet(index, found[0].document if found else {})
        return self.findings

    def _meet(self, index: int, item: Mapping[str, Any]) -> None:
        """An erased item says which entry erased it, and no hash binds that: the entry must be the erasure of its record."""
        for erased in self._erased.pop(index, ()):
            if not erases(item, erased):
                place = erased["index"]
                self.findings.append(
                    Finding(place, place, "the item of changes is erased by an entry that is no erasure of it")
                )
        if item.get("erased_by") is not None:
            self._erased.setdefault(item["erased_by"], []).append(item)

    def _item(self, index: int) -> Change:
        while not self._held:
            try:
                self._held.extend(self._page(index - 1, self._limit))
            except ClientError:
                if self._limit == 1:
                    self._limit = 2
                    raise
                self._limit //= 2
            else:
                self._limit = min(PAGE, self._limit * 2)
                if not self._held:
                    raise UnexpectedAnswerError("nothing stands behind the entry before it")
        return self._held.popleft()


def check_receipt(receipt: Mapping[str, Any], item: Mapping[str, Any], leaf: bytes) -> str:
    """Return why the receipt of a write is not of the entry at its index; empty if it is."""
    index = index_of(receipt)
    sentence = check_item(index, item, leaf)
    if sentence:
        return sentence
    for told, name in (("id", "id"), ("act", "act"), ("sha256", "act_sha256")):
        if receipt.get(told) != item[name]:
            return f"the receipt is of another act: its {told} is not the one of the entry"
    return ""


def index_of(receipt: Mapping[str, Any]) -> int:
    """Return the index that a receipt names.

    Raises:
        UsageError: it names none: the act is not in the register yet, or is not public.
    """
    place = receipt.get("register")
    index = place.get("index") if isinstance(place, Mapping) else None
    if type(index) is not int or index < 0:
        raise UsageError("the receipt names no index: the act was not in the register when it was written")
    return index
