"""Service Catalog: portfolios and products, of which moto 5.2.5 holds too little.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog_templates import VERSION_MEMBERS, made_version
from twin.declared.service_catalog_values import identifier, in_use, invalid, missing, some
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

PORTFOLIO, PRODUCT = "Portfolio", "Product"
_PORTFOLIO = ("Id", "ARN", "DisplayName", "Description", "ProviderName", "CreatedTime")
_SUMMARY = (
    "Id", "ProductId", "Name", "Owner", "ShortDescription", "Type", "Distributor",
    "SupportDescription", "SupportEmail", "SupportUrl",
)  # fmt: skip


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    answers = {
        "CreatePortfolio": create_portfolio,
        "DescribePortfolio": describe_portfolio,
        "UpdatePortfolio": update_portfolio,
        "DeletePortfolio": delete_portfolio,
        "ListPortfolios": list_portfolios,
        "CreateProduct": create_product,
        "DescribeProductAsAdmin": describe_product,
        "UpdateProduct": update_product,
        "DeleteProduct": delete_product,
        "SearchProductsAsAdmin": search_products,
    }
    for operation, answer in answers.items():
        registry.answers("servicecatalog", operation)(answer)


def table(twin: Twin, call: Call, noun: str) -> Table:
    """Return the records of a kind in the caller's account and region."""
    return twin.table(f"servicecatalog/{noun}", call.account_id, call.region)


def found(twin: Twin, call: Call, noun: str, name: object) -> Record:
    """Return a record; raises ResourceNotFoundException where there is none."""
    record = table(twin, call, noun).get(str(name))
    if record is None:
        raise missing(noun, name)
    return record


def create_portfolio(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Make an empty portfolio."""
    given, name = call.parameters, identifier("port")
    record: Record = {
        "Id": name,
        "ARN": f"arn:aws:catalog:{call.region}:{call.account_id}:portfolio/{name}",
        "CreatedTime": twin.now(),
        "Tags": list(given.get("Tags") or ()),
        "Principals": [],
        "Products": [],
        "TagOptions": [],
    } | {key: given.get(key) or "" for key in ("DisplayName", "Description", "ProviderName")}
    table(twin, call, PORTFOLIO).put(name, record)
    return _portfolio(record)


def describe_portfolio(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a portfolio."""
    return _portfolio(found(twin, call, PORTFOLIO, call.parameters["Id"]))


def update_portfolio(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change names and tags of a portfolio."""
    given = call.parameters
    found(twin, call, PORTFOLIO, given["Id"])
    named = {key: given[key] for key in _PORTFOLIO[2:5] if key in given}
    record = table(twin, call, PORTFOLIO).change(
        given["Id"], lambda held: _retag(held, given, named)
    )
    return _portfolio(record or {})


def delete_portfolio(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Delete a portfolio that holds nothing."""
    record = found(twin, call, PORTFOLIO, call.parameters["Id"])
    if record["Principals"] or record["Products"] or record["TagOptions"]:
        raise in_use(PORTFOLIO, record["Id"])
    table(twin, call, PORTFOLIO).pop(record["Id"])
    return {}


def list_portfolios(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List portfolios."""
    held = table(twin, call, PORTFOLIO).values()
    return {"PortfolioDetails": [some(record, _PORTFOLIO) for record in held]}


def create_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Make a product with its first version."""
    given, name = call.parameters, identifier("prod")
    first = given.get("ProvisioningArtifactParameters")
    if not first:
        raise invalid("A product needs ProvisioningArtifactParameters.")
    record: Record = {
        **{key: given[key] for key in _SUMMARY if key in given},
        "Id": f"prodview-{name.removeprefix('prod-')}",
        "ProductId": name,
        "Type": given["ProductType"],
        "ShortDescription": given.get("Description") or "",
        "ARN": f"arn:aws:catalog:{call.region}:{call.account_id}:product/{name}",
        "CreatedTime": twin.now(),
        "Tags": list(given.get("Tags") or ()),
        "Versions": [made_version(twin, call, first)],
    }
    table(twin, call, PRODUCT).put(name, record)
    version = record["Versions"][0]
    return _product(record) | {"ProvisioningArtifactDetail": some(version, VERSION_MEMBERS)}


def describe_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a product with its versions."""
    record = found(twin, call, PRODUCT, call.parameters.get("Id"))
    return _product(record) | {
        "ProvisioningArtifactSummaries": [
            some(version, ("Id", "Name", "Description", "CreatedTime"))
            for version in record["Versions"]
        ]
    }


def update_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change names and tags of a product."""
    given = call.parameters
    found(twin, call, PRODUCT, given["Id"])
    named = {key: given[key] for key in _SUMMARY[2:] if key in given}
    if "Description" in given:
        named["ShortDescription"] = given["Description"]
    record = table(twin, call, PRODUCT).change(given["Id"], lambda held: _retag(held, given, named))
    return _product(record or {})


def delete_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Delete a product that is in no portfolio."""
    name = call.parameters["Id"]
    found(twin, call, PRODUCT, name)
    if any(name in held["Products"] for held in table(twin, call, PORTFOLIO).values()):
        raise in_use(PRODUCT, name)
    table(twin, call, PRODUCT).pop(name)
    return {}


def search_products(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List all products."""
    held = table(twin, call, PRODUCT).values()
    return {"ProductViewDetails": [_product(record)["ProductViewDetail"] for record in held]}


def _retag(record: Record, given: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    removed = set(given.get("RemoveTags") or ())
    added = list(given.get("AddTags") or ())
    replaced = removed | {tag["Key"] for tag in added}
    record["Tags"] = [tag for tag in record["Tags"] if tag["Key"] not in replaced] + added
    record.update(changed)


def _portfolio(record: Record) -> Mapping[str, Any]:
    return {"PortfolioDetail": some(record, _PORTFOLIO), "Tags": record["Tags"]}


def _product(record: Record) -> dict[str, Any]:
    return {
        "ProductViewDetail": {
            "ProductViewSummary": some(record, _SUMMARY),
            "Status": "AVAILABLE",
            "ProductARN": record["ARN"],
            "CreatedTime": record["CreatedTime"],
        },
        "Tags": record["Tags"],
    }
