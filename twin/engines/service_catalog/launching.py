"""Launches a product and ends what was launched, as the launch role of its constraint.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog import table
from twin.declared.service_catalog_links import constraints_of
from twin.declared.service_catalog_templates import SERVICE
from twin.declared.service_catalog_values import identifier, invalid
from twin.engines.service_catalog import stack, template
from twin.engines.service_catalog.browsing import (
    options_of,
    portfolios_of,
    product_named,
    version_named,
)
from twin.engines.service_catalog.failures import LaunchFailure
from twin.engines.service_catalog.functions import check_rules
from twin.engines.service_catalog.records import PROVISIONED, RECORD, detail, provisioned
from twin.errors import ServiceError
from twin.network import of_service
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    registry.answers("servicecatalog", "ProvisionProduct")(provision)
    registry.answers("servicecatalog", "TerminateProvisionedProduct")(terminate)


def provision(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Begin a launch; its record tells how it ends."""
    given = call.parameters
    product = product_named(twin, call, given)
    version = version_named(twin, call, product, given)
    if not version["Active"] or version["Guidance"] == "DEPRECATED":
        raise invalid(f"Version {version['Name']} cannot be launched any more.")
    portfolio = _path(twin, call, product, given)
    tags = _tags(options_of(twin, call, portfolio), given)
    role_arn, rules = _constraints(twin, call, portfolio, product)
    name = str(given["ProvisionedProductName"])
    if any(held["Name"] == name for held in table(twin, call, PROVISIONED).values()):
        raise ServiceError("DuplicateResourceException", f"{name} exists already.", 400)
    held = _provisioned(twin, call, product, version, name, role_arn, tags)
    record = _record(twin, call, held, "PROVISION_PRODUCT", portfolio["Id"], tags)
    held |= {"LastRecordId": record["RecordId"], "LastProvisioningRecordId": record["RecordId"]}
    table(twin, call, PROVISIONED).put(held["Id"], held)
    values = {
        one["Key"]: str(one.get("Value", "")) for one in given.get("ProvisioningParameters") or ()
    }

    def work() -> Mapping[str, Any]:
        made = _make(twin, call, held, version["Template"], values, rules, tags)
        resources = [list(one) for one in made.resources]

        def done(one: Record) -> None:
            one.update(Status="AVAILABLE", Resources=resources)
            one["LastSuccessfulProvisioningRecordId"] = record["RecordId"]

        table(twin, call, PROVISIONED).change(held["Id"], done)
        return {"Outputs": made.outputs}

    _run(twin, call, held["Id"], record, work, "ERROR")
    return {"RecordDetail": detail(record)}


