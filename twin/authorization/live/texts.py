"""The policies that resources carry themselves, service by service, as the twin holds them.

Each function gives texts, or nothing where a resource has no policy or does not exist. A resource
of a service without a function here has no policy that counts; it admits nobody from outside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.ecr.models import ecr_backends
from moto.efs.models import efs_backends
from moto.events.models import events_backends
from moto.glue.models import glue_backends
from moto.kinesis.models import kinesis_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from policies.iam import Policy
from twin.authorization.live.parsed import together
from twin.moto_state import held

if TYPE_CHECKING:
    from twin.twin import Twin


@dataclass(frozen=True)
class Named:
    """A resource as its ARN names it; ``owner`` is the account that it belongs to."""

    arn: str
    region: str
    owner: str
    resource: str


Texts = Callable[["Twin", Named], Iterator[str | None]]
_VERSION = "2012-10-17"


def _repository(_twin: Twin, named: Named) -> Iterator[str | None]:
    registry = held(ecr_backends, named.owner, named.region)
    if registry is None:
        return
    yield registry.registry_policy
    repository = registry.repositories.get(named.resource.removeprefix("repository/"))
    yield None if repository is None else repository.policy


def _topic(_twin: Twin, named: Named) -> Iterator[str | None]:
    sns = held(sns_backends, named.owner, named.region)
    # The ARN of a subscription is that of its topic with one part more.
    topic = None if sns is None else sns.topics.get(":".join(named.arn.split(":")[:6]))
    yield None if topic is None else topic.policy


def _queue(_twin: Twin, named: Named) -> Iterator[str | None]:
    sqs = held(sqs_backends, named.owner, named.region)
    queue = None if sqs is None else sqs.queues.get(named.resource)
    yield None if queue is None else queue.policy


def _secret(_twin: Twin, named: Named) -> Iterator[str | None]:
    manager = held(secretsmanager_backends, named.owner, named.region)
    secret = None if manager is None else manager.secrets.get(named.arn)
    yield None if secret is None else secret.policy


def _bus(_twin: Twin, named: Named) -> Iterator[str | None]:
    events = held(events_backends, named.owner, named.region)
    kind, _, name = named.resource.partition("/")
    if kind == "rule":
        # A rule belongs to the bus that its ARN names, or to the default one.
        name = name.rpartition("/")[0] or "default"
    elif kind != "event-bus":
        return
    bus = None if events is None else events.event_buses.get(name)
    yield None if bus is None else bus.policy


def _log_groups(_twin: Twin, named: Named) -> Iterator[str | None]:
    logs = held(logs_backends, named.owner, named.region)
    if logs is None:
        return
    for policy in list(logs.resource_policies.values()):
        yield policy.policy_document
    destination = logs.destinations.get(named.arn)
    yield None if destination is None else destination.access_policy


def _function(_twin: Twin, named: Named) -> Iterator[str | None]:
    functions = held(lambda_backends, named.owner, named.region)
    kind, _, rest = named.resource.partition(":")
    name, _, qualifier = rest.partition(":")
    if functions is None:
        return
    if kind == "function":
        found = functions._lambdas._functions.get(name)
        yield None if found is None else _lambda_text(found["latest"])
    elif kind == "layer" and qualifier.isdigit():
        layer = functions._layers._layers.get(name)
        for version in layer.layer_versions.values() if layer is not None else ():
            if str(version.version) == qualifier:
                yield _lambda_text(version)


def _lambda_text(holder: Any) -> str | None:
    statements = [_lambda_statement(found) for found in list(holder.policy.statements)]
    return json.dumps({"Version": _VERSION, "Statement": statements}) if statements else None


def _lambda_statement(found: Mapping[str, Any]) -> dict[str, Any]:
    """Write a statement as AWS keeps it: moto 5.2.5 leaves some members as they were sent."""
    made = dict(found)
    principal = made.get("Principal")
    if isinstance(principal, str) and principal != "*":
        kind = "Service" if principal.endswith(".amazonaws.com") else "AWS"
        made["Principal"] = {kind: principal}
    authentication = made.pop("FunctionUrlAuthType", None)
    if authentication is not None:
        condition = {**made.get("Condition", {})}
        key = {"lambda:FunctionUrlAuthType": authentication}
        condition["StringEquals"] = {**condition.get("StringEquals", {}), **key}
        made["Condition"] = condition
    return made


def _model_package_group(twin: Twin, named: Named) -> Iterator[str | None]:
    kind, _, rest = named.resource.partition("/")
    if kind not in ("model-package-group", "model-package"):
        return
    table = twin.table("sagemaker/ModelPackageGroupPolicy", named.owner, named.region)
    found = table.get(rest.partition("/")[0])
    yield None if found is None else found["ResourcePolicy"]


def _package_store(twin: Twin, named: Named) -> Iterator[str | None]:
    """The policy of a domain bears on everything in it, beside that of the repository.

    https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
    """
    kind, _, rest = named.resource.partition("/")
    parts = rest.split("/")
    places = [("codeartifact/Domain", parts[0])]
    if kind != "domain" and len(parts) > 1:
        places.append(("codeartifact/Repository", f"{parts[0]}/{parts[1]}"))
    for table, name in places:
        record = twin.table(table, named.owner, named.region).get(name) or {}
        policy = record.get("_policy")
        yield None if policy is None else policy["document"]


def _file_system(_twin: Twin, named: Named) -> Iterator[str | None]:
    efs = held(efs_backends, named.owner, named.region)
    name = named.resource.removeprefix("file-system/")
    found = None if efs is None else efs.file_systems_by_id.get(name)
    yield None if found is None else found.file_system_policy


def _table(_twin: Twin, named: Named) -> Iterator[str | None]:
    dynamodb = held(dynamodb_backends, named.owner, named.region)
    if dynamodb is None:
        return
    for arn in {named.arn, "/".join(named.arn.split("/")[:2])}:
        policy = dynamodb.resource_policies.get(arn)
        yield None if policy is None else policy.policy_doc


def _stream(_twin: Twin, named: Named) -> Iterator[str | None]:
    kinesis = held(kinesis_backends, named.owner, named.region)
    yield None if kinesis is None else kinesis.resource_policies.get(named.arn)


def _catalog(_twin: Twin, named: Named) -> Iterator[str | None]:
    glue = held(glue_backends, named.owner, named.region)
    for policy in list(glue.resource_policies.values()) if glue is not None else ():
        yield policy.get("PolicyInJson")


BY_SERVICE: Mapping[str, Texts] = {
    "codeartifact": _package_store,
    "dynamodb": _table,
    "ecr": _repository,
    "elasticfilesystem": _file_system,
    "events": _bus,
    "glue": _catalog,
    "kinesis": _stream,
    "lambda": _function,
    "logs": _log_groups,
    "sagemaker": _model_package_group,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
}
"""By the service in an ARN; buckets, keys and roles are apart."""


def policy_of(twin: Twin, arn: str, owner: str) -> Policy | None:
    """Return what a resource's own policies say together, or None where it has none."""
    parts = arn.split(":", 5)
    texts = BY_SERVICE.get(parts[2]) if len(parts) == 6 else None
    if texts is None:
        return None
    return together(arn, texts(twin, Named(arn, parts[3], owner, parts[5])))
