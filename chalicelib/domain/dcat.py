"""A deployment's datasets as DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/), in JSON-LD.

Pure. As in `cpsv` every node says its type and the context stands inside, so nothing has to be fetched to read it.
"""

from typing import Any
from urllib.parse import quote

from chalicelib.domain.datasets import Dataset, Deployment, Distribution, Publisher

MEDIA_TYPE = "application/ld+json"
Node = dict[str, Any]
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
_LANGUAGE = {"@container": "@language"}
CONTEXT: Node = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dct:title", **_LANGUAGE},
    "description": {"@id": "dct:description", **_LANGUAGE},
    "name": {"@id": "foaf:name", **_LANGUAGE},
    "prefLabel": {"@id": "skos:prefLabel", **_LANGUAGE},
    "keyword": {"@id": "dcat:keyword", **_LANGUAGE},
    "identifier": "dct:identifier",
    "publisher": "dct:publisher",
    "creator": "dct:creator",
    "license": "dct:license",
    "language": "dct:language",
    "spatial": "dct:spatial",
    "temporal": "dct:temporal",
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    "startDate": {"@id": "dcat:startDate", "@type": "xsd:dateTime"},
    "endDate": {"@id": "dcat:endDate", "@type": "xsd:dateTime"},
    "accrualPeriodicity": "dct:accrualPeriodicity",
    "accessRights": "dct:accessRights",
    "format": "dct:format",
    "theme": "dcat:theme",
    "dataset": "dcat:dataset",
    "service": "dcat:service",
    "servesDataset": {"@id": "dcat:servesDataset", "@type": "@id"},
    "endpointURL": {"@id": "dcat:endpointURL", "@type": "@id"},
    "endpointDescription": {"@id": "dcat:endpointDescription", "@type": "@id"},
    "contactPoint": "dcat:contactPoint",
    "fn": {"@id": "vcard:fn", **_LANGUAGE},
    "hasEmail": {"@id": "vcard:hasEmail", "@type": "@id"},
    "hasTelephone": {"@id": "vcard:hasTelephone", "@type": "@id"},
    "homepage": "foaf:homepage",
    "landingPage": "dcat:landingPage",
    "page": "foaf:page",
    "distribution": "dcat:distribution",
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "accessService": {"@id": "dcat:accessService", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "mediaType": "dcat:mediaType",
    "byteSize": {"@id": "dcat:byteSize", "@type": "xsd:nonNegativeInteger"},
    "checksum": "spdx:checksum",
    "algorithm": "spdx:algorithm",
    "checksumValue": {"@id": "spdx:checksumValue", "@type": "xsd:hexBinary"},
}
_TITLE = {"zh": "开放数据目录", "en": "Catalogue of open data"}
_ABOUT = {
    "zh": "本部署公开的全部数据集：接口、订阅、每夜导出的文件。",
    "en": "Every dataset that this deployment publishes: API, feeds, and the files of each night.",
}
_SERVICE = {"zh": "Glasshall 接口", "en": "Glasshall API"}


def document(at: Deployment, found: list[Dataset]) -> Node:
    """Return the catalogue."""
    catalogue = {
        "title": _TITLE,
        "description": _ABOUT,
        **_shared(at),
        "homepage": _document(f"{at.root}/"),
        "service": _service(at, found),
        "dataset": [_dataset(at, each) for each in found],
    }
    return {"@context": CONTEXT, "@id": f"{at.root}/catalog.jsonld", "@type": "dcat:Catalog", **_without(catalogue)}


def _shared(at: Deployment) -> Node:
    """Return what holds of the catalogue and of every dataset alike."""
    return {
        "publisher": _agent(at.publisher),
        "license": _licence(at),
        "language": [
            {"@id": f"{_AUTHORITY}/language/{code}", "@type": "dct:LinguisticSystem"} for code in ("ZHO", "ENG")
        ],
        "spatial": [_place(root) for root in at.roots],
        "modified": at.until,
    }


