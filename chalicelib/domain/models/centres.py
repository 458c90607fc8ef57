"""The acts on a service centre (行政服务中心, 政务服务中心) and its windows (窗口)."""

import re
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import (
    Complaint,
    DateText,
    Envelope,
    Id,
    Model,
    Phone,
    Source,
    Text,
    Words,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _clock_time(text: str) -> str:
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        raise ValueError("a time of day is HH:MM, 00:00 to 24:00")
    return text


ClockTime = Annotated[str, AfterValidator(_clock_time), Field(json_schema_extra={"pattern": "^[0-2][0-9]:[0-5][0-9]$"})]


class Span(Model):
    """Hours without a break, within one day; the second time is no longer part of it."""

    opens: ClockTime
    closes: ClockTime

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes before it opens; hours past midnight are two spans of two days")
        return self


def _apart(spans: list[Span]) -> list[Span]:
    if any(later.opens < earlier.closes for earlier, later in pairwise(spans)):
        raise ValueError("spans stand in order and do not overlap")
    return spans


Spans = Annotated[list[Span], AfterValidator(_apart), Field(max_length=6)]


class WeekdayHours(Model):
    """The hours of some days of the week."""

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    spans: Spans


class HoursException(Model):
    """A date on which other hours hold; without spans it is closed."""

    on: DateText
    spans: Spans = []
    note: Text | None = None


class Hours(Model):
    """When it is open: by the day of the week, by the calendar of working days if it says so, and by date."""

    weekly: Annotated[list[WeekdayHours], Field(max_length=7)]
    working_calendar: bool = False
    make_up_as: Weekday = "mon"
    exceptions: Annotated[list[HoursException], Field(max_length=400)] = []

    @model_validator(mode="after")
    def _once(self) -> Self:
        days = [day for each in self.weekly for day in each.days]
        dates = [each.on for each in self.exceptions]
        if len(days) != len(set(days)) or len(dates) != len(set(dates)):
            raise ValueError("a day of the week or a date stands more than once")
        return self


class Location(Model):
    """Where it is, in degrees (WGS 84)."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class CentreWindow(Model):
    """A counter (窗口): what it takes in, whose it is, and whether it only forwards (只收不办)."""

    id: Id
    name: Text
    floor: Words | None = None
    agency: Id | None = None
    services: Annotated[list[Id], Field(max_length=500)] = []
    forwards_only: bool = False
    takes_payment: bool = False


class Payment(Model):
    """How one pays: at one window for all agencies (一窗收费), or at each."""

    one_window: bool = False
    window: Id | None = None
    methods: Annotated[list[Literal["cash", "bank_card", "mobile", "transfer"]], Field(max_length=4)] = []


class CentreContent(Model):
    """A service centre."""

    agency: Id
    name: Text
    address: Text
    location: Location | None = None
    phone: Phone | None = None
    hours: Hours
    windows: Annotated[list[CentreWindow], Field(max_length=300)] = []
    payment: Payment | None = None
    complaint: Complaint | None = None
    source: Source | None = None
    issued_on: DateText | None = None
    effective_on: DateText | None = None


class OpenCentre(Envelope):
    """The centre opens (is entered)."""

    act: Literal["open"]
    content: CentreContent
    synthetic: bool = False


class ReviseCentre(Envelope):
    """The centre changes, or opens again; the whole content is given anew."""

    act: Literal["revise"]
    content: CentreContent
    synthetic: bool = False


class CloseCentre(Envelope):
    """The centre is closed for good."""

    act: Literal["close"]
    reason: Text


CentreAct = Annotated[OpenCentre | ReviseCentre | CloseCentre, Field(discriminator="act")]
ADAPTER: TypeAdapter[CentreAct] = TypeAdapter(CentreAct)
