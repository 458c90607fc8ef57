"""Every key of the table, each with an example. Nothing else spells one; those of copies, which stand apart, are in
`harvest_keys`, those of an erasure in `erasure_keys`.

A record's items share a partition, so an act and its head commit together and its whole life is one query.
Public lists are index partitions, one per (list, filter value), sorted by instant and id.
"""

from hashlib import sha256

from chalicelib.store.table import Index, Key

# Public lists, over the instant of first publication or of the last change of content.
ALL_PUBLISHED = Index("all_published", "all_pk", "published_sk")
AGENCY_PUBLISHED = Index("agency_published", "agency_pk", "published_sk")
JURISDICTION_PUBLISHED = Index("jurisdiction_published", "jurisdiction_pk", "published_sk")
CATEGORY_PUBLISHED = Index("category_published", "category_pk", "published_sk")
STAGE_PUBLISHED = Index("stage_published", "stage_pk", "published_sk")
CADENCE_PUBLISHED = Index("cadence_published", "cadence_pk", "published_sk")
WHOLE_PUBLISHED = Index("whole_published", "whole_pk", "published_sk")
ALL_CHANGED = Index("all_changed", "whole_pk", "changed_sk")
AGENCY_CHANGED = Index("agency_changed", "agency_changed_pk", "changed_sk")
# Lists that a record stands in more than once, or that are sorted by another instant than that of publication.
PLACED = Index("placed", "placed_pk", "placed_sk")
# What a job has to work off; an item leaves it when its mark is removed.
WORK = Index("work", "work_pk", "work_sk")
# What time alone will change, by the instant at which it does; the job moves the entry on.
CLOCK = Index("clock", "clock_pk", "clock_sk")
MARKS = (WORK, CLOCK)
"""Indexes of marks: they hold keys and nothing else, for a job reads the item again before it decides."""

INDEXES = (
    ALL_PUBLISHED,
    AGENCY_PUBLISHED,
    JURISDICTION_PUBLISHED,
    CATEGORY_PUBLISHED,
    STAGE_PUBLISHED,
    CADENCE_PUBLISHED,
    WHOLE_PUBLISHED,
    ALL_CHANGED,
    AGENCY_CHANGED,
    PLACED,
    WORK,
    CLOCK,
)

LOG_SHARDS = 4
STATISTICS_SHARDS = 16
OUTBOX_SHARDS = 8
CLOCK_SHARDS = 16
ATTACHMENT_SHARDS = 4

END = "\U0010ffff"
"""Sorts after every character an id may hold."""


def record_pk(kind: str, record_id: str) -> str:
    """`service#511Z07001006`."""
    return f"{kind}#{record_id}"


def head(kind: str, record_id: str) -> Key:
    """`service#511Z07001006 | HEAD`: the fold of all acts taken in, public or not."""
    return Key(record_pk(kind, record_id), "HEAD")


def act(kind: str, record_id: str, number: int) -> Key:
    """`service#511Z07001006 | ACT#000001`: the exact bytes of one act and its receipt."""
    return Key(record_pk(kind, record_id), f"ACT#{number:06d}")


def view(kind: str, record_id: str) -> Key:
    """`service#511Z07001006 | VIEW`: the public record as it is served."""
    return Key(record_pk(kind, record_id), "VIEW")


def version(kind: str, record_id: str, number: int) -> Key:
    """`service#511Z07001006 | VERSION#000001`: the public record as it was served then."""
    return Key(record_pk(kind, record_id), f"VERSION#{number:06d}")


def effective(kind: str, record_id: str, effective_on: str, number: int) -> Key:
    """`service#511Z07001006 | EFFECTIVE#2026-01-01#000001`: which version holds from a day on."""
    return Key(record_pk(kind, record_id), f"EFFECTIVE#{effective_on}#{number:06d}")


def place(kind: str, record_id: str, partition: str) -> Key:
    """`service#511Z07001006 | PLACE#services by centre#hall`: the record's entry in one placed list."""
    return Key(record_pk(kind, record_id), f"PLACE#{partition}")


def holding(agency: str, name: str, kind: str, record_id: str) -> Key:
    """`CATALOGUE#bureau | plans#disclosure#d1`: that an agency holds a record publicly, under a name; one query has all."""
    return Key(catalogue_pk(agency), f"{name}#{kind}#{record_id}")


