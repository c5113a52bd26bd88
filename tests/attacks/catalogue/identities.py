"""Attacks on who there is: users, keys that last, boundaries, rights and tags of roles."""

from __future__ import annotations

import json

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import BOUNDARY, IDENTITY, SERVICE_CONTROL
from tests.attacks.landmarks import domain_of

IDENTITIES = Attacks()
_LASTING = Because(SERVICE_CONTROL, "DenyLongLivedIdentities")
_OTHER_WAYS = Because(SERVICE_CONTROL, "DenyOtherWaysIn")
_OUTSIDE_APPLY = Because(SERVICE_CONTROL, "DenyIdentityChangesOutsideApply")
_FOUNDATION = Because(SERVICE_CONTROL, "DenyChangesOfFoundation")
_WITHOUT_BOUNDARY = Because(SERVICE_CONTROL, "DenyRolesWithoutBoundary")
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_EVERYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def _trust_of(arn: str) -> str:
    who = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [who]})


@IDENTITIES.by("platform-admin", "production", "no-long-lived-identities")
def make_a_user_with_a_key(at: Attacker) -> None:
    """Somebody makes a user, a key that never ends and a password for the console."""
    for role in ("platform-admin", SIGN_IN, "apply"):
        client = at.client("iam", role=role)
        at.refused(client.create_user, _LASTING, UserName="backdoor")
        at.refused(client.create_access_key, _LASTING, UserName="backdoor")
        at.refused(
            client.create_login_profile, _LASTING, UserName="petra", Password="Correct-Horse-7"
        )


@IDENTITIES.by("platform-admin", "production", "no-other-ways-in", "foundations-are-set-up-by-hand")
def open_another_way_in(at: Attacker) -> None:
    """Somebody lets a provider of identities vouch for them, or turns into a federated user."""
    url = "https://tokens.example.net"
    provider = {"Url": url, "ClientIDList": ["sts.amazonaws.com"], "ThumbprintList": ["a" * 40]}
    for role in ("platform-admin", SIGN_IN, "apply"):
        iam, sts = at.client("iam", role=role), at.client("sts", role=role)
        metadata = f"<EntityDescriptor>{'x' * 1000}</EntityDescriptor>"
        at.refused(
            iam.create_saml_provider, _OTHER_WAYS, Name="mine", SAMLMetadataDocument=metadata
        )
        at.refused(sts.get_federation_token, _OTHER_WAYS, Name="somebody")
    for role, because in (("platform-admin", _OUTSIDE_APPLY), ("apply", _FOUNDATION)):
        client = at.client("iam", role=role)
        at.refused(client.create_open_id_connect_provider, because, **provider)


@IDENTITIES.by("apply", "production", "roles-have-boundaries", "roles-of-terraform-have-boundaries")
def make_a_role_without_boundary(at: Attacker) -> None:
    """Code in a run that applies makes a role without a boundary, or beneath one of its own."""
    role = {
        "RoleName": f"{at.naming.account_prefix('production')}-helper",
        "AssumeRolePolicyDocument": _trust_of(at.naming.role_arn("production", "apply")),
    }
    client = at.client("iam")
    at.refused(client.create_role, _WITHOUT_BOUNDARY, **role)
    at.refused(client.create_role, _WITHOUT_BOUNDARY, **role, PermissionsBoundary=_ADMINISTRATOR)
    own = at.naming.boundary_arn("production", "delivery").replace("delivery", "mine")
    at.refused(client.create_role, Because(IDENTITY), **role, PermissionsBoundary=own)


@IDENTITIES.by(
    "platform-admin", "production", "boundaries-are-never-removed", "roles-have-boundaries"
)
def take_the_boundary_off_a_role(at: Attacker) -> None:
    """Somebody takes the boundary off the role that releases, or puts a wider one in its place."""
    named = {"RoleName": at.naming.role_name("production", "release")}
    for role in ("platform-admin", SIGN_IN, "apply"):
        client = at.client("iam", role=role)
        at.refused(
            client.delete_role_permissions_boundary,
            Because(SERVICE_CONTROL, "DenyRemovalOfBoundary"),
            **named,
        )
    for role in ("platform-admin", "apply"):
        at.refused(
            at.client("iam", role=role).put_role_permissions_boundary,
            _WITHOUT_BOUNDARY,
            **named,
            PermissionsBoundary=_ADMINISTRATOR,
        )


@IDENTITIES.by("apply", "production", "foundations-are-set-up-by-hand")
def widen_a_boundary(at: Attacker) -> None:
    """Code in a run that applies widens the boundary of all builds, or takes its own off."""
    client, wide = at.client("iam"), {"PolicyDocument": _EVERYTHING, "SetAsDefault": True}
    boundary = at.naming.boundary_arn("production", "delivery")
    at.refused(client.create_policy_version, _FOUNDATION, PolicyArn=boundary, **wide)
    at.refused(
        client.put_role_permissions_boundary,
        _FOUNDATION,
        RoleName=at.naming.role_name("production", "apply"),
        PermissionsBoundary=boundary,
    )
    admin = at.client("iam", role="platform-admin")
    at.refused(admin.create_policy_version, _OUTSIDE_APPLY, PolicyArn=boundary, **wide)


