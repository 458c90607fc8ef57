"""Random services and what happens to a case of them, plausible and not: for the naive walker and the fold alike."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.unit.cases.naive_case import Happening, Limit, Service, midnight


def random_limit(chance: Random, longest: int) -> Limit:
    """A limit, most often in working days."""
    unit = chance.choice(("working_day", "working_day", "working_day", "day", "month"))
    return (
        (chance.randint(1, 2), unit)
        if unit == "month"
        else (chance.choice((1, 2, 5, chance.randint(0, longest))), unit)
    )


def maybe(chance: Random, share: float, limit: Limit) -> Limit | None:
    """The limit, in this share of cases."""
    return limit if chance.random() < share else None


def random_service(chance: Random) -> Service:
    """A licence, a service that a supplement pauses, or a request that papers start anew."""
    kind = chance.choice(("licence", "licence", "pause", "request"))
    statutory = maybe(chance, 0.8, random_limit(chance, 25))
    return Service(
        promised=maybe(chance, 0.6, random_limit(chance, 12)),
        statutory=statutory,
        from_receipt=kind == "request" or chance.random() < 0.1,
        supplement={"licence": "before_acceptance", "pause": "pause", "request": "restart"}[kind],
        acceptance=maybe(chance, 0.8, random_limit(chance, 5)) if kind != "request" else None,
        asking=maybe(chance, 0.6 if kind == "request" else 0.2, (chance.randint(1, 7), "working_day")),
        review=maybe(chance, 0.3, random_limit(chance, 20)),
        issue=maybe(chance, 0.6, random_limit(chance, 10)),
        extension=maybe(chance, 0.5, random_limit(chance, 10)),
        procedures=tuple(kind for kind in ("hearing", "tender") if chance.random() < 0.6),
        stages=tuple((stage, random_limit(chance, 5)) for stage in ("review", "decide") if chance.random() < 0.5),
        covers_issue=chance.random() < 0.2,
        silence_grants=chance.random() < 0.15,
    )


WEIGHTED = (
    *("accepted", "decided", "supplement_requested", "supplement_received") * 3,
    *("special_started", "special_ended", "stage_entered", "stage_left") * 2,
    *("refused_acceptance", "extended", "reported_up", "issued", "closed", "reopened"),
)


def random_happenings(chance: Random, first: date) -> list[Happening]:
    """A receipt, most often, and up to nine events in the two months after it, each at an instant of its own."""
    minutes = sorted(chance.sample(range(60 * 1440), chance.randint(1, 10)))
    instants = [midnight(first) + timedelta(minutes=minute) for minute in minutes]
    names = ["received"] if chance.random() < 0.85 else []
    if chance.random() < 0.5:
        names.append("accepted")
    names += [chance.choice(WEIGHTED) for _ in range(len(instants) - len(names))]
    return [Happening(at, name, _told(chance, name, at)) for at, name in zip(instants, names, strict=False)]


def _told(chance: Random, name: str, at: datetime) -> Any:
    kind = chance.choice(("hearing", "tender"))
    by = chance.randint(0, 20)
    told = {
        "supplement_requested": at.date() + timedelta(days=by) if chance.random() < 0.7 else None,
        "special_started": (kind, maybe(chance, 0.4, random_limit(chance, 10))),
        "special_ended": kind,
        "extended": maybe(chance, 0.5, random_limit(chance, 15)),
        "stage_entered": chance.choice(("review", "decide", "issue")),
        "stage_left": chance.choice(("review", "decide")),
        "decided": chance.choice(("granted", "partly", "refused", "done")),
        "closed": chance.choice(("abandoned", "void", "applicant_withdrew")),
    }
    return told.get(name)
