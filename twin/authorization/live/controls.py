"""Control policies of the organisation as they bind an account, level by level from the root.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from typing import Any

from moto.organizations import organizations_backends

from policies.iam import Policy
from twin.authorization.live.parsed import parsed
from twin.moto_state import held

SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
RESOURCE_CONTROL = "RESOURCE_CONTROL_POLICY"
Levels = tuple[tuple[Policy, ...], ...]

# The prefixes of actions that resource control policies reach, as the second page lists them
# (September 2026).
REACHED = frozenset(
    (
        "aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront "
        "cloudsearch cloudtrail-data codeartifact codebuild codecommit codepipeline "
        "cognito-identity cognito-idp comprehend comprehendmedical compute-optimizer "
        "cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift "
        "health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications "
        "opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 "
        "secretsmanager servicediscovery signin sqs sts support swf textract timestream-influxdb "
        "transcribe transfer translate wafv2 workspaces xray"
    ).split()
)
# What no resource control policy limits, by the same page.
_EXEMPT = frozenset({"kms:retiregrant"})


def reaches(action: str) -> bool:
    """Tell whether resource control policies bear on an action at all."""
    folded = action.lower()
    return folded.partition(":")[0] in REACHED and folded not in _EXEMPT


def levels_of(account_id: str, policy_type: str) -> Levels:
    """Return the control policies of a type that bind an account: root, units, account.

    No level binds the management account, an account outside the organisation, or anybody while
    the type is not enabled. A level without a policy allows nothing.
    """
    organization = _organization_of(account_id)
    if organization is None or not _enabled(organization, policy_type):
        return ()
    account = _found(organization.accounts, account_id)
    if account is None:
        # A member that its organisation does not know must not go free.
        return ((),)
    path = [account]
    while path[-1].id != organization.org.root_id:
        parent = _found(organization.ou, path[-1].parent_id)
        if parent is None:
            break
        path.append(parent)
    return tuple(_at(target, policy_type) for target in reversed(path))


def organization_id_of(account_id: str) -> str | None:
    """Return the organisation that an account is a member or the management account of."""
    organization = _organization_of(account_id) or held(organizations_backends, account_id, "aws")
    found = None if organization is None else organization.org
    return None if found is None else str(found.id)


def _organization_of(account_id: str) -> Any | None:
    """Return the organisation of a member; the management account is bound by nothing."""
    place = organizations_backends.master_accounts.get(account_id)
    return None if place is None else held(organizations_backends, place[0], place[1])


def _enabled(organization: Any, policy_type: str) -> bool:
    root = _found(organization.ou, organization.org.root_id)
    return root is not None and any(
        enabled["Type"] == policy_type and enabled.get("Status", "ENABLED") == "ENABLED"
        for enabled in root.policy_types
    )


def _found(entities: list[Any], identifier: str) -> Any | None:
    for entity in list(entities):
        if entity.id == identifier:
            return entity
    return None


def _at(target: Any, policy_type: str) -> tuple[Policy, ...]:
    return tuple(
        parsed(policy.name, str(policy.content))
        for policy in list(target.attached_policies)
        if policy.type == policy_type
    )
