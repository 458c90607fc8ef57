"""Cases with codes, and the exchange in front of them, without HTTP and with a fast hash."""

from random import Random

from chalicelib.domain.case_tokens import Token
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.proof_of_work import Proof
from chalicelib.domain.query_codes import NewCode, make_code
from chalicelib.errors import MalformedError, NotFoundError
from chalicelib.store import keys
from chalicelib.store.case_codes import CaseCodes, code_item
from chalicelib.store.case_statuses import CaseStatuses
from chalicelib.store.table import Item, Put
from chalicelib.usecases.case_access import Access, Exchange, exchange_code
from chalicelib.usecases.tries import Limits, TryCounter
from tests.case_world import fast_hash
from tests.fakes.memory_table import MemoryTable
from tests.unit.cases.builders import NOW

PEPPERS, KEYS = PurposeKeys("1", {"1": b"pepper"}), PurposeKeys("1", {"1": b"key"})


class Door:
    """Cases with codes, the exchange in front of them, and a counter of tries of its own or somebody else's."""

    def __init__(self, cases: int, per_minute: int = 10**9, per_hour: int = 10**9) -> None:
        self.table = MemoryTable(keys.INDEXES)
        self.limits = per_minute, per_hour
        self.now = NOW
        self.codes_kept = CaseCodes(self.table)
        self.counter: TryCounter = self.codes_kept
        self.hashed = 0
        chance = Random("door")
        self.codes = {f"c{number}": make_code(chance.randbytes) for number in range(cases)}
        for case_no, code in self.codes.items():
            salt = chance.randbytes(16)
            kept = NewCode(0, salt, fast_hash(code, case_no, b"pepper", salt), "1")
            place = keys.case(case_no)
            case: Item = {"pk": place.pk, "sk": place.sk, "service": "s1", "body": b"{}", "updated_at": ""}
            case["token_epoch"] = 0
            self.table.commit(Put(code_item(case_no, kept)), Put(case))

    def knock(self, case_no: str, code: str, source_ip: str = "203.0.113.9", proof: Proof | None = None) -> Token:
        """Try a code."""
        access = Access(CaseStatuses(self.table), KEYS, self.now)
        limits = Limits(self.counter, source_ip, *self.limits, KEYS, work_bits=8)
        return exchange_code(case_no, code, access, Exchange(self.codes_kept, PEPPERS, limits, self._hash, proof))

    def _hash(self, code: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
        self.hashed += 1
        return fast_hash(code, case_no, pepper, salt)

    def opens(self, case_no: str, code: str, source_ip: str = "203.0.113.9") -> bool:
        """Say whether a code opens a case."""
        try:
            self.knock(case_no, code, source_ip)
        except (NotFoundError, MalformedError):
            return False
        return True