def catalogue_pk(agency: str) -> str:
    """`CATALOGUE#bureau`: what an agency holds publicly; written with the view, read by base key."""
    return f"CATALOGUE#{agency}"


def public_fact(agency: str, kind: str, record_id: str) -> Key:
    """`RECORDS#bureau | disclosure#d1`: what statistics count of a public record; written with the view, for good."""
    return Key(f"RECORDS#{agency}", f"{kind}#{record_id}")


def list_pk(collection: str, value: str = "") -> str:
    """`services` or `services#PWDx`: the partition of a public list."""
    return f"{collection}#{value}" if value else collection


def list_sk(instant: str, record_id: str) -> str:
    """`2026-11-23T10:00:00.000Z#511Z07001006`: newest last; ids make it unique."""
    return f"{instant}#{record_id}"


REGISTER_HEAD = Key("REGISTER", "HEAD")
"""`REGISTER | HEAD`: size, stage, how far the public view is, and the last index of each collection."""

SEARCH_HEAD = Key("SEARCH", "HEAD")
"""`SEARCH | HEAD`: which file of the object store holds the read model that is served, and which one is being built."""

ENTRIES_PK = "ENTRIES"


def entry(index: int) -> Key:
    """`ENTRIES | 000000000042`: one entry of the register, written together with what it makes public."""
    return Key(ENTRIES_PK, f"{index:012d}")


def shard(subject: str, shards: int) -> int:
    """A stable shard of a subject, so that marks spread over partitions."""
    return sha256(subject.encode()).digest()[0] % shards


def log_mark(kind: str, record_id: str, number: int, received_at: str) -> dict[str, str]:
    """`work_pk LOG#2, work_sk 2026-…#service#511Z07001006#000001`: an act waits for the register."""
    pk = f"LOG#{shard(record_id, LOG_SHARDS)}"
    return {"work_pk": pk, "work_sk": f"{received_at}#{kind}#{record_id}#{number:06d}"}


def log_partitions() -> tuple[str, ...]:
    """All partitions of acts that wait for the register."""
    return tuple(f"LOG#{number}" for number in range(LOG_SHARDS))


def statistics_mark(case_no: str) -> dict[str, str]:
    """`work_pk STATISTICS#7, work_sk 101001240735`: a case whose fact is newer than what is counted."""
    return {"work_pk": f"STATISTICS#{shard(case_no, STATISTICS_SHARDS)}", "work_sk": case_no}


def statistics_partitions() -> tuple[str, ...]:
    """All partitions of cases that wait to be counted."""
    return tuple(f"STATISTICS#{number}" for number in range(STATISTICS_SHARDS))


def clock_mark(kind: str, subject: str, at: str) -> dict[str, str]:
    """`clock_pk CLOCK#7, clock_sk 2026-…Z#case#101001240735`: at this instant time alone changes the subject.

    Sharded by subject, not by day: what is worked off leaves the low end of its partition, so the job asks for everything
    up to now and needs no watermark that could be lost or be wrong.
    """
    return {"clock_pk": f"CLOCK#{shard(subject, CLOCK_SHARDS)}", "clock_sk": f"{at}#{kind}#{subject}"}


def clock_partitions() -> tuple[str, ...]:
    """All partitions of what time alone will change."""
    return tuple(f"CLOCK#{number}" for number in range(CLOCK_SHARDS))


def attachment(sha256: str, agency: str) -> Key:
    """`attachment#2c26b46b… | bureau`: an agency's file, found by its hash; carries the mark that it is to be looked at."""
    return Key(f"attachment#{sha256}", agency)


def attachment_mark(sha256: str, agency: str, due_at: str) -> dict[str, str]:
    """`work_pk ATTACHMENTS#3, work_sk 2026-…#2c26b46b…#bureau`: a file that is to be looked at from an instant on."""
    pk = f"ATTACHMENTS#{shard(sha256, ATTACHMENT_SHARDS)}"
    return {"work_pk": pk, "work_sk": f"{due_at}#{sha256}#{agency}"}


def attachment_marks() -> tuple[str, ...]:
    """All partitions of files that are to be looked at."""
    return tuple(f"ATTACHMENTS#{number}" for number in range(ATTACHMENT_SHARDS))


def case_pk(case_no: str) -> str:
    """`case#101001240735`."""
    return f"case#{case_no}"


def case(case_no: str) -> Key:
    """`case#101001240735 | CASE`: the fold of its events, its rendered status and its marks."""
    return Key(case_pk(case_no), "CASE")