@IDENTITIES.by(
    "platform-admin",
    "production",
    "identities-change-with-terraform-only",
    "escalation-is-out-of-reach",
)
def give_oneself_every_right(at: Attacker) -> None:
    """A platform admin attaches AdministratorAccess to their role, or writes such a policy."""
    own = {"RoleName": at.naming.role_name("production", "platform-admin")}
    client = at.client("iam")
    at.refused(client.attach_role_policy, _OUTSIDE_APPLY, **own, PolicyArn=_ADMINISTRATOR)
    at.refused(
        client.put_role_policy,
        _OUTSIDE_APPLY,
        **own,
        PolicyName="more",
        PolicyDocument=_EVERYTHING,
    )
    # The role that applies writes policies of roles, but attaches none to a role.
    applying = at.client("iam", role="apply")
    at.refused(applying.attach_role_policy, Because(IDENTITY), **own, PolicyArn=_ADMINISTRATOR)


@IDENTITIES.by(
    "ml-engineer",
    "data-science",
    "identities-change-with-terraform-only",
    "foundations-are-set-up-by-hand",
)
def let_oneself_into_a_role(at: Attacker) -> None:
    """An ML engineer lets themselves into the promotion, and what applies into itself."""
    trust = {"PolicyDocument": _trust_of(at.naming.role_arn("data-science", "ml-engineer"))}
    client = at.client("iam")
    for purpose in ("promotion", "apply", "ml-engineer"):
        named = {"RoleName": at.naming.role_name("data-science", purpose)}
        at.refused(client.update_assume_role_policy, _OUTSIDE_APPLY, **named, **trust)
    for purpose in ("apply", "plan"):
        named = {"RoleName": at.naming.role_name("data-science", purpose)}
        applying = at.client("iam", role="apply")
        at.refused(applying.update_assume_role_policy, _FOUNDATION, **named, **trust)


@IDENTITIES.by(
    "platform-admin",
    "production",
    "boundaries-refuse-changes-of-identities",
    "escalation-is-out-of-reach",
)
def borrow_a_role_of_a_service(at: Attacker) -> None:
    """A platform admin makes a role that AWS fills with rights, which no guardrail binds."""
    wanted = {"AWSServiceName": "ssm.amazonaws.com"}
    client, applying = at.client("iam"), at.client("iam", role="apply")
    because = Because(BOUNDARY, "DenyIdentityChanges")
    at.refused(client.create_service_linked_role, because, **wanted)
    # What applies makes those of the services that are laid out, and no others.
    at.refused(applying.create_service_linked_role, Because(IDENTITY), **wanted)


@IDENTITIES.by(
    "data-scientist",
    "data-science",
    "identities-change-with-terraform-only",
    "tags-of-the-perimeter-are-nobody-s",
)
def bear_the_tag_of_somebody_else(at: Attacker) -> None:
    """A data scientist tags their role as a lead's, or somebody excepts it from the perimeter."""
    own = {"RoleName": at.naming.role_name("data-science", "data-scientist")}
    lead, excepted = {"Key": "persona", "Value": "lead"}, {"Key": "dp:exclude", "Value": "true"}
    client = at.client("iam")
    at.refused(client.tag_role, _OUTSIDE_APPLY, **own, Tags=[lead])
    at.refused(client.untag_role, _OUTSIDE_APPLY, **own, TagKeys=["persona"])
    because = Because(SERVICE_CONTROL, "DenyPerimeterTags")
    for role in (SIGN_IN, "apply"):
        at.refused(at.client("iam", role=role).tag_role, because, **own, Tags=[excepted])


@IDENTITIES.by("data-scientist", "data-science", "platform-tags-stay")
def take_something_over_by_its_tags(at: Attacker) -> None:
    """A data scientist makes a group of versions, or the domain of Studio, their own by tags."""
    group = at.naming.model_package_group(at.model)
    described = at.as_administrator("sagemaker", "data-science").describe_model_package_group(
        ModelPackageGroupName=group
    )
    because = Because(SERVICE_CONTROL, "DenyPlatformTags")
    for role in ("data-scientist", SIGN_IN):
        client = at.client("sagemaker", role=role)
        for arn in (described["ModelPackageGroupArn"], domain_of(at)["DomainArn"]):
            mine = [{"Key": "owner", "Value": "mallory"}]
            at.refused(client.add_tags, because, ResourceArn=arn, Tags=mine)
            at.refused(client.delete_tags, because, ResourceArn=arn, TagKeys=["project"])
