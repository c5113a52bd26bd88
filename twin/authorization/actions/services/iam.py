"""IAM and STS: what is named without its path is looked up where it lies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Resolver, Service
from twin.authorization.asked import UnknownAction
from twin.authorization.keys.live_state import shelf
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# What IAM needs besides when something is made with tags.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
_TAGGED = {
    "CreateInstanceProfile": "iam:TagInstanceProfile",
    "CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "CreatePolicy": "iam:TagPolicy",
    "CreateRole": "iam:TagRole",
    "CreateSAMLProvider": "iam:TagSAMLProvider",
    "CreateUser": "iam:TagUser",
    "CreateVirtualMFADevice": "iam:TagMFADevice",
    "UploadServerCertificate": "iam:TagServerCertificate",
}
# Without a name these are about who asks.
_OF_ONESELF = (
    "ChangePassword",
    "CreateAccessKey",
    "DeleteAccessKey",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSSHPublicKeys",
    "ListSigningCertificates",
    "UpdateAccessKey",
    "DeleteSigningCertificate",
    "UpdateSigningCertificate",
    "UploadSigningCertificate",
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_SERVICE_LINKED = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
    "config.amazonaws.com": "AWSServiceRoleForConfig",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
    "inspector2.amazonaws.com": "AWSServiceRoleForAmazonInspector2",
    "macie.amazonaws.com": "AWSServiceRoleForAmazonMacie",
    "organizations.amazonaws.com": "AWSServiceRoleForOrganizations",
    "sagemaker.amazonaws.com": "AWSServiceRoleForAmazonSageMakerNotebooks",
    "sagemaker.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    ),
    "securityhub.amazonaws.com": "AWSServiceRoleForSecurityHub",
}


def iam() -> Service:
    """Return the table of IAM."""
    return Service(
        "iam",
        kinds={
            "role": _role,
            "user": _user,
            "group": _entity("GroupName", "group", "groups"),
            "instance-profile": _entity(
                "InstanceProfileName", "instance-profile", "instance_profiles"
            ),
            "policy": _policy,
            "oidc-provider": _oidc_provider,
            "mfa": _mfa,
        },
        places={
            "CertificateNameWithPath": ("ServerCertificateName",),
            "SamlProviderName": ("SAMLProviderArn", "Name"),
        },
        entries={
            "GenerateServiceLastAccessedDetails": _any_entity("Arn"),
            "ListPoliciesGrantingServiceAccess": _any_entity("Arn"),
            "SimulatePrincipalPolicy": _any_entity("PolicySourceArn"),
            "GetContextKeysForPrincipalPolicy": _any_entity("PolicySourceArn"),
            "UpdateGroup": _renamed("group", "GroupName"),
            "UpdateUser": _renamed("user", "UserName"),
        },
        tagged=_TAGGED,
    )


def sts() -> Service:
    """Return the table of STS, whose AssumeRole asks for tags and identity besides.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return Service(
        "sts",
        kinds={"role": _assumed_role},
        entries={
            "AssumeRole": _assume("sts:AssumeRole"),
            "AssumeRoleWithSAML": _assume("sts:AssumeRoleWithSAML"),
            "AssumeRoleWithWebIdentity": _assume("sts:AssumeRoleWithWebIdentity"),
            "GetFederationToken": _federate,
        },
        free=frozenset({"GetCallerIdentity", "GetSessionToken"}),
    )


def _named(call: Call, kind: str, name: str, entities: Iterable[Any]) -> str:
    found = next((each for each in entities if each.name == name), None)
    if found is not None:
        return str(found.arn)
    # What is not there yet is asked for where it will lie, what is not there at its plain name.
    path = str(call.parameters.get("Path") or "/") if call.operation.startswith("Create") else "/"
    partition = template.partition_of(call.region)
    return f"arn:{partition}:iam::{call.account_id}:{kind}{path}{name}"


def _held(call: Call, name: str) -> Iterable[Any]:
    partition = template.partition_of(call.region)
    return list(shelf(iam_backends, call.account_id, partition, name).values())


def _entity(member: str, kind: str, shelf_name: str) -> Resolver:
    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        name = call.parameters.get(member)
        return (_named(call, kind, str(name), _held(call, shelf_name)),) if name else ()

    return find


