"""Who may write of a case: its agency and those above it anything; the agency of a branch (并联机关) that branch, and no more.

An agency acts for itself and its children. In joint handling the agencies side by side are no children of each other, so
each may send the events of the branch it has: where the service's line names it, it or an agency above it; where only the
opening of the branch names it, that opening having been sent by the case's own agency or one above it, it alone. Nothing
else of the case is its to write: no registration, no code, no event of the case or of another branch. And a correction
with a branch reaches events of that branch only, not its opening (`corrections`). It reads the receipts of what it sent.

A case of a built-in service (an enquiry, the follow-up of a rating) has no branches: whoever handles a complaint cannot
give the agency complained of anything of it to write.
"""

from collections.abc import Iterable, Mapping

from chalicelib.domain.cases.clocks import bound_for
from chalicelib.domain.cases.graph import line_of, planned
from chalicelib.domain.cases.history import History
from chalicelib.domain.cases.records import Content, Registration, ServiceTerms
from chalicelib.domain.enquiries import built_in

Rights = Mapping[str, frozenset[str]]
"""Of every branch that an agency may write of: the agencies for which it does."""


def is_joint(terms: ServiceTerms) -> bool:
    """Return whether others than the service's own agency and those above it may have a say."""
    return any(commitment.joint is not None for commitment in terms.commitments)


def branch_in_undivided(service: str, content: Content) -> str | None:
    """Return where an event names a branch though its case can have none, as a JSON Pointer, or None."""
    if built_in(service) is None:
        return None
    places = (("/branch", content), ("/replacement/branch", content.get("replacement", {})))
    return next((pointer for pointer, said in places if "branch" in said), None)


def rights_of(
    agency: str, history: History, registration: Registration, path: Iterable[str], terms: ServiceTerms
) -> Rights:
    """Return of which branches an agency may write that is neither the case's own nor above it; `path` leads to that one."""
    commitment = bound_for(history, registration, terms).commitment
    if commitment.joint is None:
        return {}
    found: dict[str, set[str]] = {}
    for branch in planned(line_of(commitment.steps)).values():
        if branch.agency and agency in (branch.agency, *terms.branch_paths.get(branch.agency, ())):
            found.setdefault(branch.id, set()).add(branch.agency)
    over_the_case = frozenset(path)
    for event in history.of_branches:
        opens = event.name == "branch_opened" and event.agency in over_the_case
        if opens and event.content.get("agency") == agency:
            found.setdefault(event.content["branch"], set()).add(agency)
    return {branch: frozenset(agencies) for branch, agencies in found.items()}


def allows(rights: Rights, content: Content | None) -> bool:
    """Return whether an event may be written with these rights; one that cannot be read is no event of anybody else's."""
    if content is None:
        return bool(rights)
    agencies = rights.get(content.get("branch", ""))
    return agencies is not None and (content["event"] != "branch_opened" or content.get("agency") in (None, *agencies))
