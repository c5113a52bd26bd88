"""Checks on what everything stands on: keys, endpoints of the network, builds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mls_check import Block, Fault, Pack

pack = Pack()

_SECRET = re.compile(r"(?i)(secret|passw(or)?d|token|credential|private_?key|api_?key|access_?key)")
_PLAIN = (None, "PLAINTEXT")


@pack.check(32, "A key belongs to one region and waits before it is gone", "aws_kms_key")
def key(resource: Block) -> Iterator[Fault]:
    """AWS waits 30 days where nothing is said; less is no time to notice."""
    if resource.get("multi_region") not in (None, False):
        yield resource.fault("multi_region", "must not be true")
    if resource.get("deletion_window_in_days") not in (None, 30):
        yield resource.fault("deletion_window_in_days", "must be 30")
    if resource.get("bypass_policy_lockout_safety_check") not in (None, False):
        yield resource.fault("bypass_policy_lockout_safety_check", "must not be true")


@pack.check(33, "An endpoint answers under the service's own name", "aws_vpc_endpoint")
def endpoint_names(endpoint: Block) -> Iterator[Fault]:
    """Otherwise clients resolve the public address. A gateway works by routes instead."""
    if endpoint.get("vpc_endpoint_type") in (None, "Gateway"):
        return
    if endpoint.get("private_dns_enabled") is not True:
        yield endpoint.fault("private_dns_enabled", "must be true")
    if endpoint.get("security_group_ids") is None:
        yield endpoint.fault("security_group_ids", "must name a group")


@pack.check(34, "An endpoint has a policy", "aws_vpc_endpoint")
def endpoint_policy(endpoint: Block) -> Iterator[Fault]:
    """AWS allows everybody everything where there is none."""
    if endpoint.get("policy") is None:
        yield endpoint.fault("policy", "must be set")


@pack.check(35, "A build is confined", "aws_codebuild_project")
def build(project: Block) -> Iterator[Fault]:
    """checkov's own checks of key and artefacts say nothing of a build without artefacts."""
    if project.get("encryption_key") is None:
        yield project.fault("encryption_key", "must be set")
    for name in ("artifacts", "secondary_artifacts"):
        for artefact in project.blocks(name):
            if artefact.get("encryption_disabled") not in (None, False):
                yield artefact.fault("encryption_disabled", "must not be true")
    network = project.only("vpc_config")
    for name in ("subnets", "security_group_ids"):
        if network.get(name) is None:
            yield network.fault(name, "must be set")
    if project.get("project_visibility") not in (None, "PRIVATE"):
        yield project.fault("project_visibility", "must be PRIVATE")
    if project.get("badge_enabled") not in (None, False):
        yield project.fault("badge_enabled", "must not be true")
    for variable in project.blocks("environment", "environment_variable"):
        if variable.get("type") in _PLAIN and _SECRET.search(str(variable.get("name"))):
            yield variable.fault("name", "must not be a secret in plain text")


@pack.check(36, "Settings of a function are encrypted", "aws_lambda_function")
def function_settings(function: Block) -> Iterator[Fault]:
    """checkov's own check says nothing of a function without settings."""
    settings = function.only("environment").get("variables")
    if settings is not None and function.get("kms_key_arn") is None:
        yield function.fault("kms_key_arn", "must be set where there are environment variables")


@pack.check(37, "A secret parameter has a key of our own", "aws_ssm_parameter")
def secret_parameter(parameter: Block) -> Iterator[Fault]:
    """A parameter that is no secret has no key, and its `key_id` is never known in a plan."""
    if parameter.get("type") not in ("String", "StringList") and parameter.get("key_id") is None:
        yield parameter.fault("key_id", "must be set for a SecureString")


@pack.check(38, "A function has its own share of concurrency", "aws_lambda_function")
def concurrency(function: Block) -> Iterator[Fault]:
    """A plan says -1 where nothing is reserved, which checkov's own check takes for a value."""
    reserved = function.get("reserved_concurrent_executions")
    if not isinstance(reserved, int | float) or reserved < 0:
        yield function.fault("reserved_concurrent_executions", "must be set")


# checkov-digest: 3046022100f00d460027687f04eab0a982d259cd64d802d4e679071718f45537f37c206c2702210086faea486aa4ee71c55dda1115cb1dc3549ad40b4d0cdc9a32c84dd120312170
