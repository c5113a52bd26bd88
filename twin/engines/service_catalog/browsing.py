"""What somebody who launches may see: products of their portfolios, launches and their records.

The rule of AWS that asks of whom a launch is (``servicecatalog:userLevel``) stands in identity
policies, which the twin does not decide; what is in no portfolio of the caller's is not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog import (
    PORTFOLIO,
    PRODUCT,
    describe_product,
    found,
    table,
)
from twin.declared.service_catalog_links import TAG_OPTION, constraints_of
from twin.declared.service_catalog_values import missing
from twin.declared.service_catalog_versions import version_of
from twin.engines.service_catalog import template
from twin.engines.service_catalog.failures import LaunchFailure
from twin.engines.service_catalog.records import (
    PROVISIONED,
    RECORD,
    detail,
    product_attributes,
    product_detail,
    provisioned,
)
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    answers = {
        "SearchProducts": search_products,
        "DescribeProduct": describe,
        "ListLaunchPaths": list_paths,
        "DescribeProvisioningParameters": describe_parameters,
        "DescribeRecord": describe_record,
        "ListRecordHistory": list_records,
        "DescribeProvisionedProduct": describe_provisioned,
        "SearchProvisionedProducts": search_provisioned,
        "ScanProvisionedProducts": scan_provisioned,
        "GetProvisionedProductOutputs": get_outputs,
    }
    for operation, answer in answers.items():
        registry.answers("servicecatalog", operation)(answer)


def portfolios_of(twin: Twin, call: Call, product: str | None = None) -> list[Record]:
    """Return the portfolios that name the caller's role, and hold the product where given."""
    who = {call.caller.role_arn, call.caller.arn}
    return [
        held
        for held in table(twin, call, PORTFOLIO).values()
        if any(one["PrincipalARN"] in who for one in held["Principals"])
        and (product is None or product in held["Products"])
    ]


def product_named(twin: Twin, call: Call, given: Mapping[str, Any]) -> Record:
    """Return a product that the caller may launch, by id or name."""
    wanted_id = given.get("ProductId") or given.get("Id")
    wanted_name = given.get("ProductName") or given.get("Name")
    for held in table(twin, call, PRODUCT).values():
        named = wanted_id in (held["ProductId"], held["Id"]) or (
            wanted_id is None and held["Name"] == wanted_name
        )
        if named and portfolios_of(twin, call, held["ProductId"]):
            return held
    raise missing(PRODUCT, wanted_id or wanted_name)


def version_named(twin: Twin, call: Call, product: Record, given: Mapping[str, Any]) -> Record:
    """Return a version of a product by id or name."""
    name = given.get("ProvisioningArtifactName")
    for version in product["Versions"]:
        if name is not None and version["Name"] == name:
            return dict(version)
    wanted = given.get("ProvisioningArtifactId")
    named = {"ProductId": product["ProductId"], "ProvisioningArtifactId": wanted or name}
    return version_of(twin, call, named)


def options_of(twin: Twin, call: Call, portfolio: Record) -> dict[str, list[str]]:
    """Return the values of tags that a portfolio offers, by tag."""
    offered: dict[str, list[str]] = {}
    for name in portfolio["TagOptions"]:
        option = found(twin, call, TAG_OPTION, name)
        if option["Active"]:
            offered.setdefault(option["Key"], []).append(option["Value"])
    return offered


def search_products(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the products that the caller may launch."""
    visible = {name for held in portfolios_of(twin, call) for name in held["Products"]}
    return {"ProductViewSummaries": [_summary(twin, call, name) for name in sorted(visible)]}


def describe(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a product that the caller may launch, with its active versions."""
    product = product_named(twin, call, call.parameters)
    return {
        "ProductViewSummary": _summary(twin, call, product["ProductId"]),
        "ProvisioningArtifacts": [
            {key: version[key] for key in ("Id", "Name", "Description", "CreatedTime", "Guidance")}
            for version in product["Versions"]
            if version["Active"]
        ],
    }


def list_paths(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the portfolios by which the caller may launch a product."""
    product = product_named(twin, call, call.parameters)["ProductId"]
    return {
        "LaunchPathSummaries": [
            {
                "Id": held["Id"],
                "Name": held["DisplayName"],
                "ConstraintSummaries": [
                    {"Type": one["Type"], "Description": one["Description"]}
                    for one in constraints_of(twin, call, held["Id"], product)
                ],
                "Tags": held["Tags"],
            }
            for held in portfolios_of(twin, call, product)
        ]
    }


def describe_parameters(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return what a launch asks for: parameters of the template, and tags to choose."""
    product = product_named(twin, call, call.parameters)
    version = version_named(twin, call, product, call.parameters)
    portfolio = portfolios_of(twin, call, product["ProductId"])[0]
    try:
        asked = template.parse(version["Template"]).parameters
    except LaunchFailure as failure:
        raise ServiceError("InvalidParametersException", failure.description, 400) from failure
    return {
        "ProvisioningArtifactParameters": [
            {
                "ParameterKey": name,
                "ParameterType": one["Type"],
                "DefaultValue": str(one.get("Default", "")),
                "Description": str(one.get("Description", "")),
                "IsNoEcho": bool(one.get("NoEcho", False)),
                "ParameterConstraints": {
                    "AllowedValues": [str(value) for value in one.get("AllowedValues") or ()],
                    "AllowedPattern": str(one.get("AllowedPattern", "")),
                },
            }
            for name, one in asked.items()
        ],
        "TagOptions": [
            {"Key": key, "Values": values}
            for key, values in options_of(twin, call, portfolio).items()
        ],
    }


def describe_record(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return the record of a launch or an ending, with what the launch tells."""
    record = found(twin, call, RECORD, call.parameters["Id"])
    return {"RecordDetail": detail(record), "RecordOutputs": _outputs(record)}


def list_records(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List records, the newest first."""
    held = table(twin, call, RECORD).values()
    return {"RecordDetails": [detail(record) for record in reversed(held)]}


def describe_provisioned(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return what was launched."""
    return {"ProvisionedProductDetail": product_detail(provisioned(twin, call, call.parameters))}


def search_provisioned(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List what was launched."""
    held = table(twin, call, PROVISIONED).values()
    found_all = [product_attributes(record) for record in held]
    return {"ProvisionedProducts": found_all, "TotalResultsCount": len(found_all)}


def scan_provisioned(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List what was launched, with less detail."""
    held = table(twin, call, PROVISIONED).values()
    return {"ProvisionedProducts": [product_detail(record) for record in held]}


def get_outputs(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return what a launch tells."""
    held = provisioned(twin, call, call.parameters)
    return {"Outputs": _outputs(found(twin, call, RECORD, held["LastRecordId"]))}


def _outputs(record: Record) -> list[dict[str, str]]:
    outputs = record.get("Outputs") or {}
    return [{"OutputKey": name, **output} for name, output in outputs.items()]


def _summary(twin: Twin, call: Call, name: str) -> Mapping[str, Any]:
    asked = Call(**{**vars(call), "parameters": {"Id": name}})
    summary: Mapping[str, Any] = describe_product(twin, asked)["ProductViewDetail"][
        "ProductViewSummary"
    ]
    return summary
