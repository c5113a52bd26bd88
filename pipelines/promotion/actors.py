"""Who had a hand in a release, as AWS and git tell it: nobody here is asked for their name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.attestations.release_statement import Actors, Author
from pipelines.aws_call import aws_call
from pipelines.errors import Finding, Misuse
from pipelines.naming import Naming
from pipelines.organization import Account
from pipelines.promotion.aws import Aws
from pipelines.promotion.package import Package
from pipelines.promotion.settings import Settings

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]", re.ASCII)
_SESSION = re.compile(
    r"arn:[a-z-]+:sts::(?P<account>\d{12}):assumed-role/(?P<role>[\w+=,.@-]+)/(?P<name>[^/]+)",
    re.ASCII,
)
_SERVICE_TRIGGER = "CloudWatchEvent"


class PipelineClient(Protocol):
    """The operation of the `codepipeline` client that is used here."""

    def get_pipeline_execution(self, **request: Any) -> dict[str, Any]: ...


class RunClient(Protocol):
    """The operation of the `sagemaker` client that tells who started a training run."""

    def describe_pipeline_execution(self, **request: Any) -> dict[str, Any]: ...


def read_actors(settings: Settings, aws: Aws, package: Package, author: str) -> Actors:
    """Tell everybody who had a hand in the release of a package.

    Raises Finding where AWS tells neither a person nor a service: an approver is compared with all
    of them, and one who is missing here could approve what they made.
    """
    region = settings.home.region
    found = _Identities(settings.naming, settings.home)
    registrar = _registrar(aws.client("sagemaker", region), package, found, settings)
    return Actors(
        author=Author(author, _person_of_email(settings, author)),
        registrar=registrar,
        model_approver=found.person(
            f"{package.address}: who approved it", package.modified_by or package.created_by
        ),
        starter=_starter(aws.client("codepipeline", region), found, settings),
        answers=settings.model.owner if registrar is None else None,
    )


def _person_of_email(settings: Settings, email: str) -> str | None:
    people = settings.organization.people.values()
    return next((one.name for one in people if one.email.casefold() == email.casefold()), None)


def _registrar(
    client: RunClient, package: Package, found: _Identities, settings: Settings
) -> str | None:
    """Name who started the run that registered a package, or who registered it by hand.

    None where the platform's own function did, which starts a run on a push, on a schedule and by
    new data; everything else that is no person is refused.
    """
    address = f"{package.address}: who registered it"
    if not found.is_pipeline(package.created_by):
        return found.person(address, package.created_by)
    arn = package.metadata.get("execution_arn", "")
    pipeline = settings.naming.sagemaker_pipeline(settings.model.name)
    place = f":sagemaker:{settings.home.region}:{settings.home.id}:pipeline/{pipeline}/execution/"
    if place not in arn.casefold():
        raise Finding(
            package.address,
            f"must be registered by a run of pipeline {pipeline}",
            got=arn or "none",
        )
    with aws_call(arn, "must be a run of a pipeline that can be described"):
        run = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    told = run.get("CreatedBy") or {}
    if not told:
        # SageMaker may hand the name of whoever started a run on to what the run makes.
        told = package.created_by
    if found.is_trigger(told):
        return None
    return found.person(f"{arn}: who started it", told)


def _starter(client: PipelineClient, found: _Identities, settings: Settings) -> str | None:
    """Name who started this promotion; None where the rule for approved versions did."""
    pipeline = settings.naming.promotion_pipeline(settings.model.name)
    address = f"execution {settings.execution_id} of pipeline {pipeline}"
    with aws_call(address, "must tell what started it"):
        answer = client.get_pipeline_execution(
            pipelineName=pipeline, pipelineExecutionId=settings.execution_id
        )
    trigger = answer["pipelineExecution"].get("trigger") or {}
    detail = str(trigger.get("triggerDetail") or "")
    rule = f":events:{settings.home.region}:{settings.home.id}:rule/{pipeline}"
    if trigger.get("triggerType") == _SERVICE_TRIGGER and detail.endswith(rule):
        return None
    return found.person(f"{address}: who started it", {"IamIdentity": {"Arn": detail}})


@dataclass(frozen=True)
class _Identities:
    """Reads what AWS tells about a caller of the account in which models are built."""

    naming: Naming
    home: Account

    def is_pipeline(self, told: Mapping[str, Any]) -> bool:
        """Tell whether a training pipeline did it, with its own role."""
        return self._is(told, "pipeline")

    def is_trigger(self, told: Mapping[str, Any]) -> bool:
        """Tell whether the function did it that starts training, with its own role."""
        identity = told.get("IamIdentity") or {}
        return not identity.get("SourceIdentity") and self._is(told, "training-trigger")

    def _is(self, told: Mapping[str, Any], purpose: str) -> bool:
        session = _session(told)
        role = self.naming.role_name(self.home.name, purpose)
        return bool(session and (session["account"], session["role"]) == (self.home.id, role))

    def person(self, address: str, told: Mapping[str, Any]) -> str:
        """Name the person; raises Finding where none is told."""
        identity = told.get("IamIdentity") or {}
        # The names of profiles are those of people; only the platform makes profiles.
        for name in (identity.get("SourceIdentity"), told.get("UserProfileName")):
            if name and _NAME.fullmatch(str(name).casefold()):
                return str(name).casefold()
        person = self._by_role(told)
        if person is None:
            got = identity.get("Arn") or told.get("UserProfileName") or "nothing"
            raise Finding(
                address,
                "must be a person, by the source identity that AWS tells",
                got=str(got),
                hint="act as your persona: gatehouse ... --as NAME",
            )
        return person

    def _by_role(self, told: Mapping[str, Any]) -> str | None:
        session = _session(told)
        if session is None or session["account"] != self.home.id:
            return None
        for person in self.naming.studio_people(self.home.name):
            if session["role"] == self.naming.studio_role_name(self.home.name, person):
                return person
        if self.naming.organization.sign_in_tag is None:
            # Without the tag, people choose the names of their sessions themselves.
            return None
        return self._by_session(session["role"], session["name"].casefold())

    def _by_session(self, role: str, name: str) -> str | None:
        try:
            person = self.naming.organization.person(name)
            wanted = self.naming.role_name(self.home.name, person.persona.value)
        except Misuse:
            return None
        return person.name if role == wanted else None


def _session(told: Mapping[str, Any]) -> re.Match[str] | None:
    return _SESSION.fullmatch(str((told.get("IamIdentity") or {}).get("Arn") or ""))
