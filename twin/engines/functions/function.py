"""A function as moto holds it, as much of it as running it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends

from twin.errors import ServiceError
from twin.repairs import functions as kept
from twin.twin import Twin

_RUNTIMES = ("python3.",)
_RETRIES = 2


@dataclass(frozen=True)
class Function:
    """What is run, as whom, for how long, and what becomes of what fails."""

    account_id: str
    region: str
    name: str
    arn: str
    role_arn: str
    handler: str
    timeout_seconds: int
    memory: int
    version: str
    digest: str
    code: bytes = field(repr=False)
    variables: Mapping[str, str]
    log_group: str
    concurrency: int | None
    retries: int
    dead_letters: str | None
    on_failure: str | None
    network: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What an environment was made for: another code or role needs another environment."""
        variables = ",".join(f"{name}={value}" for name, value in sorted(self.variables.items()))
        network = repr(sorted(self.network.items()))
        return (
            self.arn,
            self.digest,
            self.role_arn,
            self.handler,
            variables,
            self.log_group,
            network,
        )


def find(twin: Twin, account_id: str, region: str, name: str) -> Function:
    """Return the function of a name or ARN.

    ServiceError ResourceNotFoundException where it does not exist, InvalidRuntimeException where
    the twin has nothing that could run it.
    """
    short = name.split(":function:", 1)[1].split(":", 1)[0] if ":function:" in name else name
    held = _held(account_id, region, short)
    if held is None:
        arn = f"arn:aws:lambda:{region}:{account_id}:function:{short}"
        raise ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)
    _runnable(held)
    settings = kept.settings(twin, account_id, region, short)
    logging = settings.get("LoggingConfig") or {}
    config = held.event_invoke_config[-1].config if held.event_invoke_config else {}
    retries = config.get("MaximumRetryAttempts")
    destinations = config.get("DestinationConfig") or {}
    return Function(
        account_id=account_id,
        region=region,
        name=short,
        arn=f"arn:aws:lambda:{region}:{account_id}:function:{short}",
        role_arn=str(held.role),
        handler=str(held.handler),
        timeout_seconds=int(held.timeout),
        memory=int(held.memory_size),
        version="$LATEST",
        digest=str(held.code_sha_256),
        code=bytes(held.code_bytes),
        variables=dict(held.environment_vars or {}),
        log_group=str(logging.get("LogGroup") or f"/aws/lambda/{short}"),
        concurrency=_whole(held.reserved_concurrency),
        retries=_RETRIES if retries is None else int(retries),
        dead_letters=(settings.get("DeadLetterConfig") or {}).get("TargetArn") or None,
        network=dict(settings.get("VpcConfig") or {}),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or None,
    )


def _runnable(held: LambdaFunction) -> None:
    if not str(held.run_time).startswith(_RUNTIMES) or held.package_type != "Zip":
        raise ServiceError(
            "InvalidRuntimeException",
            f"The twin runs functions of archives in Python only, not {held.run_time}",
            502,
        )


def _held(account_id: str, region: str, name: str) -> LambdaFunction | None:
    for function in lambda_backends[account_id][region].list_functions():
        if function.function_name == name:
            return function
    return None


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