def registration(case_no: str) -> Key:
    """`case#101001240735 | REGISTRATION`: the bytes that opened the case, with their receipt."""
    return Key(case_pk(case_no), "REGISTRATION")


def event(case_no: str, event_id: str) -> Key:
    """`case#101001240735 | EVENT#e1`: the bytes of one event, with their receipt."""
    return Key(case_pk(case_no), f"EVENT#{event_id}")


def enquiry(case_no: str) -> Key:
    """`case#0198f… | ENQUIRY`: what the public sent, word for word; the one item that holds it."""
    return Key(case_pk(case_no), "ENQUIRY")


def rating(case_no: str, uuid: str) -> Key:
    """`case#101001240735 | RATING#3f0c…`: the bytes of one rating; the one item that holds its text."""
    return Key(case_pk(case_no), f"RATING#{uuid}")


OPEN_ENQUIRIES = "open enquiries"
"""Collection of the enquiries of an agency that are not answered, `open enquiries#bureau`: private, no public list has it."""


def sent(kind: str, record_id: str) -> Key:
    """`comment#3f0c… | SENT`: the hash of what the public sent and its contact, apart from the act; gone by TTL."""
    return Key(record_pk(kind, record_id), "SENT")


def card_subject(card_id: str) -> Key:
    """`card#5d41402abc4b2a76b9719d911017c592 | SUBJECT`: which case or record a card is about; never in any public bytes."""
    return Key(record_pk("card", card_id), "SUBJECT")


DUTIES = "DUTIES"


def duties(kind: str, record_id: str) -> Key:
    """`disclosure#d1 | DUTIES`: the cards of duties left undone, and when to look at the duties again."""
    return Key(record_pk(kind, record_id), DUTIES)


def query_code(case_no: str) -> Key:
    """`code#101001240735 | CODE`: the slow hash, alone in an item of fixed size."""
    return Key(f"code#{case_no}", "CODE")


QUERY_CODE_DECOY = Key("code#", "CODE")
"""`code# | CODE`: read beside every code, so that a case that is not there costs the same; no case has an empty number."""


def code_issue(case_no: str, number: int) -> Key:
    """`case#101001240735 | CODE#000002`: that code n was asked for, by which bytes."""
    return Key(case_pk(case_no), f"CODE#{number:06d}")


def limiter(name: str, window: str) -> Key:
    """`LIMIT#network#203.0.113.0/24 | 2026-11-23T10:05`: tries in one window, gone by TTL."""
    return Key(f"LIMIT#{name}", window)


def receiver(receiver_id: str) -> Key:
    """`receiver#city-app-7f3a | RECEIVER`: where an app takes notifications, and how far its confirmation is."""
    return Key(f"receiver#{receiver_id}", "RECEIVER")


def outbox_partitions(receiver_id: str) -> tuple[str, ...]:
    """`outbox#city-app-7f3a#5`: the partitions of what is or was to be sent to one receiver."""
    return tuple(f"outbox#{receiver_id}#{number}" for number in range(OUTBOX_SHARDS))


def notice(receiver_id: str, occurred_at: str, webhook_id: str) -> Key:
    """`outbox#city-app-7f3a#5 | 2026-…#9f0c…-3`: one notification and every try to deliver it, gone by TTL."""
    pk = outbox_partitions(receiver_id)[shard(webhook_id, OUTBOX_SHARDS)]
    return Key(pk, f"{occurred_at}#{webhook_id}")


def outbox_mark(webhook_id: str, due_at: str) -> dict[str, str]:
    """`work_pk OUTBOX#5, work_sk 2026-…#9f0c…-3`: a notification that is to be tried from an instant on."""
    return {"work_pk": f"OUTBOX#{shard(webhook_id, OUTBOX_SHARDS)}", "work_sk": f"{due_at}#{webhook_id}"}


def outbox_marks() -> tuple[str, ...]:
    """All partitions of notifications that wait."""
    return tuple(f"OUTBOX#{number}" for number in range(OUTBOX_SHARDS))


PUBLIC_SUBSCRIPTIONS_PK = "SUBSCRIPTIONS"
"""Partition of all subscriptions to public topics: the job that turns entries into notices reads it as one."""
API_KEYS_PK = "APIKEYS"


def public_subscription(subscription_id: str) -> Key:
    """`SUBSCRIPTIONS | portal-3f0c`: who is told of which register entries, and up to which index he has been."""
    return Key(PUBLIC_SUBSCRIPTIONS_PK, subscription_id)


