"""Attacks by taking roles: of other people, of jobs and builds, and of other accounts."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import BOUNDARY, IDENTITY, RESOURCE

ROLES = Attacks()
_TRUST = Because(RESOURCE)
_OTHERS = Because(BOUNDARY, "DenyOtherIdentities")


def _a_session(at: Attacker, account: str, purpose: str, person: str | None) -> dict[str, Any]:
    asked = {"RoleArn": at.naming.role_arn(account, purpose), "RoleSessionName": person or "me"}
    return asked | ({"SourceIdentity": person} if person else {})


@ROLES.by(SIGN_IN, "data-science", "people-bear-their-name")
def come_as_somebody_else(at: Attacker) -> None:
    """Whoever arrives takes the role of a lead under a name that is not a lead's."""
    client = at.client("sts")
    for purpose, person in (
        ("lead", "sofia"),
        ("lead", "mallory"),
        ("release-manager", "lena"),
        ("data-scientist", "rita"),
        ("apply", "sofia"),
    ):
        at.refused(client.assume_role, _TRUST, **_a_session(at, "data-science", purpose, person))


@ROLES.by(SIGN_IN, "data-science", "people-bear-their-name")
def come_without_a_name(at: Attacker) -> None:
    """Whoever arrives takes the role of a persona, or of what applies, and bears no name."""
    client = at.client("sts")
    for purpose in ("lead", "release-manager", "platform-admin", "apply", "plan"):
        at.refused(client.assume_role, _TRUST, **_a_session(at, "data-science", purpose, None))


@ROLES.by(SIGN_IN, "data-science", "sessions-carry-no-tags")
def wear_the_tag_of_another_persona(at: Attacker) -> None:
    """Sofia, who may come as a data scientist, tags her session as that of a lead."""
    session = _a_session(at, "data-science", "data-scientist", "sofia")
    tags = [{"Key": "persona", "Value": "lead"}]
    at.refused(at.client("sts").assume_role, _TRUST, **session, Tags=tags)


@ROLES.by("data-scientist", "data-science", "people-and-services-take-no-role")
def become_another_persona(at: Attacker) -> None:
    """A data scientist takes the role of a lead, of the promotion, or of Studio under her name."""
    client = at.client("sts")
    for purpose, person in (("lead", "lena"), ("release-manager", "rita"), ("promotion", None)):
        session = _a_session(at, "data-science", purpose, person)
        at.refused(client.assume_role, _OTHERS, **session)
    studio = at.naming.studio_role_arn("data-science", "lena")
    at.refused(client.assume_role, _OTHERS, RoleArn=studio, RoleSessionName="lena")


@ROLES.by(SIGN_IN, "data-science", "trust-is-exact")
def become_what_only_services_are(at: Attacker) -> None:
    """Whoever arrives in data-science takes the role of a job, a build, a trigger or a launch."""
    client = at.client("sts")
    for purpose in (
        *("bundle", "experiment-launch", "model-build", "model-build-trigger", "pipeline"),
        *("processing", "promotion", "promotion-trigger", "studio", "training", "tuning"),
    ):
        at.refused(client.assume_role, _TRUST, **_a_session(at, "data-science", purpose, None))


@ROLES.by(
    "data-scientist",
    "data-science",
    "people-and-services-take-no-role",
    "deploy-trusts-the-promotion-only",
    "trust-is-exact",
)
def enter_production_from_data_science(at: Attacker) -> None:
    """A data scientist, then whoever arrives there, takes a role of production."""
    for purpose in ("deploy", "release", "serving", "verify", "apply", "release-manager"):
        session = _a_session(at, "production", purpose, None)
        at.refused(at.client("sts").assume_role, _OTHERS, **session)
        at.refused(at.client("sts", role=SIGN_IN).assume_role, _TRUST, **session)


@ROLES.by("model-build", "data-science", "deploy-trusts-the-promotion-only", "trust-is-exact")
def enter_production_from_a_build_of_data_science(at: Attacker) -> None:
    """Code in the package that an ML engineer published acts in a build as a deployment would."""
    for project in ("model-build", "bundle"):
        client = at.client_in_build(project, "sts")
        for purpose in ("deploy", "release", "consumer"):
            session = _a_session(at, "production", purpose, None)
            at.refused(client.assume_role, _TRUST, **session)
        promotion = _a_session(at, "data-science", "promotion", None)
        at.refused(client.assume_role, _TRUST, **promotion)


@ROLES.by("test", "staging", "consumer-trusts-tests-only", "deploy-trusts-the-promotion-only")
def enter_production_from_a_test_in_staging(at: Attacker) -> None:
    """Code that came with a model into the test in staging asks and deploys in production."""
    for project in ("test", "deploy"):
        client = at.client_in_build(project, "sts")
        for purpose in ("consumer", "deploy", "release", "verify"):
            session = _a_session(at, "production", purpose, None)
            at.refused(client.assume_role, _TRUST, **session)


@ROLES.by("release", "production", "trust-is-exact", "consumer-trusts-tests-only")
def go_back_from_production(at: Attacker) -> None:
    """Code in a build of production takes the promotion's role, a person's, or the consumer's."""
    client = at.client_in_build("deploy", "sts")
    for account, purpose in (
        ("data-science", "promotion"),
        ("data-science", "lead"),
        ("production", "consumer"),
        ("production", "apply"),
    ):
        at.refused(client.assume_role, _TRUST, **_a_session(at, account, purpose, None))


@ROLES.by(
    "release",
    "production",
    "delivery-refuses-other-ways-to-take-a-role",
    "delivery-takes-roles-in-one-way",
)
def become_the_root_user(at: Attacker) -> None:
    """Code in a build of production takes the root user's rights, there and in staging."""
    client = at.client_in_build("deploy", "sts")
    task = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
    for account in ("production", "staging"):
        at.refused(
            client.assume_root,
            _OTHERS,
            TargetPrincipal=at.account_id(account),
            TaskPolicyArn=task,
        )


@ROLES.by("verify", "production", "people-bear-their-name", "trust-is-exact")
def pass_through_the_sign_in_role(at: Attacker) -> None:
    """Code in a build of production takes the role through which people arrive."""
    client = at.client_in_build("verify", "sts")
    for account in ("production", "data-science"):
        session = {"RoleArn": at.naming.sign_in_role_arn(account), "RoleSessionName": "petra"}
        at.refused(client.assume_role, Because(IDENTITY), _TRUST, **session)
