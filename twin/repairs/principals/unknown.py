"""Refuses a policy that names a principal which does not exist; moto 5.2.5 takes any.

AWS keeps a principal by its unique id, which one that does not exist has not:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
Codes and wordings are those on which Terraform's provider waits for a principal to appear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry, Wrap
from twin.repairs.principals import existing
from twin.twin import Twin

Texts = Callable[[Call], Iterator[str]]


@dataclass(frozen=True)
class _Setting:
    """Operations of a service that set policies, where the policy is, and how it is refused."""

    service: str
    operations: tuple[str, ...]
    texts: Texts
    code: str
    message: str
    status: int = 400


def register(registry: Registry) -> None:
    """Put the refusals around the operations that set policies."""
    for setting in _SETTINGS:
        for operation in setting.operations:
            registry.wraps(setting.service, operation)(_refusing(setting))


def _refusing(setting: _Setting) -> Wrap:
    def refuse(twin: Twin, call: Call, forward: Forward) -> Response:
        for text in setting.texts(call):
            found = existing.unknown(twin, text)
            if found is not None:
                kind, name = found
                message = setting.message.format(kind=kind, name=name)
                raise ServiceError(setting.code, message, setting.status)
        return forward()

    return refuse


def _at(*names: str) -> Texts:
    def texts(call: Call) -> Iterator[str]:
        for name in names:
            if call.parameters.get(name):
                yield str(call.parameters[name])

    return texts


def _attribute(call: Call) -> Iterator[str]:
    """The policy among a queue's or a new topic's attributes."""
    attributes = call.parameters.get("Attributes")
    if isinstance(attributes, dict) and attributes.get("Policy"):
        yield str(attributes["Policy"])


def _topic_attribute(call: Call) -> Iterator[str]:
    if call.parameters.get("AttributeName") == "Policy":
        yield str(call.parameters.get("AttributeValue") or "")


def _body(call: Call) -> Iterator[str]:
    yield call.body.decode(errors="replace")


_SETTINGS = (
    _Setting(
        "iam",
        ("CreateRole", "UpdateAssumeRolePolicy"),
        _at("AssumeRolePolicyDocument", "PolicyDocument"),
        "MalformedPolicyDocument",
        'Invalid principal in policy: "{kind}":"{name}"',
    ),
    _Setting("s3", ("PutBucketPolicy",), _body, "MalformedPolicy", "Invalid principal in policy"),
    _Setting(
        "kms",
        ("CreateKey", "PutKeyPolicy", "ReplicateKey"),
        _at("Policy"),
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
    ),
    _Setting(
        "sns",
        ("CreateTopic",),
        _attribute,
        "InvalidParameter",
        "Invalid parameter: Policy Error: PrincipalNotFound",
    ),
    _Setting(
        "sns",
        ("SetTopicAttributes",),
        _topic_attribute,
        "InvalidParameter",
        "Invalid parameter: Policy Error: PrincipalNotFound",
    ),
    _Setting(
        "sqs",
        ("CreateQueue", "SetQueueAttributes"),
        _attribute,
        "InvalidAttributeValue",
        "Invalid value for the parameter Policy.",
    ),
    _Setting(
        "ecr",
        ("SetRepositoryPolicy",),
        _at("policyText"),
        "InvalidParameterException",
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
    ),
    _Setting(
        "secretsmanager",
        ("PutResourcePolicy",),
        _at("ResourcePolicy"),
        "MalformedPolicyDocumentException",
        "This resource policy contains an unsupported principal.",
    ),
    _Setting(
        "codeartifact",
        ("PutDomainPermissionsPolicy", "PutRepositoryPermissionsPolicy"),
        _at("policyDocument"),
        "ValidationException",
        'Policy document contains an invalid principal: "{kind}":"{name}"',
    ),
    _Setting(
        "sagemaker",
        ("PutModelPackageGroupPolicy",),
        _at("ResourcePolicy"),
        "ValidationException",
        'Invalid principal in resource policy: "{kind}":"{name}"',
    ),
)
