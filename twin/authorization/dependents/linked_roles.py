"""Service-linked roles that a service makes on first use, with the rights of whoever uses it first.

https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moto.iam.models import iam_backends

from twin.authorization.asked import Asked
from twin.authorization.dependents.dependent import Dependent, forwarded
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_DOCS = "https://docs.aws.amazon.com/"


@dataclass(frozen=True)
class _Role:
    """A role: the service that takes it, its name, and the page of the service about it."""

    service: str
    name: str
    page: str


_ANALYZER = _Role(
    "access-analyzer.amazonaws.com",
    "AWSServiceRoleForAccessAnalyzer",
    f"{_DOCS}IAM/latest/UserGuide/access-analyzer-using-service-linked-roles.html",
)
_GUARDDUTY = _Role(
    "guardduty.amazonaws.com",
    "AWSServiceRoleForAmazonGuardDuty",
    f"{_DOCS}guardduty/latest/ug/slr-permissions.html",
)
_INSPECTOR = _Role(
    "inspector2.amazonaws.com",
    "AWSServiceRoleForAmazonInspector2",
    f"{_DOCS}inspector/latest/user/slr-permissions.html",
)
_MACIE = _Role(
    "macie.amazonaws.com",
    "AWSServiceRoleForAmazonMacie",
    f"{_DOCS}macie/latest/user/service-linked-roles.html",
)
_SECURITY_HUB = _Role(
    "securityhub.amazonaws.com",
    "AWSServiceRoleForSecurityHub",
    f"{_DOCS}securityhub/latest/userguide/using-service-linked-roles.html",
)
_RESOLVER = _Role(
    "route53resolver.amazonaws.com",
    "AWSServiceRoleForRoute53Resolver",
    f"{_DOCS}Route53/latest/DeveloperGuide/using-service-linked-roles.html",
)
_SCALING = _Role(
    "sagemaker.application-autoscaling.amazonaws.com",
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
    f"{_DOCS}autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html",
)
_NOTEBOOKS = _Role(
    "sagemaker.amazonaws.com",
    "AWSServiceRoleForAmazonSageMakerNotebooks",
    f"{_DOCS}sagemaker/latest/dg/security-iam-awsmanpol-notebooks.html",
)
_REPLICATION = _Role(
    "replication.ecr.amazonaws.com",
    "AWSServiceRoleForECRReplication",
    f"{_DOCS}AmazonECR/latest/userguide/slr-replication.html",
)

_MADE_BY: Mapping[tuple[str, str], _Role] = {
    ("accessanalyzer", "CreateAnalyzer"): _ANALYZER,
    ("application-autoscaling", "RegisterScalableTarget"): _SCALING,
    ("ecr", "PutReplicationConfiguration"): _REPLICATION,
    ("guardduty", "CreateDetector"): _GUARDDUTY,
    ("inspector2", "Enable"): _INSPECTOR,
    ("macie2", "EnableMacie"): _MACIE,
    ("route53resolver", "CreateResolverQueryLogConfig"): _RESOLVER,
    ("sagemaker", "CreateDomain"): _NOTEBOOKS,
    ("securityhub", "EnableSecurityHub"): _SECURITY_HUB,
}


def linked_roles(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the making of the role that a service lacks in the account, if it lacks one."""
    role = _MADE_BY.get((call.service, call.operation))
    if role is None or _exists(call.account_id, role.service):
        return ()
    path = f"aws-service-role/{role.service}/{role.name}"
    arn = f"arn:aws:iam::{call.account_id}:role/{path}"
    made = forwarded(
        call,
        role.service,
        "iam",
        "CreateServiceLinkedRole",
        {"AWSServiceName": role.service},
    )
    asked = Asked("iam:CreateServiceLinkedRole", arn, call.account_id)
    return (Dependent(made, role.page, asked, {"iam:awsservicename": (role.service,)}),)


def _exists(account_id: str, service: str) -> bool:
    path = f"/aws-service-role/{service}/"
    return any(role.path == path for role in list(iam_backends[account_id]["aws"].roles.values()))
