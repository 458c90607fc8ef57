"""Every setting, read once from the environment. Nothing else in the program reads it.

Standard AWS variables (`AWS_ENDPOINT_URL`, `AWS_REGION`, credentials) are read by botocore itself.
"""

import os  # the one place that may
from collections.abc import Mapping
from dataclasses import dataclass, fields

_LOOPBACK = "127.0.0.1"
MOST_WORK_BITS = 24
"""More than this no client does (`client/glasshall/work.py`, `pages/assets/work.js`)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's settings; each field is the environment variable `GLASSHALL_<NAME>`."""

    table: str = "glasshall-local"
    """Name of the DynamoDB table of the data stack."""
    bucket: str = "glasshall-local-content"
    """Name of the S3 bucket that holds what is too large for an item, and the register's stages."""
    secret: str = "glasshall-local"  # noqa: S105 - the name of the secret, not the secret
    """Name or ARN of the Secrets Manager secret: the ring of keys from which those of every purpose are derived."""
    public_authority: str = "127.0.0.1:8000"
    """Host (and port) of the public address: what `@authority` of a signature must say."""
    base_path: str = ""
    """Path before `/v1` in the public address, without a slash at its end; empty behind a custom domain."""
    time_zone: str = "Asia/Shanghai"
    """IANA name of the zone in which instants are written."""
    index_settle_seconds: int = 2
    """How old an index write must be before a list's `as_of` claims it; 0 where indexes are immediate."""
    tries_per_minute_network: int = 60
    """Query code tries taken from one source network in a minute."""
    tries_per_hour_case_network: int = 10
    """Query code tries taken for one case from one source network in an hour."""
    enquiries_per_hour_network: int = 30
    """Enquiries taken from one source network in an hour."""
    comments_per_hour_network: int = 30
    """Comments on drafts taken from one source network in an hour."""
    comment_contact_days: int = 180
    """How long the contact that somebody left with a comment is kept for the agency, from when the comment came in."""
    receivers_per_hour_network: int = 20
    """Registrations of webhook receivers taken from one source network in an hour."""
    card_grace_seconds: int = 86_400
    """How long a breach that was there when its case or record came in waits for its card: the rest of a load may explain it."""
    proof_of_work_bits: int = 16
    """Zero bits of the work that lets a code in when the tries of its network are used up; each bit doubles the work."""
    body_limit_bytes: int = 1_000_000
    """Largest request body of a single act, event or registration."""
    attachment_limit_bytes: int = 20_000_000
    """Largest file that may be attached."""
    files_url: str = "http://127.0.0.1:8001"
    """Address of the host that gives out attachments, without a slash at its end: never the API's own host."""
    batch_limit_bytes: int = 4_000_000
    """Largest request body of an NDJSON batch."""
    batch_limit_lines: int = 1_000
    """Most lines of an NDJSON batch."""
    licence_url: str = ""
    """Address of the licence under which what is public here may be used; empty: the catalogues state none."""
    harvest_origins: str = ""
    """Addresses of other deployments whose public records are copied, with blanks between: https, up to before `/v1`."""
    webhook_loopback_ports: str = ""
    """Ports of 127.0.0.1 that webhooks may be sent to over http, with blanks between; for a laptop, and refused elsewhere."""

    @property
    def public_origin(self) -> str:
        """Scheme and authority of the public address: https, and http where it is this machine itself (`make run`)."""
        scheme = "http" if self.public_authority.partition(":")[0] == _LOOPBACK else "https"
        return f"{scheme}://{self.public_authority}"

    @property
    def public_url(self) -> str:
        """The public address, without `/v1`."""
        return f"{self.public_origin}{self.base_path}"

    @property
    def loopback_ports(self) -> frozenset[int]:
        """The ports of this machine itself that webhooks may be sent to."""
        return frozenset(int(port) for port in self.webhook_loopback_ports.split())


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process.

    Raises:
        ValueError: a number setting is not a whole number or out of its range, a base path or address ends in a slash, the licence is no address,
            an origin to follow is no address or this deployment itself, or a deployment would send to its own machine.
    """
    source = os.environ if environment is None else environment  # noqa: TID251 - the one place
    values: dict[str, str | int] = {}
    for field in fields(Settings):
        raw = source.get(f"GLASSHALL_{field.name.upper()}")
        if raw is not None:
            values[field.name] = int(raw) if field.type is int else raw
    settings = Settings(**values)  # type: ignore[arg-type]
    if settings.base_path.endswith("/"):
        raise ValueError("GLASSHALL_BASE_PATH ends in a slash")
    if settings.files_url.endswith("/"):
        raise ValueError("GLASSHALL_FILES_URL ends in a slash")
    if settings.licence_url and not settings.licence_url.startswith(("https://", "http://")):
        raise ValueError("GLASSHALL_LICENCE_URL is no address")
    if not 0 <= settings.proof_of_work_bits <= MOST_WORK_BITS:
        raise ValueError(f"GLASSHALL_PROOF_OF_WORK_BITS is not from 0 to {MOST_WORK_BITS}")
    if settings.harvest_origins:
        _check_origins(settings)
    if settings.loopback_ports and not settings.public_authority.startswith(f"{_LOOPBACK}:"):
        raise ValueError("GLASSHALL_WEBHOOK_LOOPBACK_PORTS is for a program that is reached at 127.0.0.1 alone")
    return settings


def _check_origins(settings: Settings) -> None:
    from chalicelib.domain.harvest import parse_origins

    if any(origin.authority == settings.public_authority for origin in parse_origins(settings.harvest_origins)):
        raise ValueError("GLASSHALL_HARVEST_ORIGINS names this deployment itself")