def api_key(key_id: str) -> Key:
    """`APIKEYS | city-portal`: the hash of a key that the operator issued."""
    return Key(API_KEYS_PK, key_id)


STATISTICS_RUN = Key("STATISTICS", "RUN")
"""`STATISTICS | RUN`: which run of the statistics job may write, and up to when the last whole one counted."""
STATISTICS_PK = "STATISTICS"
DIRTY_LEAVES, DIRTY_AGENCIES, DIRTY_JURISDICTIONS = "DIRTY#leaves", "DIRTY#agencies", "DIRTY#jurisdictions"
"""Partitions of what the statistics job has still to add up, from the facts upwards."""
DIRTY_FIGURES = "DIRTY#figures"
"""Partition of the nodes whose figures are to be computed anew, and from which day on."""


def statistics_of(jurisdiction: str) -> Key:
    """`STATISTICS | OF#boston`: on which local day its figures were last looked at because of the day alone."""
    return Key(STATISTICS_PK, f"OF#{jurisdiction}")


def durations_of(jurisdiction: str) -> Key:
    """`STATISTICS | DURATIONS#boston`: how many durations each service has by month, and which are withheld."""
    return Key(STATISTICS_PK, f"DURATIONS#{jurisdiction}")


def fact(leaf: str, case_no: str) -> Key:
    """`FACTS#boston#PWDx#PWDx-potholes#2015-01 | 101001240735`: what is counted of a case, where it is counted."""
    return Key(f"FACTS#{leaf}", case_no)


def tally(node: str, place: str) -> Key:
    """`TALLIES#agency:PWDx | 2015-01`; of a service, by agency too: `TALLIES#service:PWDx-potholes | 2015-01#PWDx`."""
    return Key(f"TALLIES#{node}", place)


def part(node: str, place: str, child: str) -> Key:
    """`PARTS#agency:PWDx | 2015-01#PWDx-potholes`: a child's tally, as its parent adds it up."""
    return Key(f"PARTS#{node}", f"{place}#{child}")


def statistics_node(jurisdiction: str, node: str) -> Key:
    """`NODES#boston | agency:PWDx`: when time alone will change its figures, and from which period on."""
    return Key(f"NODES#{jurisdiction}", node)


RECORDS_COUNTED = Key(STATISTICS_PK, "RECORDS")
"""`STATISTICS | RECORDS`: up to which register index the agencies of changed records are marked."""
DIRTY_RECORDS = "DIRTY#records"
"""Partition of the agencies whose public records are to be counted anew."""


def ledger(jurisdiction: str, agency: str) -> Key:
    """`LEDGERS#guangan | bureau`: what an agency's public records and requests for disclosure come to, day by day."""
    return Key(f"LEDGERS#{jurisdiction}", agency)


def figures(node: str, series: str, year: str) -> Key:
    """`FIGURES#agency:PWDx#on_time_rate | 2015` (or `all`): a year of figures, one attribute per period."""
    return Key(f"FIGURES#{node}#{series}", year)


def seals(jurisdiction: str, year: str, node: str) -> Key:
    """`SEALS#boston#2015 | agency:PWDx`: what is settled of a node's figures, one attribute per period of the year."""
    return Key(f"SEALS#{jurisdiction}#{year}", node)


DIRTY_PERIODS = "DIRTY#periods"
"""Partition of the periods of which something settled has changed since the register was told of them."""


def period_mark(jurisdiction: str, period: str) -> str:
    """`boston#2015-01`."""
    return f"{jurisdiction}#{period}"


def read_period_mark(text: str) -> tuple[str, str]:
    """Return jurisdiction and period of what `period_mark` wrote."""
    jurisdiction, _, period = text.rpartition("#")
    return jurisdiction, period


EXPORTS_PK = "EXPORTS"
EXPORTS_BOUND = Key(EXPORTS_PK, "BOUND")
"""`EXPORTS | BOUND`: the least register index of which an export may still be published, and the generation of exports."""


def export(register_index: int) -> Key:
    """`EXPORTS | 000000000042`: that there is an export at this index."""
    return Key(EXPORTS_PK, f"{register_index:012d}")


def export_manifest(register_index: int) -> Key:
    """`EXPORT#000000000042 | MANIFEST`: its files."""
    return Key(f"EXPORT#{register_index:012d}", "MANIFEST")
