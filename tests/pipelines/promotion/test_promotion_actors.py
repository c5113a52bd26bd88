"""Everybody who had a hand in a release is told by AWS or git, or there is no release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from pipelines.attestations.release_statement import Actors, Author
from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.actors import read_actors
from pipelines.promotion.package import parse_package_arn, read_package
from pipelines.promotion.settings import Settings
from tests.pipelines.promotion.makers import BY_RULE, HOME, RUN, forbidden, session
from tests.pipelines.promotion.world import GROUP, REGION, Home, settings


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An account with the objects of one trained model."""
    with mock_aws():
        made = Home(tmp_path)
        made.objects()
        yield made


def actors(home: Home, told: Settings | None = None, author: str = "milo@example.com") -> Actors:
    """Read who made the one package of the home."""
    arn = home.register()
    package = read_package(home.client("sagemaker", REGION), parse_package_arn(arn), GROUP)
    return read_actors(told or settings(home.tmp_path), home, package, author)


def test_everybody_is_told(home: Home) -> None:
    assert actors(home) == Actors(Author("milo@example.com", "milo"), "sofia", "lena", None)


def test_an_author_is_known_by_their_email_however_it_is_written(home: Home) -> None:
    assert actors(home, author="Milo@Example.com").author == Author("Milo@Example.com", "milo")
    assert actors(home, author="who@example.org").author == Author("who@example.org", None)


def test_a_person_who_registers_by_hand_is_the_registrar(home: Home) -> None:
    home.makers.created = session("ml-engineer", source="milo")
    assert actors(home).registrar == "milo"


def test_a_run_started_in_studio_is_that_of_the_profile_or_of_its_role(home: Home) -> None:
    home.makers.ran = {"UserProfileName": "sofia", "DomainId": "d-1"}
    assert actors(home).registrar == "sofia"
    home.makers.ran = session("studio-milo", name="SageMaker")
    assert actors(home).registrar == "milo"


def test_a_run_that_a_service_started_has_no_registrar_but_somebody_who_answers(home: Home) -> None:
    home.makers.ran = session("training-trigger", name="gatehouse-data-science-training-trigger")
    found = actors(home)
    assert (found.registrar, found.answers) == (None, "sofia")
    assert found.registered_by == "a service, for which sofia answers"


def test_a_run_that_a_person_started_is_nobody_elses(home: Home) -> None:
    assert actors(home).answers is None


@pytest.mark.parametrize(
    "made",
    [
        session("model-build-trigger"),
        session("pipeline"),
        session("x-training-trigger"),
        {
            "IamIdentity": {
                "Arn": session("training-trigger")["IamIdentity"]["Arn"].replace(HOME, "9" * 12)
            }
        },
    ],
)
def test_a_run_that_another_service_started_is_refused(home: Home, made: dict[str, Any]) -> None:
    home.makers.ran = made
    with pytest.raises(Finding, match="who started it: must be a person"):
        actors(home)


def test_a_person_who_acts_as_the_service_is_told_by_name(home: Home) -> None:
    home.makers.ran = session("training-trigger", source="milo")
    assert actors(home).registrar == "milo"


def test_a_run_that_tells_nothing_of_its_starter_may_have_told_its_package(home: Home) -> None:
    home.makers.created = session("pipeline", source="sofia")
    home.makers.ran = {}
    assert actors(home).registrar == "sofia"


def trigger(arn: str, kind: str = "StartPipelineExecution") -> dict[str, str]:
    """What CodePipeline tells of who started a promotion."""
    return {"triggerType": kind, "triggerDetail": arn}


def test_the_name_of_a_session_is_a_person_only_where_the_sign_in_gives_it(home: Home) -> None:
    arn = session("platform-admin", name="petra")["IamIdentity"]["Arn"]
    home.makers.trigger = trigger(arn)
    with pytest.raises(Finding, match=rf"who started it: must be a person, .* got {arn}"):
        actors(home)
    told = settings(home.tmp_path)
    tagged = replace(told, organization=replace(told.organization, sign_in_tag="email"))
    assert actors(home, tagged).starter == "petra"
    home.makers.trigger = trigger(arn.replace("platform-admin", "apply"))
    with pytest.raises(Finding, match="must be a person"):
        actors(home, tagged)


NOBODY: list[tuple[str, Callable[[Home], None]]] = [
    ("who registered it", lambda home: setattr(home.makers, "created", {})),
    ("who registered it", lambda home: setattr(home.makers, "created", session("apply"))),
    ("who approved it", lambda home: setattr(home.makers, "modified", session("lead", name="x"))),
    ("who approved it", lambda home: setattr(home.makers, "modified", session("pipeline"))),
    ("who started it", lambda home: setattr(home.makers, "ran", {})),
    ("who started it", lambda home: setattr(home.makers, "ran", session("pipeline"))),
    ("who started it", lambda home: setattr(home.makers, "trigger", {})),
    (
        "who started it",
        lambda home: setattr(
            home.makers, "trigger", BY_RULE | {"triggerDetail": BY_RULE["triggerDetail"] + "-other"}
        ),
    ),
    (
        "who started it",
        lambda home: setattr(
            home.makers, "trigger", trigger(f"arn:aws:sts::{HOME}:assumed-role/other/rita")
        ),
    ),
    (
        "who started it",
        lambda home: setattr(home.makers, "trigger", trigger(BY_RULE["triggerDetail"])),
    ),
]


@pytest.mark.parametrize(("what", "change"), NOBODY)
def test_what_nobody_is_told_to_have_done_is_refused(
    home: Home, what: str, change: Callable[[Home], None]
) -> None:
    change(home)
    with pytest.raises(Finding, match=f"{what}: must be a person"):
        actors(home)


@pytest.mark.parametrize(
    "arn", ["none", RUN.replace("breast-cancer", "other"), RUN.replace(HOME, "222222222222")]
)
def test_a_version_of_another_pipelines_run_is_refused(home: Home, arn: str) -> None:
    metadata = home.metadata() | {"execution_arn": arn}
    registered = home.register(CustomerMetadataProperties=metadata)
    package = read_package(home.client("sagemaker", REGION), parse_package_arn(registered), GROUP)
    with pytest.raises(Finding, match="must be registered by a run of pipeline gatehouse-breast"):
        read_actors(settings(home.tmp_path), home, package, "x")


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("get_pipeline_execution", "must tell what started it, got AccessDenied"),
        ("describe_pipeline_execution", "must be a run .* that can be described, got AccessDenied"),
    ],
)
def test_a_build_that_may_not_ask_is_told(
    home: Home, operation: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(**_request: Any) -> Any:
        raise forbidden(operation)

    monkeypatch.setattr(home.makers, operation, denied)
    with pytest.raises(EnvironmentFault, match=told):
        actors(home)