def _dataset(at: Deployment, dataset: Dataset) -> Node:
    own = _own(at, dataset)
    told = {
        "identifier": dataset.name,
        "title": dataset.title,
        "description": dataset.description,
        "keyword": dataset.keywords,
        **_shared(at),
        "creator": [_agent(root) for root in at.roots],
        "contactPoint": _contact(at.publisher),
        "temporal": None if dataset.monthly else _period(at),
        "accrualPeriodicity": _frequency("MONTHLY" if dataset.monthly else "CONT"),
        "accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "theme": _concept(f"{_AUTHORITY}/data-theme/GOVE", "政府与公共部门", "Government and public sector"),
        "landingPage": _document(f"{at.root}/"),
        "page": _document(dataset.explained),
        "distribution": [_distribution(at, own, each) for each in dataset.distributions],
    }
    return {"@id": own, "@type": "dcat:Dataset", **_without(told)}


def _own(at: Deployment, dataset: Dataset) -> str:
    return f"{at.root}/catalog.jsonld#{dataset.name}"


def _distribution(at: Deployment, own: str, each: Distribution) -> Node:
    told = {
        "title": each.title,
        "accessURL": each.url,
        "downloadURL": each.url if each.is_file else None,
        "accessService": None if each.is_file else f"{at.root}/v1#api",
        "mediaType": {"@id": f"{_IANA}/{each.media_type}", "@type": "dct:MediaType"},
        "format": {"@id": f"{_IANA}/{each.media_type}#format", "@type": "dct:MediaTypeOrExtent"},
        "license": _licence(at),
        "byteSize": str(each.bytes) if each.bytes is not None else None,
        "checksum": _checksum(each.sha256) if each.sha256 else None,
    }
    return {"@id": f"{own}-{each.name}", "@type": "dcat:Distribution", **_without(told)}


def _checksum(sha256: str) -> Node:
    algorithm = {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}
    return {"@type": "spdx:Checksum", "algorithm": algorithm, "checksumValue": sha256}


def _service(at: Deployment, found: list[Dataset]) -> Node:
    return {
        "@id": f"{at.root}/v1#api",
        "@type": "dcat:DataService",
        "title": _SERVICE,
        "endpointURL": f"{at.root}/v1",
        "endpointDescription": f"{at.root}/openapi.json",
        "page": _document(f"{at.root}/docs"),
        "servesDataset": [_own(at, each) for each in found],
    }


def _period(at: Deployment) -> Node | None:
    if at.since is None or at.until is None:
        return None
    return {"@type": "dct:PeriodOfTime", "startDate": at.since, "endDate": at.until}


def _agent(publisher: Publisher) -> Node:
    return {"@id": f"{publisher.url}#agent", "@type": "foaf:Agent", "name": publisher.name}


def _place(root: Publisher) -> Node:
    return {"@id": f"{root.url}#jurisdiction", "@type": "dct:Location", "prefLabel": root.name}


def _contact(publisher: Publisher) -> Node:
    told = {
        "fn": publisher.name,
        "hasEmail": f"mailto:{publisher.email}" if publisher.email else None,
        "hasTelephone": f"tel:{quote(publisher.phone, safe='+-()*;,')}" if publisher.phone else None,
    }
    return {"@id": f"{publisher.url}#contact", "@type": "vcard:Kind", **_without(told)}


def _licence(at: Deployment) -> Node | None:
    return {"@id": at.licence, "@type": "dct:LicenseDocument"} if at.licence else None


def _frequency(code: str) -> Node:
    return {"@id": f"{_AUTHORITY}/frequency/{code}", "@type": "dct:Frequency"}


def _concept(address: str, zh: str, en: str) -> Node:
    return {"@id": address, "@type": "skos:Concept", "prefLabel": {"zh": zh, "en": en}}


def _document(address: str) -> Node:
    return {"@id": address, "@type": "foaf:Document"}


def _without(told: Node) -> Node:
    return {name: value for name, value in told.items() if value not in (None, [])}
