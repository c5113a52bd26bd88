"""Portfolios, products and what belongs to them; Studio's domain; guardrails of the organisation.

Service Catalog lets two products have one name; SageMaker two domains.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Operations_AWS_Service_Catalog.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.inventory.scope import Clients, pages
from scripts.leftovers.finder import Finder, Values, agrees, bears, knows, planned_tags

_SERVICE = "servicecatalog"


def _portfolio(clients: Clients, values: Values) -> Iterator[str]:
    client = clients(_SERVICE)
    for page in pages(client, "list_portfolios"):
        for found in page["PortfolioDetails"]:
            if agrees(values, found, {"name": "DisplayName", "provider_name": "ProviderName"}):
                told = client.describe_portfolio(Id=found["Id"])
                if bears(told.get("Tags", []), values):
                    yield str(found["Id"])


def _product(clients: Clients, values: Values) -> Iterator[str]:
    client = clients(_SERVICE)
    for page in pages(client, "search_products_as_admin"):
        for found in page["ProductViewDetails"]:
            summary = found["ProductViewSummary"]
            if agrees(values, summary, {"name": "Name", "owner": "Owner", "type": "Type"}):
                told = client.describe_product_as_admin(Id=summary["ProductId"])
                if bears(told.get("Tags", []), values):
                    yield str(summary["ProductId"])


def _version(clients: Clients, values: Values) -> Iterator[str]:
    """Find the versions of a product by their name; the product is known, so it is ours."""
    if not knows(values, "product_id", "name"):
        return
    product = values["product_id"]
    told = clients(_SERVICE).describe_product_as_admin(Id=product)
    for found in told.get("ProvisioningArtifactSummaries", []):
        if found.get("Name") == values["name"]:
            yield f"{found['Id']}:{product}"


def _tag_option(clients: Clients, values: Values) -> Iterator[str]:
    """Find the option of a key and a value: an account has one at most."""
    wanted = {"Key": values["key"], "Value": values["value"]}
    for page in pages(clients(_SERVICE), "list_tag_options", Filters=wanted):
        for found in page["TagOptionDetails"]:
            if agrees(values, found, {"key": "Key", "value": "Value"}):
                yield str(found["Id"])


def _constraint(clients: Clients, values: Values) -> Iterator[str]:
    """Find the constraints of a product in a portfolio that say the same."""
    if not knows(values, "portfolio_id", "product_id", "parameters"):
        return
    client = clients(_SERVICE)
    request = {"PortfolioId": values["portfolio_id"], "ProductId": values["product_id"]}
    for page in pages(client, "list_constraints_for_portfolio", **request):
        for found in page["ConstraintDetails"]:
            identifier = str(found["ConstraintId"])
            if found.get("Type") != values["type"]:
                continue
            told = client.describe_constraint(Id=identifier)
            if _parsed(told.get("ConstraintParameters")) == _parsed(values["parameters"]):
                yield identifier


def _domain(clients: Clients, values: Values) -> Iterator[str]:
    if not planned_tags(values):
        return
    client = clients("sagemaker")
    for page in pages(client, "list_domains"):
        for found in page["Domains"]:
            if found["DomainName"] != values["domain_name"] or found["Status"] == "Deleting":
                continue
            tags = [
                tag
                for page in pages(client, "list_tags", ResourceArn=found["DomainArn"])
                for tag in page["Tags"]
            ]
            if bears(tags, values):
                yield str(found["DomainId"])


def _guardrail(clients: Clients, values: Values) -> Iterator[str]:
    """Find the organisation's policy of a name: there is one at most of each type."""
    for page in pages(clients("organizations"), "list_policies", Filter=values["type"]):
        for found in page["Policies"]:
            if found.get("Name") == values["name"]:
                yield str(found["Id"])


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


FINDERS: Mapping[str, Finder] = {
    "aws_organizations_policy": _guardrail,
    "aws_sagemaker_domain": _domain,
    "aws_servicecatalog_constraint": _constraint,
    "aws_servicecatalog_portfolio": _portfolio,
    "aws_servicecatalog_product": _product,
    "aws_servicecatalog_provisioning_artifact": _version,
    "aws_servicecatalog_tag_option": _tag_option,
}
