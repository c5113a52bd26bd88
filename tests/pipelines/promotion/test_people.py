"""Whom the rules of a release know: everybody by name and email, and who of them may approve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.organization import Person, Persona, load_organization
from pipelines.promotion.people import known_people

ROOT = Path(__file__).resolve().parents[3]
ORGANIZATION = load_organization(ROOT)


def _approving(unit: str, **people: Person) -> dict[str, bool]:
    known = known_people(replace(ORGANIZATION, people=people), unit)
    return {one.name: one.approves for one in known}


def _person(name: str, persona: Persona, unit: str | None) -> Person:
    return Person(name, persona, f"{name}@example.com", unit)


def test_only_release_managers_of_the_unit_or_of_all_units_may_approve() -> None:
    approving = _approving(
        "risk",
        own=_person("own", Persona.RELEASE_MANAGER, "risk"),
        all=_person("all", Persona.RELEASE_MANAGER, None),
        other=_person("other", Persona.RELEASE_MANAGER, "main"),
        lead=_person("lead", Persona.LEAD, "risk"),
    )
    assert approving == {"own": True, "all": True, "other": False, "lead": False}


def test_an_author_of_another_unit_is_known_by_their_email() -> None:
    people = {"milo": _person("milo", Persona.DATA_SCIENTIST, "main")}
    (known,) = known_people(replace(ORGANIZATION, people=people), "risk")
    assert (known.name, known.email) == ("milo", "milo@example.com")
