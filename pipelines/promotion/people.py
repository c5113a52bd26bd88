"""The people of an organisation as the rules of releases know them."""

from __future__ import annotations

from pipelines.attestations.evidence import KnownPerson
from pipelines.organization import Organization, Persona


def known_people(organization: Organization, unit: str) -> tuple[KnownPerson, ...]:
    """Give everybody, for an author may be of any unit; only a unit's own managers may approve."""
    return tuple(
        KnownPerson(
            one.name,
            one.email,
            approves=one.persona is Persona.RELEASE_MANAGER and one.works_in(unit),
        )
        for one in organization.people.values()
    )
