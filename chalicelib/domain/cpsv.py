"""A service as CPSV-AP 3.2.0 (https://semiceu.github.io/CPSV-AP/releases/3.2.0/), in JSON-LD that needs nothing else to be read.

Pure: the body of a service and those of the agencies it names give a document. Every node says its type and its context
stands inside, so a reader fetches nothing: SHACL asks for the type of each concept, and consumers may be offline.

What the profile cannot say is said beside it. `xsd:duration` knows no working days, so `processingTime` is the number of
calendar days that so many working days take at most where no holiday falls among them: never shorter than the promise. The
limits themselves stand under `limits`, exactly as in the record.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.codes import sentences

MEDIA_TYPE = "application/ld+json"
Node = dict[str, Any]
Words = Mapping[str, str]
_LANGUAGE = {"@container": "@language"}
_LANGUAGES = {"zh": "ZHO", "en": "ENG"}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_UNITS = {
    "working_day": ("个工作日", "working day"),
    "day": ("日", "day"),
    "hour": ("小时", "hour"),
    "month": ("个月", "month"),
}
CONTEXT: Node = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "identifier": "dct:identifier",
    "title": {"@id": "dct:title", **_LANGUAGE},
    "description": {"@id": "dct:description", **_LANGUAGE},
    "prefLabel": {"@id": "skos:prefLabel", **_LANGUAGE},
    "type": "dct:type",
    "language": "dct:language",
    "audience": "dct:audience",
    "spatial": "dct:spatial",
    "issued": {"@id": "dct:issued", "@type": "xsd:dateTime"},
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    "version": "http://www.w3.org/2002/07/owl#versionInfo",
    "status": "http://www.w3.org/ns/adms#status",
    "hasCompetentAuthority": "cv:hasCompetentAuthority",
    "hasParticipation": "cv:hasParticipation",
    "hasParticipant": "cv:hasParticipant",
    "role": "cv:role",
    "hasChannel": "cv:hasChannel",
    "hasCost": "cv:hasCost",
    "hasValue": {"@id": "cv:hasValue", "@type": "xsd:double"},
    "currency": "cv:currency",
    "hasInput": "cpsv:hasInput",
    "produces": "cpsv:produces",
    "follows": "cpsv:follows",
    "implements": {"@id": "cpsv:implements", "@type": "@id"},
    "hasLegalResource": "cv:hasLegalResource",
    "holdsRequirement": "cv:holdsRequirement",
    "isGroupedBy": "cv:isGroupedBy",
    "contactPoint": "cv:contactPoint",
    "contactPage": "cv:contactPage",
    "telephone": "cv:telephone",
    "processingTime": {"@id": "cv:processingTime", "@type": "xsd:duration"},
    "page": "foaf:page",
    "name": "eli:title",
}


def public_service(service: Node, agencies: Mapping[str, Node], root: str) -> Node:
    """Return a service; `agencies` holds the bodies of those that `agencies_of` names, `root` is the public address."""
    return _Service(service, agencies, root).document()


def agencies_of(service: Node) -> list[str]:
    """Return the agencies whose names the document tells: the service's own, its jurisdiction's root, and all that take part."""
    return list(dict.fromkeys([service["agency"], service["jurisdiction"], *_taking_part(service)]))


def _taking_part(service: Node) -> dict[str, str]:
    """Return what each other agency does: the first stage it has, or that it leads."""
    lead = service.get("joint", {}).get("lead")
    found = {lead: "decide"} if lead else {}
    for step in service.get("steps", ()):
        if step.get("agency") is not None:
            found.setdefault(step["agency"], step["stage"])
    return {agency: stage for agency, stage in found.items() if agency != service["agency"]}


class _Service:
    """One service while its document is made: what every part of it needs to name itself."""

    def __init__(self, service: Node, agencies: Mapping[str, Node], root: str) -> None:
        self.service = service
        self.agencies = agencies
        self.root = root
        self.own = f"{root}/v1/services/{service['id']}"
        self.language = "zh" if "zh" in service["title"] else "en"

    def document(self) -> Node:
        """Return the document."""
        return {
            "@context": {**CONTEXT, "limits": {"@id": f"{self.root}/v1/fields/service#limits", "@type": "@json"}},
            "@id": self.own,
            "@type": "cpsv:PublicService",
            **{name: value for name, value in {**self._said(), **self._parts()}.items() if value},
        }

    def _said(self) -> Node:
        """Return what is said of the service itself."""
        service, limits = self.service, self.service.get("limits", {})
        counted = limits.get("promised") or limits.get("statutory")
        return {
            "identifier": service["id"],
            "title": service["title"],
            "description": self._description(limits),
            "type": self._concept("service_kind", service["service_kind"]),
            "status": self._concept("service_stage", service["stage"]),
            "language": _language(self.language),
            "audience": [self._concept("applicant", each) for each in service.get("applicants", ())],
            "spatial": self._place(),
            "issued": service["published_at"],
            "modified": service["record_changed_at"],
            "version": service["url"].rpartition("/")[2],
            "processingTime": duration(counted) if counted else None,
            "limits": limits,
        }

    def _parts(self) -> Node:
        """Return what the service has to do with, each a node of its own."""
        service = self.service
        channels = [self._channel(each) for each in service.get("channels", ())]
        return {
            "hasCompetentAuthority": self._authority(),
            "hasParticipation": list(self._participations()),
            "hasChannel": channels,
            "hasCost": [self._cost(n, each) for n, each in enumerate(service.get("fees", ()), 1)],
            "hasInput": [self._evidence(n, each) for n, each in enumerate(service.get("materials", ()), 1)],
            "produces": self._output(),
            "hasLegalResource": [self._law(n, each) for n, each in enumerate(service.get("legal_basis", ()), 1)],
            "follows": self._rule(),
            "holdsRequirement": [self._condition(n, each) for n, each in enumerate(service.get("conditions", ()), 1)],
            "isGroupedBy": [self._life_event(each) for each in service.get("life_events", ())],
            "contactPoint": list(self._contacts()),
        }

    def _part(self, kind: str, name: str, **members: Any) -> Node:
        """Return a node of the document that has an identifier, without what it has not."""
        told = {member: value for member, value in members.items() if value}
        return {"@id": f"{self.own}#{name}", "@type": kind, "identifier": name, **told}

    def _concept(self, code_list: str, code: str) -> Node:
        words = sentences(code_list)[code]
        return {"@id": f"{self.root}/v1/codes/{code_list}#{code}", "@type": "skos:Concept", "prefLabel": words}

    def _described(self, zh: str, en: str) -> Words:
        """Return words in both languages, the service's own first."""
        return {"zh": zh, "en": en} if self.language == "zh" else {"en": en, "zh": zh}

    def _own(self, text: str) -> Words:
        """Return a text that is in the service's own language."""
        return {self.language: text}

    def _description(self, limits: Node) -> Words:
        """Return what it is, how it is handled, and the promise beside the law, in a sentence."""
        kind, handled = sentences("service_kind"), sentences("handling")
        zh, en = (
            [w[self.service[n]][s] for w, n in ((kind, "service_kind"), (handled, "handling"))] for s in _LANGUAGES
        )
        for name, said_zh, said_en in (("promised", "承诺", "promised"), ("statutory", "法定", "by law")):
            if name in limits:
                told_zh, told_en = spoken(limits[name])
                zh.append(f"{said_zh}{told_zh}")
                en.append(f"{told_en} {said_en}")
        return self._described(f"{'，'.join(zh)}。", f"{', '.join(en)}.")

    def _name(self, agency: str) -> Words:
        return self.agencies[agency]["name"] if agency in self.agencies else self._own(agency)

    def _place(self) -> Node:
        root = self.service["jurisdiction"]
        where = f"{self.root}/v1/agencies/{root}#jurisdiction"
        return {"@id": where, "@type": "dct:Location", "identifier": root, "prefLabel": self._name(root)}

    def _authority(self) -> Node:
        agency = self.service["agency"]
        return {
            "@id": f"{self.root}/v1/agencies/{agency}",
            "@type": "cv:PublicOrganisation",
            "identifier": agency,
            "prefLabel": self._name(agency),
            "spatial": self._place(),
        }

    def _participations(self) -> Iterator[Node]:
        for agency, stage in _taking_part(self.service).items():
            role, name = sentences("stage")[stage], self._name(agency)
            who = {
                "@id": f"{self.root}/v1/agencies/{agency}#agent",
                "@type": "foaf:Agent",
                "identifier": agency,
                "title": name,
            }
            yield self._part(
                "cv:Participation",
                f"participation-{agency}",
                description=self._described(role["zh"], role["en"]),
                role=self._concept("stage", stage),
                hasParticipant=who,
            )

    def _channel(self, channel: str) -> Node:
        windows = [each["window"] for each in self.service.get("windows", ())] if channel == "window" else []
        where = self._own("；".join(windows)) if windows else None
        return self._part("cv:Channel", f"channel-{channel}", type=self._concept("channel", channel), description=where)

    def _cost(self, number: int, fee: Node) -> Node:
        currency = fee["currency"]
        unit = {
            "@id": f"{_AUTHORITY}/currency/{currency}",
            "@type": "skos:Concept",
            "prefLabel": {"zh": currency, "en": currency},
        }
        reduced = fee.get("reduction", {})
        told = {name: "；".join(filter(None, (text, reduced.get(name)))) for name, text in fee["name"].items()}
        basis = {"@id": f"{self.own}#fee-{number}-basis", **_legal_resource(fee["basis"])}
        value = {"hasValue": fee["amount_fen"] / 100, "currency": unit} if "amount_fen" in fee else {}
        return self._part("cv:Cost", f"fee-{number}", description=told, hasLegalResource=basis) | value

    def _evidence(self, number: int, material: Node) -> Node:
        words = sentences("material_form")[material["form"]]
        when = material.get("when", {})
        zh, en = ([words[name], *filter(None, [when.get(name)])] for name in _LANGUAGES)
        if material.get("may_follow"):
            zh.append("可容缺后补")
            en.append("may follow later")
        return self._part(
            "cv:Evidence",
            f"material-{number}",
            title=material["name"],
            description=self._described("，".join(zh), ", ".join(en)),
            type=self._concept("material_form", material["form"]),
            page=_document(material.get("sample_url")),
        )

    def _output(self) -> Node | None:
        result = self.service.get("result")
        if result is None:
            return None
        validity, sample = result.get("validity"), _document(result.get("sample_url"))
        return self._part("cv:Output", "result", title=result["name"], description=validity, page=sample)

    def _law(self, number: int, basis: Node) -> Node:
        return {"@id": f"{self.own}#basis-{number}", **_legal_resource(basis)}

    def _rule(self) -> Node:
        """Return the rule that the service follows: its procedure and limits, resting on its legal bases."""
        steps = [sentences("stage")[step["stage"]] for step in self.service.get("steps", ())]
        way = {name: " → ".join(step[name] for step in steps) for name in _LANGUAGES} if steps else None
        bases = [f"{self.own}#basis-{n}" for n, _ in enumerate(self.service.get("legal_basis", ()), 1)]
        return self._part(
            "cpsv:Rule",
            "procedure",
            title=self._described("办理程序和时限", "Procedure and limits"),
            description=way or self._description(self.service.get("limits", {})),
            implements=bases,
        )

    def _condition(self, number: int, condition: Words) -> Node:
        return self._part("cv:Requirement", f"condition-{number}", title=condition)

    def _life_event(self, need: str) -> Node:
        return {
            "@id": f"{self.root}/v1/codes/life_event#{need}",
            "@type": ["cv:Event", "cv:LifeEvent"],
            "identifier": need,
            "title": sentences("life_event")[need],
        }

    def _contacts(self) -> Iterator[Node]:
        """Yield who answers: the responsible post, the first contact, and where to complain."""
        for name in ("responsible", "first_contact", "complaint"):
            found = self.service.get(name, {})
            if found.get("phone") or found.get("url") or "post" in found:
                told = {"telephone": found.get("phone"), "contactPage": _document(found.get("url"))}
                yield self._part("cv:ContactPoint", name, description=found.get("post"), **told)


def duration(limit: Node) -> str:
    """Return a limit as `xsd:duration`; of working days the calendar days that they take at most where no holiday is."""
    value = limit["value"]
    forms = {"hour": f"PT{value}H", "day": f"P{value}D", "month": f"P{value}M"}
    return forms.get(limit["unit"]) or f"P{value + 2 * -(-value // 5)}D"


def spoken(limit: Node) -> tuple[str, str]:
    """Return a limit in Chinese and English."""
    zh, en = _UNITS[limit["unit"]]
    return f"{limit['value']}{zh}", f"{limit['value']} {en}{'' if limit['value'] == 1 else 's'}"


def _legal_resource(basis: Node) -> Node:
    cited = " ".join(filter(None, (basis["document"], basis.get("article"))))
    page = _document(basis.get("url"))
    return {"@type": "eli:LegalResource", "name": cited, **({"page": page} if page else {})}


def _document(url: str | None) -> Node | None:
    return {"@id": url, "@type": "foaf:Document"} if url else None


def _language(language: str) -> Node:
    return {"@id": f"{_AUTHORITY}/language/{_LANGUAGES[language]}", "@type": "dct:LinguisticSystem"}
