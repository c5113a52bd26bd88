"""Which control policies bind whom: by whose account, on which level, for which services."""

from __future__ import annotations

import pytest
from moto.organizations import organizations_backends

from policies.iam import Layer
from tests.twin.authorization.live.world import (
    MANAGEMENT,
    ONE,
    STRANGER,
    TWO,
    UNIT,
    World,
    allow,
    deny,
    document,
    root,
    to,
)
from twin.call import Caller

SERVICE, RESOURCE = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
ROOT = "r-a1b2"
GET = "s3:GetObject"
EVERYBODY = {"Principal": "*"}


def everything(world: World, account: str) -> Caller:
    """Return a session that its own policies let do everything."""
    return world.caller(account, "admin", allow("*"))


@pytest.mark.parametrize("target", [ROOT, UNIT, ONE])
def test_service_control_policy_binds_the_principals_below_it(world: World, target: str) -> None:
    bucket = world.bucket(ONE, "things")
    world.control(SERVICE, target, deny(GET))

    refused = world.decide(everything(world, ONE), GET, f"{bucket}/x", ONE)

    assert (refused.layer, refused.explicit) == (Layer.SERVICE_CONTROL, True)


def test_service_control_policy_binds_no_other_unit(world: World) -> None:
    world.control(SERVICE, UNIT, deny(GET))
    bucket = world.bucket(TWO, "things")

    assert world.decide(everything(world, TWO), GET, f"{bucket}/x", TWO).allowed


def test_service_control_policy_is_the_principals_not_the_resources(world: World) -> None:
    world.control(SERVICE, UNIT, deny(GET))
    opened = {**allow(GET, "arn:aws:s3:::theirs/*"), **to([root(ONE), root(TWO)])}
    theirs = world.bucket(TWO, "theirs", opened)
    ours = world.bucket(ONE, "ours", {**opened, "Resource": "arn:aws:s3:::ours/*"})
    out, into = everything(world, ONE), everything(world, TWO)

    assert world.decide(out, GET, f"{theirs}/x", TWO).layer is Layer.SERVICE_CONTROL
    assert world.decide(into, GET, f"{ours}/x", ONE).allowed


def test_resource_control_policy_is_the_resources_not_the_principals(world: World) -> None:
    world.control(RESOURCE, UNIT, {**deny(GET), **EVERYBODY})
    opened = {**allow(GET, "arn:aws:s3:::theirs/*"), **to([root(ONE), root(TWO)])}
    theirs = world.bucket(TWO, "theirs", opened)
    ours = world.bucket(ONE, "ours", {**opened, "Resource": "arn:aws:s3:::ours/*"})
    out, into = everything(world, ONE), everything(world, TWO)

    assert world.decide(into, GET, f"{ours}/x", ONE).layer is Layer.RESOURCE_CONTROL
    assert world.decide(out, GET, f"{theirs}/x", TWO).allowed


def test_resource_control_policy_binds_strangers_and_services(world: World) -> None:
    world.control(RESOURCE, UNIT, {**deny("s3:PutObject"), **EVERYBODY})
    opened = [
        {**allow("s3:PutObject", "arn:aws:s3:::ours/*"), **to(root(STRANGER))},
        {
            **allow("s3:PutObject", "arn:aws:s3:::ours/*"),
            "Principal": {"Service": "logging.s3.amazonaws.com"},
        },
    ]
    ours = world.bucket(ONE, "ours", *opened)
    service = Caller(ONE, "logging.s3.amazonaws.com", "", "logging", is_service=True)

    for caller in (everything(world, STRANGER), service):
        assert world.decide(caller, "s3:PutObject", f"{ours}/x", ONE).layer is (
            Layer.RESOURCE_CONTROL
        )


def test_services_are_nobodys_members(world: World) -> None:
    world.control(SERVICE, ROOT, deny("*"))
    service = Caller(ONE, "logging.s3.amazonaws.com", "", "logging", is_service=True)
    opened = {**allow("s3:PutObject", "*"), "Principal": {"Service": "logging.s3.amazonaws.com"}}
    ours = world.bucket(ONE, "ours", opened)

    assert world.decide(service, "s3:PutObject", f"{ours}/x", ONE).allowed


@pytest.mark.parametrize("control", [SERVICE, RESOURCE])
def test_management_account_is_bound_by_nothing(world: World, control: str) -> None:
    principal = EVERYBODY if control == RESOURCE else {}
    world.control(control, ROOT, {**deny("s3:*"), **principal})
    bucket = world.bucket(MANAGEMENT, "bills")

    assert world.decide(everything(world, MANAGEMENT), GET, f"{bucket}/x", MANAGEMENT).allowed


