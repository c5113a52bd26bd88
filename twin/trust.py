"""Whether a resource's own policy lets a principal in: a role's trust, a function's policy.

What the principal's own policies say is no matter here; that is decided for every request in
`twin.authorization`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Mapping

from policies.iam import Layers, Policy, Principal, Request, Resource, decide
from policies.iam.principal import Kind, Named
from twin import moto_state
from twin.authorization.live import controls, parsed

Context = Mapping[str, str]
ASSUME_ROLE = "sts:AssumeRole"


def policy_of(role_arn: str) -> Policy | None:
    """Return the trust policy of a role, or None where the role does not exist."""
    role = moto_state.role_of(role_arn)
    if role is None:
        return None
    return parsed.parsed(role_arn, str(role.assume_role_policy_document))


def service_may_assume(
    role_arn: str, service: str, source_arn: str | None, source_account: str | None
) -> bool:
    """Tell whether an AWS service may take a role, for which resource of whom.

    The role's trust policy must allow it, and no resource control policy of the role's account
    deny it. A role that does not exist lets nobody in.
    """
    trust = policy_of(role_arn)
    if trust is None:
        return False
    account = role_arn.split(":")[4]
    context = _circumstances(source_arn, source_account)
    request = _of_service(service, ASSUME_ROLE, role_arn, account, context)
    levels = controls.levels_of(account, controls.RESOURCE_CONTROL)
    layers = Layers(resource_control=levels, resource=trust, resource_counts=Resource.DECISIVE)
    return decide(request, layers).allowed


def names_service(policy: Policy, service: str, action: str) -> bool:
    """Tell whether some statement allows the action to the service, its conditions aside."""
    principal = Principal.service(service)
    return any(
        statement.principals is not None and statement.principals.names(principal) is not Named.NOT
        for statement in policy.allowing(action)
    )


def _of_service(
    service: str, action: str, resource: str, account: str, context: Context
) -> Request:
    principal = Principal(Kind.SERVICE, service)
    return Request.of(principal, action, resource, context, resource_account=account)


def _circumstances(source_arn: str | None, source_account: str | None) -> dict[str, str]:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    made: dict[str, str] = {}
    if source_arn is not None:
        made["aws:SourceArn"] = source_arn
    if source_account is not None:
        made["aws:SourceAccount"] = source_account
        organization = controls.organization_id_of(source_account)
        if organization is not None:
            made["aws:SourceOrgID"] = organization
    return made