def _role(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    if call.operation == "CreateServiceLinkedRole":
        return (_service_linked(call),)
    if call.operation == "GetServiceLinkedRoleDeletionStatus":
        # task/aws-service-role/<service>/<role>/<identifier>
        task = str(given.get("DeletionTaskId", "")).split("/")
        end = "/".join(task[1:-1]) or template.ANY
        return (f"arn:{template.partition_of(call.region)}:iam::{call.account_id}:role/{end}",)
    name = given.get("RoleName")
    return (_named(call, "role", str(name), _held(call, "roles")),) if name else ()


def _service_linked(call: Call) -> str:
    """Return the ARN that the service's role will have: AWS fixes its name with the service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    service = str(call.parameters.get("AWSServiceName") or "")
    name = _SERVICE_LINKED.get(service, f"AWSServiceRoleFor{template.ANY}")
    suffix = call.parameters.get("CustomSuffix")
    end = f"{name}_{suffix}" if suffix else name
    partition = template.partition_of(call.region)
    return f"arn:{partition}:iam::{call.account_id}:role/aws-service-role/{service}/{end}"


def _user(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = call.parameters.get("UserName")
    if name:
        return (_named(call, "user", str(name), _held(call, "users")),)
    if call.operation in _OF_ONESELF and ":user/" in call.caller.arn:
        return (call.caller.arn,)
    if call.operation in _OF_ONESELF and call.caller.arn.endswith(":root"):
        partition = template.partition_of(call.region)
        return (f"arn:{partition}:iam::{call.account_id}:user/{template.ANY}",)
    return ()


def _renamed(kind: str, member: str) -> Entry:
    """Read what moves an entity: asked for where it lies and where it will lie.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """

    def read(_twin: Twin, call: Call) -> list[Pair]:
        given, entities = call.parameters, _held(call, f"{kind}s")
        name = str(given.get(member) or "")
        if not name:
            raise UnknownAction(call.service, call.operation, "nothing that names its resource")
        old = _named(call, kind, name, entities)
        held = old.partition(f":{kind}/")[2].rpartition("/")[0]
        path = str(given.get("NewPath") or (f"/{held}/" if held else "/"))
        start = f"arn:{template.partition_of(call.region)}:iam::{call.account_id}"
        new = f"{start}:{kind}{path}{given.get(f'New{member}') or name}"
        return [(f"iam:{call.operation}", arn) for arn in (old, new)]

    return read


def _policy(_twin: Twin, call: Call) -> tuple[str, ...]:
    arn = call.parameters.get("PolicyArn")
    if arn:
        return (str(arn),)
    name = call.parameters.get("PolicyName")
    if not name or call.operation != "CreatePolicy":
        return ()
    return (_named(call, "policy", str(name), ()),)


def _oidc_provider(_twin: Twin, call: Call) -> tuple[str, ...]:
    arn = call.parameters.get("OpenIDConnectProviderArn")
    if arn:
        return (str(arn),)
    url = str(call.parameters.get("Url") or "").removeprefix("https://")
    partition = template.partition_of(call.region)
    return (f"arn:{partition}:iam::{call.account_id}:oidc-provider/{url}",) if url else ()


def _mfa(_twin: Twin, call: Call) -> tuple[str, ...]:
    serial = call.parameters.get("SerialNumber")
    if serial:
        return (str(serial),)
    name = call.parameters.get("VirtualMFADeviceName")
    return (_named(call, "mfa", str(name), ()),) if name else ()


def _any_entity(member: str) -> Callable[[Twin, Call], list[Pair]]:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        arn = str(call.parameters.get(member) or "")
        if not arn.startswith("arn:"):
            raise UnknownAction(call.service, call.operation, f"no ARN of an entity: {arn!r}")
        return [(f"iam:{call.operation}", arn)]

    return read


def _assumed_role(_twin: Twin, call: Call) -> tuple[str, ...]:
    arn = str(call.parameters.get("RoleArn") or "")
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise UnknownAction(call.service, call.operation, f"no ARN of a role: {arn!r}")
    return (arn,)


def _assume(action: str) -> Callable[[Twin, Call], list[Pair]]:
    def read(twin: Twin, call: Call) -> list[Pair]:
        (arn,) = _assumed_role(twin, call)
        made = [(action, arn)]
        # What a chain carries on needs the same right in every role as what is set anew:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
        if call.parameters.get("Tags") or call.caller.transitive_tag_keys:
            made.append(("sts:TagSession", arn))
        if call.parameters.get("SourceIdentity") or call.caller.source_identity:
            made.append(("sts:SetSourceIdentity", arn))
        return made

    return read


def _federate(_twin: Twin, call: Call) -> list[Pair]:
    partition = template.partition_of(call.region)
    name = call.parameters.get("Name")
    arn = f"arn:{partition}:sts::{call.account_id}:federated-user/{name}"
    tags = [("sts:TagSession", arn)] if call.parameters.get("Tags") else []
    return [("sts:GetFederationToken", arn), *tags]
