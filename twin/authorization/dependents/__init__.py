"""What a service checks beside a request itself: what it does for its caller, or as itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from twin.authorization.dependents import (
    deliveries,
    linked_roles,
    messages,
    networks,
    passed_roles,
    s3,
    sagemaker,
    stores,
)
from twin.authorization.dependents.dependent import Dependent
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

__all__ = ["Dependent", "dependents", "tellers_of"]

_Tell = Callable[["Twin", Call], tuple[Dependent, ...]]

# Roles passed and roles linked to services are no matter of one service.
_OF_ALL: tuple[_Tell, ...] = (passed_roles.passed_roles, linked_roles.linked_roles)
_OF_SERVICE: Mapping[str, tuple[_Tell, ...]] = {
    "cloudtrail": (deliveries.cloudtrail,),
    "codeartifact": (stores.codeartifact, stores.packages),
    "dynamodb": (stores.dynamodb,),
    "ec2": (networks.endpoints, deliveries.flow_logs),
    "ecr": (stores.ecr,),
    "lambda": (stores.functions, networks.functions),
    "logs": (deliveries.logs,),
    "route53resolver": (networks.resolver, deliveries.query_logs),
    "s3": (s3.s3, deliveries.access_logs),
    "sagemaker": (sagemaker.sagemaker,),
    "secretsmanager": (stores.secrets,),
    "sns": (messages.sns,),
    "sqs": (messages.sqs,),
    "ssm": (stores.parameters,),
}


def dependents(twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the requests that the service makes, or the permissions that it asks about, because
    of this one; each must be allowed too.
    """
    tells = (*_OF_SERVICE.get(call.service, ()), *_OF_ALL)
    return tuple(one for tell in tells for one in tell(twin, call))


def tellers_of(service: str) -> tuple[str, ...]:
    """Return the names of what tells dependents of one service's requests, as module.function."""
    tells = _OF_SERVICE.get(service, ())
    return tuple(f"{tell.__module__.rpartition('.')[2]}.{tell.__name__}" for tell in tells)
