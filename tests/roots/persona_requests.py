"""Decides what somebody tries over every policy of a plan that bears on it, and the guardrails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipelines.naming import Naming, partition_of
from pipelines.organization import Account
from policies.guardrails import rendering
from policies.iam import (
    Decision,
    Layers,
    Policy,
    Principal,
    Request,
    Resource,
    decide,
    parse_policy,
)
from tests.policies.guardrails.guardrails import naming, tokens
from tests.roots.persona_tables import Row, Table
from tests.roots.plans import CHECKOUT, RootPlan

_GUARDRAILS = CHECKOUT / "policies" / "guardrails"
_EVERYTHING = parse_policy(
    "FullAWSAccess",
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}],
    },
)
# The endpoint that a service's requests pass, where it is not called as the service is.
_ENDPOINTS = {"ecr": "ecr.api", "sagemaker": "sagemaker.api"}
_TOKEN = re.compile(r"<(s3|key):([a-z-]+)>")


def outcome(plan: RootPlan, root: str, table: Table, row: Row, *, guarded: bool) -> Decision:
    """Decide what a row tries in an account, with or without guardrails and endpoint policies."""
    names = naming()
    account = names.organization.account(root)
    role = _role(names, root, table)
    resource = _expand(row.resource, names, root)
    endpoint = None if row.outside else _endpoint(plan, row.action.split(":")[0])
    # What a row says of its key counts, such as for which service it is used.
    context = _key(row, names, root) | _context(account, table, row, inside=endpoint is not None)
    request = Request.of(
        Principal.role(role, row.source_identity or "session"),
        row.action,
        resource,
        context,
        resource_account=account.id,
    )
    layers = Layers(
        identity=identity_policies(plan, role),
        boundary=rendered_boundary(account, "persona"),
        resource=_own_policy(plan, row, resource),
        resource_counts=Resource.DECISIVE
        if row.resource.startswith("<key:")
        else Resource.ORDINARY,
    )
    if guarded:
        layers = replace(
            layers,
            service_control=((_EVERYTHING, *_controls("service-control", account)),),
            resource_control=((_EVERYTHING, *_controls("resource-control", account)),),
            endpoint=endpoint,
        )
    return decide(request, layers)


def _role(names: Naming, root: str, table: Table) -> str:
    if table.role == "studio":
        return names.studio_role_arn(root, table.person)
    return names.role_arn(root, table.role)


def _expand(text: str, names: Naming, root: str) -> str:
    account = names.organization.account(root)
    arn = f"arn:{partition_of(account.region)}"

    def named(match: re.Match[str]) -> str:
        kind, purpose = match.groups()
        if kind == "s3":
            return f"{arn}:s3:::{names.account_prefix(root)}-{purpose}-{account.id}"
        return f"{arn}:kms:{account.region}:{account.id}:key/{purpose}"

    text = _TOKEN.sub(named, text)
    text = re.sub(r"<arn:([a-z-]+)>", rf"{arn}:\1:{account.region}:{account.id}", text)
    return text.replace("<id>", account.id).replace("<prefix>", names.account_prefix(root))


def _context(account: Account, table: Table, row: Row, *, inside: bool) -> dict[str, Any]:
    organization = naming().organization.id
    context: dict[str, Any] = {
        "aws:PrincipalOrgID": organization,
        "aws:RequestedRegion": account.region,
        "aws:ResourceAccount": account.id,
        "aws:ResourceOrgID": organization,
        "aws:SecureTransport": True,
        "aws:ViaAWSService": False,
        "s3:TlsVersion": "1.3",
    }
    if row.source_identity is not None:
        context["aws:SourceIdentity"] = row.source_identity
    if table.role != "studio":
        context["aws:PrincipalTag/persona"] = table.role
    if inside:
        first = account.network.cidr.rpartition(".")[0]
        context |= {"aws:SourceVpce": "vpce-1", "aws:VpcSourceIp": f"{first}.9"}
        # Not every service says whose the endpoint is.
        if row.action.split(":")[0] in ("kms", "s3"):
            context |= {"aws:VpceAccount": account.id, "aws:VpceOrgID": organization}
    given = {key: _expand_value(value, account.name) for key, value in row.context.items()}
    return context | given


def _expand_value(value: Any, root: str) -> Any:
    if isinstance(value, str):
        return _expand(value, naming(), root)
    return [_expand(each, naming(), root) for each in value] if isinstance(value, list) else value


def _key(row: Row, names: Naming, root: str) -> dict[str, Any]:
    match = _TOKEN.fullmatch(row.resource)
    if match is None or match[1] != "key":
        return {}
    region = names.organization.account(root).region
    alias = f"alias/{names.account_prefix(root)}-{match[2]}"
    return {"kms:ResourceAliases": [alias], "kms:ViaService": f"s3.{region}.amazonaws.com"}


def identity_policies(plan: RootPlan, role: str) -> tuple[Policy, ...]:
    """Return the policies of a role by its ARN."""
    name = role.rpartition("/")[2]
    return tuple(
        parse_policy(found.address, json.loads(found.values["policy"]))
        for found in plan.of_type("aws_iam_role_policy")
        if found.values["role"] == name
    )


def _tokens(account: Account) -> dict[str, str | list[str]]:
    return tokens() | {"account-id": account.id, "region": account.region}


def rendered_boundary(account: Account, name: str) -> Policy:
    """Return the boundary of a class of roles in an account."""
    path = _GUARDRAILS / "boundaries" / f"{name}.json"
    document = rendering.render(path.stem, path.read_text("utf-8"), _tokens(account))
    return parse_policy(path.stem, document)


def _controls(kind: str, account: Account) -> tuple[Policy, ...]:
    tokens = _tokens(account)
    return tuple(
        parse_policy(group.name, json.loads(rendering.render_group(_GUARDRAILS, group, tokens)))
        for group in rendering.read_groups(_GUARDRAILS)
        if group.kind == kind and account.kind.value in group.units
    )


def _endpoint(plan: RootPlan, service: str) -> Policy | None:
    wanted = rf"com\.amazonaws\.[a-z0-9-]+\.{re.escape(_ENDPOINTS.get(service, service))}"
    for found in plan.of_type("aws_vpc_endpoint"):
        if re.fullmatch(wanted, found.values["service_name"]):
            return parse_policy(found.address, json.loads(found.values["policy"]))
    return None


def _own_policy(plan: RootPlan, row: Row, resource: str) -> Policy | None:
    if row.resource.startswith("<key:"):
        alias = row.resource.removeprefix("<key:").removesuffix(">")
        return _policy(plan, "aws_kms_key", "policy", lambda text, where: f'["{alias}"]' in where)
    if resource.startswith("arn:aws:s3"):
        bucket = '"' + resource.split("/")[0] + '"'
        return _policy(plan, "aws_s3_bucket_policy", "policy", lambda text, _: bucket in text)
    if ":model-package" in resource:
        group = resource.split("/")[1]
        wanted = f"/{group}"
        return _policy(
            plan,
            "aws_sagemaker_model_package_group_policy",
            "resource_policy",
            lambda text, _: wanted in text,
        )
    return None


def _policy(
    plan: RootPlan, kind: str, attribute: str, matches: Callable[[str, str], bool]
) -> Policy | None:
    for found in plan.of_type(kind):
        text = found.values.get(attribute)
        if text and matches(text, found.address):
            return parse_policy(found.address, json.loads(text))
    return None
