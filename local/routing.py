"""Which resource a path belongs to, as API Gateway (REST v1) finds it in the resources that Chalice declares.

`{name}` takes exactly one segment, `{name+}` the rest of the path; a literal segment wins over a parameter, from the
left. Nothing is decoded or normalised: one resource has one spelling, and a path with a `%` belongs to none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from chalice.app import CORSConfig, RouteEntry

from local.messages import Response

Entries = Mapping[str, RouteEntry]
Routes = Mapping[str, Entries]


@dataclass(frozen=True, slots=True)
class Match:
    """The resource of a path: its template, what stands for its parameters, and its methods."""

    template: str
    parameters: dict[str, str]
    entries: Entries

    @property
    def cors(self) -> CORSConfig | None:
        """The CORS rules of the resource (Chalice makes sure that all its methods share them)."""
        return next((entry.cors for entry in self.entries.values() if entry.cors is not None), None)

    @property
    def methods(self) -> tuple[str, ...]:
        """Every method the resource takes, the preflight's included."""
        return (*self.entries, "OPTIONS") if self.cors is not None else tuple(self.entries)


def find(routes: Routes, path: str) -> Match | None:
    """Return the most specific resource for a path, or None."""
    if "%" in path:
        return None
    segments = path.split("/")
    found = [(template, _bind(_split(template), segments)) for template in routes]
    matching = [Match(template, bound, routes[template]) for template, bound in found if bound is not None]
    return max(matching, key=lambda match: _rank(match.template), default=None)


@lru_cache(maxsize=1024)
def _split(template: str) -> list[str]:
    return template.split("/")


def _rank(template: str) -> tuple[int, ...]:
    return tuple(_literalness(segment) for segment in _split(template))


def _literalness(segment: str) -> int:
    if not segment.startswith("{"):
        return 2
    return 0 if segment.endswith("+}") else 1


def _bind(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if template[-1].endswith("+}") and len(segments) >= len(template):
        rest = len(template) - 1
        segments = [*segments[:rest], "/".join(segments[rest:])]
    if len(template) != len(segments):
        return None
    parameters: dict[str, str] = {}
    for expected, given in zip(template, segments, strict=True):
        if expected.startswith("{"):
            if not given:
                return None
            parameters[expected.strip("{}").rstrip("+")] = given
        elif expected != given:
            return None
    return parameters


def preflight(match: Match, cors: CORSConfig) -> Response:
    """Return what the mock integration answers that `chalice package` declares for OPTIONS."""
    methods = [method for method, entry in match.entries.items() if entry.cors is not None]
    headers = {"Access-Control-Allow-Methods": ",".join([*methods, "OPTIONS"]), **cors.get_access_control_headers()}
    return Response(200, tuple(headers.items()), route=match.template)