@pytest.mark.parametrize("control", [SERVICE, RESOURCE])
def test_service_linked_role_is_bound_by_nothing(world: World, control: str) -> None:
    principal = EVERYBODY if control == RESOURCE else {}
    world.control(control, ROOT, {**deny("s3:*"), **principal})
    bucket = world.bucket(ONE, "things")
    linked = world.session(world.linked(ONE, "config.amazonaws.com", allow("s3:*")))
    path = "/aws-service-role/config.amazonaws.com/"
    disguised = world.caller(ONE, "AWSServiceRoleForOthers", allow("s3:*"), path=path)

    assert world.decide(linked, GET, f"{bucket}/x", ONE).allowed
    assert not world.decide(disguised, GET, f"{bucket}/x", ONE).allowed


def test_service_may_take_its_own_role_whatever_controls_say(world: World) -> None:
    world.control(RESOURCE, ROOT, {**deny("sts:AssumeRole"), **EVERYBODY})
    service_alone = {"Effect": "Allow", "Principal": {"Service": "config.amazonaws.com"}}
    trust = document({**service_alone, "Action": "sts:AssumeRole"})
    linked = world.linked(ONE, "config.amazonaws.com")
    plain = world.role(ONE, "config", trust=trust)
    service = Caller(ONE, "config.amazonaws.com", "", "config", is_service=True)

    assert world.decide(service, "sts:AssumeRole", linked, ONE).allowed
    assert world.decide(service, "sts:AssumeRole", plain, ONE).layer is Layer.RESOURCE_CONTROL


def test_member_root_user_is_bound(world: World) -> None:
    world.control(SERVICE, ONE, deny("s3:*"))
    bucket = world.bucket(ONE, "things")

    refused = world.decide(Caller(ONE, root(ONE), "AKIA", ONE), GET, f"{bucket}/x", ONE)

    assert refused.layer is Layer.SERVICE_CONTROL


def test_level_without_an_allow_allows_nothing(world: World) -> None:
    backend = organizations_backends[MANAGEMENT]["aws"]
    bucket = world.bucket(ONE, "things")
    backend.detach_policy(PolicyId="p-FullAWSAccess", TargetId=UNIT)

    refused = world.decide(everything(world, ONE), GET, f"{bucket}/x", ONE)

    assert (refused.layer, refused.explicit) == (Layer.SERVICE_CONTROL, False)


def test_account_that_moves_is_bound_where_it_stands(world: World) -> None:
    world.control(SERVICE, UNIT, deny(GET))
    bucket, admin = world.bucket(ONE, "things"), everything(world, ONE)
    assert not world.decide(admin, GET, f"{bucket}/x", ONE).allowed

    organizations_backends[MANAGEMENT]["aws"].move_account(
        AccountId=ONE, SourceParentId=UNIT, DestinationParentId="ou-a1b2-22222222"
    )

    assert world.decide(admin, GET, f"{bucket}/x", ONE).allowed


def test_policies_of_a_type_that_is_not_enabled_bind_nobody(world: World) -> None:
    world.control(SERVICE, ROOT, deny(GET))
    bucket, admin = world.bucket(ONE, "things"), everything(world, ONE)
    assert not world.decide(admin, GET, f"{bucket}/x", ONE).allowed

    organizations_backends[MANAGEMENT]["aws"].disable_policy_type(RootId=ROOT, PolicyType=SERVICE)

    assert world.decide(admin, GET, f"{bucket}/x", ONE).allowed


def test_resource_control_policy_reaches_only_the_services_that_know_it(world: World) -> None:
    world.control(RESOURCE, ROOT, {**deny(["sagemaker:*", "codebuild:*"]), **EVERYBODY})
    admin = everything(world, ONE)
    model = f"arn:aws:sagemaker:eu-west-1:{ONE}:model/m"
    project = f"arn:aws:codebuild:eu-west-1:{ONE}:project/p"

    assert world.decide(admin, "sagemaker:DescribeModel", model, ONE).allowed
    assert world.decide(admin, "codebuild:StartBuild", project, ONE).layer is (
        Layer.RESOURCE_CONTROL
    )


def test_nobody_may_be_kept_from_giving_a_grant_back(world: World) -> None:
    world.control(RESOURCE, ROOT, {**deny("kms:*"), **EVERYBODY})
    key = world.key(ONE)
    admin = everything(world, ONE)

    assert world.decide(admin, "kms:RetireGrant", key.arn, ONE).allowed
    assert world.decide(admin, "kms:Decrypt", key.arn, ONE).layer is Layer.RESOURCE_CONTROL
