"""A deployment's datasets as DCAT-US 1.1 (https://resources.data.gov/resources/dcat-us/), the `data.json` of data.gov.

Pure. The codes of federal bureaus and programmes are left out, as data.gov has it for states, cities and other countries.
Titles and descriptions are one text there: English, then Chinese.
"""

from typing import Any

from chalicelib.domain.datasets import Dataset, Deployment, Distribution, Publisher, Words

_SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
CONTINUOUSLY, MONTHLY = "R/PT1S", "R/P1M"


def document(at: Deployment, found: list[Dataset]) -> dict[str, Any]:
    """Return the catalogue."""
    return {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": f"{at.root}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
        "dataset": [_dataset(at, each) for each in found],
    }


def _dataset(at: Deployment, dataset: Dataset) -> dict[str, Any]:
    bounded = at.since and at.until and not dataset.monthly
    told = {
        "@type": "dcat:Dataset",
        "identifier": dataset.url,
        "title": _both(dataset.title),
        "description": _both(dataset.description),
        "keyword": [*dataset.keywords["en"], *dataset.keywords["zh"]],
        "modified": at.until,
        "publisher": {"@type": "org:Organization", "name": _both(at.publisher.name)},
        "contactPoint": _contact(at.publisher),
        "accessLevel": "public",
        "license": at.licence,
        "spatial": "; ".join(_both(root.name) for root in at.roots),
        "temporal": f"{at.since}/{at.until}" if bounded else None,
        "accrualPeriodicity": MONTHLY if dataset.monthly else CONTINUOUSLY,
        "language": ["zh", "en"],
        "landingPage": f"{at.root}/",
        "describedBy": dataset.explained,
        "distribution": [_distribution(each) for each in dataset.distributions],
    }
    return {name: value for name, value in told.items() if value}


def _distribution(each: Distribution) -> dict[str, Any]:
    where = "downloadURL" if each.is_file else "accessURL"
    return {
        "@type": "dcat:Distribution",
        "title": _both(each.title),
        where: each.url,
        "mediaType": each.media_type,
        "format": each.format,
    }


def _contact(publisher: Publisher) -> dict[str, Any]:
    email = {"hasEmail": f"mailto:{publisher.email}"} if publisher.email else {}
    return {"@type": "vcard:Contact", "fn": _both(publisher.name), **email}


def _both(text: Words) -> str:
    return " ".join(dict.fromkeys(text[language] for language in ("en", "zh") if language in text))