def terminate(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Begin to take away what was launched; it is gone when the record succeeds."""
    held = provisioned(twin, call, call.parameters)
    if held["Status"] == "UNDER_CHANGE":
        raise ServiceError("InvalidStateException", f"{held['Name']} is being changed.", 400)
    record = _record(twin, call, held, "TERMINATE_PROVISIONED_PRODUCT", held["PathId"], {})

    def begin(one: Record) -> None:
        one.update(Status="UNDER_CHANGE", LastRecordId=record["RecordId"])

    table(twin, call, PROVISIONED).change(held["Id"], begin)

    def work() -> Mapping[str, Any]:
        resources = [(str(n), str(k), str(p)) for n, k, p in held.get("Resources") or ()]
        stack.remove(resources, _clients(twin, call, held["LaunchRoleArn"], held["Id"]))
        table(twin, call, PROVISIONED).pop(held["Id"])
        return {}

    _run(twin, call, held["Id"], record, work, "TAINTED")
    return {"RecordDetail": detail(record)}


def _run(
    twin: Twin,
    call: Call,
    provisioned_id: str,
    record: Record,
    work: Callable[[], Mapping[str, Any]],
    failed_status: str,
) -> None:
    records = table(twin, call, RECORD)

    def guarded() -> None:
        records.change(record["RecordId"], lambda one: one.update(Status="IN_PROGRESS"))
        try:
            ended: dict[str, Any] = {"Status": "SUCCEEDED", **work()}
        except LaunchFailure as failure:
            error = {"Code": failure.code, "Description": failure.description}
            ended = {"Status": "FAILED", "RecordErrors": [error]}
            said = {"Status": failed_status, "StatusMessage": failure.description}
            table(twin, call, PROVISIONED).change(provisioned_id, lambda one: one.update(said))
        ended["UpdatedTime"] = twin.now()
        records.change(record["RecordId"], lambda one: one.update(ended))

    records.put(record["RecordId"], record)
    twin.background(f"service catalog {record['RecordId']}", guarded)


def _make(
    twin: Twin,
    call: Call,
    held: Record,
    text: str,
    given: Mapping[str, str],
    rules: list[str],
    tags: Mapping[str, str],
) -> stack.Stack:
    parsed = template.parse(text)
    values = template.values_of(parsed, given)
    for rule in rules:
        check_rules(rule, values)
    references: dict[str, Any] = {
        **values,
        "AWS::AccountId": call.account_id,
        "AWS::Partition": "aws",
        "AWS::Region": call.region,
        "AWS::StackId": held["PhysicalId"],
        "AWS::StackName": held["PhysicalId"].split("/")[1],
        "AWS::URLSuffix": "amazonaws.com",
    }
    clients = _clients(twin, call, held["LaunchRoleArn"], held["Id"])
    return stack.make(parsed, references, tags, clients)


def _clients(twin: Twin, call: Call, role_arn: str, session: str) -> Callable[[str], Any]:
    """Return clients that act as the launch role; LaunchFailure where it lets nobody in."""
    try:
        credentials = twin.service_session(
            role_arn, SERVICE, session, source_account=call.account_id
        )
    except ServiceError as error:
        raise LaunchFailure("AccessDenied", error.message) from error

    @functools.cache
    def client(service: str) -> Any:
        return twin.client(service, credentials, call.region, of_service(SERVICE))

    return client


def _path(twin: Twin, call: Call, product: Record, given: Mapping[str, Any]) -> Record:
    paths = portfolios_of(twin, call, product["ProductId"])
    wanted = given.get("PathId") or given.get("PathName")
    if wanted is not None:
        paths = [one for one in paths if wanted in (one["Id"], one["DisplayName"])]
    if len(paths) != 1:
        raise invalid(f"One path must be named, got {len(paths)} for {product['Name']}.")
    return paths[0]


def _tags(options: Mapping[str, list[str]], given: Mapping[str, Any]) -> dict[str, str]:
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in given.get("Tags") or ()}
    for key, values in options.items():
        if key not in tags and len(values) == 1:
            tags[key] = values[0]
        if tags.get(key) not in values:
            raise invalid(f"Tag {key} must be one of {', '.join(sorted(values))}.")
    return tags


def _constraints(
    twin: Twin, call: Call, portfolio: Record, product: Record
) -> tuple[str, list[str]]:
    """Return the launch role and the rules of the template; without a role nothing is launched."""
    role_arn, rules = "", []
    for one in constraints_of(twin, call, portfolio["Id"], product["ProductId"]):
        said = json.loads(one["Parameters"])
        if one["Type"] == "TEMPLATE":
            rules.append(one["Parameters"])
        elif "RoleArn" in said:
            role_arn = said["RoleArn"]
        else:
            role_arn = f"arn:aws:iam::{call.account_id}:role/{said['LocalRoleName']}"
    if not role_arn:
        raise invalid("Launches without a launch constraint are not modelled.")
    return role_arn, rules


def _provisioned(
    twin: Twin,
    call: Call,
    product: Record,
    version: Record,
    name: str,
    role_arn: str,
    tags: Mapping[str, str],
) -> Record:
    made = identifier("pp")
    where = f"{call.region}:{call.account_id}"
    return {
        "Id": made,
        "Name": name,
        "Arn": f"arn:aws:servicecatalog:{where}:stack/{name}/{made}",
        "PhysicalId": f"arn:aws:cloudformation:{where}:stack/SC-{call.account_id}-{made}/1",
        "Type": "CFN_STACK",
        "Status": "UNDER_CHANGE",
        "CreatedTime": twin.now(),
        "ProductId": product["ProductId"],
        "ProvisioningArtifactId": version["Id"],
        "PathId": "",
        "LaunchRoleArn": role_arn,
        "UserArn": call.caller.role_arn or call.caller.arn,
        "UserArnSession": call.caller.arn,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def _record(
    twin: Twin, call: Call, held: Record, kind: str, path: str, tags: Mapping[str, str]
) -> Record:
    now = twin.now()
    held["PathId"] = path
    return {
        "RecordId": identifier("rec"),
        "ProvisionedProductName": held["Name"],
        "ProvisionedProductId": held["Id"],
        "ProvisionedProductType": "CFN_STACK",
        "RecordType": kind,
        "Status": "CREATED",
        "CreatedTime": now,
        "UpdatedTime": now,
        "ProductId": held["ProductId"],
        "ProvisioningArtifactId": held["ProvisioningArtifactId"],
        "PathId": path,
        "RecordErrors": [],
        "RecordTags": [{"Key": key, "Value": value} for key, value in tags.items()],
        "LaunchRoleArn": held["LaunchRoleArn"],
        # Whose it was is asked for when what was launched is gone already.
        "UserArn": held["UserArn"],
        "UserArnSession": held["UserArnSession"],
    }
