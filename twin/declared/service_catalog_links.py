"""Service Catalog: who and what is in a portfolio, constraints of launches, and tags to choose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog import PORTFOLIO, PRODUCT, found, table
from twin.declared.service_catalog_values import identifier, invalid
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

CONSTRAINT, TAG_OPTION = "Constraint", "TagOption"
_DETAIL = ("ConstraintId", "Type", "Description", "Owner", "ProductId", "PortfolioId")
_OPTION = ("Id", "Key", "Value", "Active", "Owner")


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    answers = {
        "AssociatePrincipalWithPortfolio": add_principal,
        "DisassociatePrincipalFromPortfolio": remove_principal,
        "ListPrincipalsForPortfolio": list_principals,
        "AssociateProductWithPortfolio": add_product,
        "DisassociateProductFromPortfolio": remove_product,
        "ListPortfoliosForProduct": list_portfolios,
        "CreateConstraint": create_constraint,
        "DescribeConstraint": describe_constraint,
        "UpdateConstraint": update_constraint,
        "DeleteConstraint": delete_constraint,
        "ListConstraintsForPortfolio": list_constraints,
        "CreateTagOption": create_option,
        "DescribeTagOption": describe_option,
        "UpdateTagOption": update_option,
        "DeleteTagOption": delete_option,
        "ListTagOptions": list_options,
        "AssociateTagOptionWithResource": add_option,
        "DisassociateTagOptionFromResource": remove_option,
        "ListResourcesForTagOption": list_resources,
    }
    for operation, answer in answers.items():
        registry.answers("servicecatalog", operation)(answer)


def add_principal(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Let somebody see a portfolio; again is no harm."""
    given = call.parameters
    principal = {"PrincipalARN": given["PrincipalARN"], "PrincipalType": given["PrincipalType"]}
    _add(twin, call, given["PortfolioId"], "Principals", principal)
    return {}


def remove_principal(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Show a portfolio to somebody no more."""
    given = call.parameters
    held = found(twin, call, PORTFOLIO, given["PortfolioId"])["Principals"]
    for principal in held:
        if principal["PrincipalARN"] == given["PrincipalARN"]:
            _remove(twin, call, given["PortfolioId"], "Principals", principal)
    return {}


def list_principals(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List who sees a portfolio."""
    return {
        "Principals": found(twin, call, PORTFOLIO, call.parameters["PortfolioId"])["Principals"]
    }


def add_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Put a product into a portfolio."""
    found(twin, call, PRODUCT, call.parameters["ProductId"])
    _add(twin, call, call.parameters["PortfolioId"], "Products", call.parameters["ProductId"])
    return {}


def remove_product(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Take a product out of a portfolio that has no constraint of it."""
    given = call.parameters
    for constraint in table(twin, call, CONSTRAINT).values():
        if all(constraint[key] == given[key] for key in ("ProductId", "PortfolioId")):
            text = f"Product {given['ProductId']} has constraints in {given['PortfolioId']}."
            raise ServiceError("ResourceInUseException", text, 400)
    _remove(twin, call, given["PortfolioId"], "Products", given["ProductId"])
    return {}


def list_portfolios(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the portfolios that a product is in."""
    name = call.parameters["ProductId"]
    found(twin, call, PRODUCT, name)
    keys = ("Id", "ARN", "DisplayName", "Description", "ProviderName", "CreatedTime")
    return {
        "PortfolioDetails": [
            {key: held[key] for key in keys}
            for held in table(twin, call, PORTFOLIO).values()
            if name in held["Products"]
        ]
    }


def create_constraint(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Constrain the launches of a product of a portfolio."""
    given = call.parameters
    if given["ProductId"] not in found(twin, call, PORTFOLIO, given["PortfolioId"])["Products"]:
        raise invalid(f"Product {given['ProductId']} is not in {given['PortfolioId']}.")
    _check(given["Type"], given["Parameters"])
    same = [
        held
        for held in table(twin, call, CONSTRAINT).values()
        if all(held[key] == given[key] for key in ("Type", "ProductId", "PortfolioId"))
    ]
    if same and given["Type"] == "LAUNCH":
        raise ServiceError("DuplicateResourceException", "There is a launch constraint.", 400)
    record: Record = {
        "ConstraintId": identifier("cons"),
        "Owner": call.account_id,
        "Description": given.get("Description") or "",
        **{key: given[key] for key in ("Type", "ProductId", "PortfolioId", "Parameters")},
    }
    table(twin, call, CONSTRAINT).put(record["ConstraintId"], record)
    return _constraint(record)


def describe_constraint(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a constraint."""
    return _constraint(found(twin, call, CONSTRAINT, call.parameters["Id"]))


def update_constraint(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change what a constraint says."""
    given = call.parameters
    held = found(twin, call, CONSTRAINT, given["Id"])
    changed: Record = {key: given[key] for key in ("Description", "Parameters") if key in given}
    _check(held["Type"], {**held, **changed}["Parameters"])
    record = table(twin, call, CONSTRAINT).change(given["Id"], lambda one: one.update(changed))
    return _constraint(record or {})


def delete_constraint(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Lift a constraint."""
    found(twin, call, CONSTRAINT, call.parameters["Id"])
    table(twin, call, CONSTRAINT).pop(call.parameters["Id"])
    return {}


def list_constraints(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the constraints of a portfolio, of all products or of one."""
    given = call.parameters
    return {
        "ConstraintDetails": [
            {key: held[key] for key in _DETAIL}
            for held in constraints_of(twin, call, given["PortfolioId"], given.get("ProductId"))
        ]
    }


def constraints_of(twin: Twin, call: Call, portfolio: str, product: str | None) -> list[Record]:
    """Return the constraints of a portfolio."""
    return [
        held
        for held in table(twin, call, CONSTRAINT).values()
        if held["PortfolioId"] == portfolio and product in (None, held["ProductId"])
    ]


def create_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Make a value of a tag that may be chosen."""
    key, value = call.parameters["Key"], call.parameters["Value"]
    for held in table(twin, call, TAG_OPTION).values():
        if (held["Key"], held["Value"]) == (key, value):
            raise ServiceError(
                "DuplicateResourceException", f"TagOption {key}={value} exists.", 400
            )
    record: Record = {
        "Id": identifier("tag"),
        "Key": key,
        "Value": value,
        "Active": True,
        "Owner": call.account_id,
    }
    table(twin, call, TAG_OPTION).put(record["Id"], record)
    return {"TagOptionDetail": record}


def describe_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a value of a tag."""
    return {"TagOptionDetail": found(twin, call, TAG_OPTION, call.parameters["Id"])}


def update_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change a value of a tag, or whether it may be chosen."""
    given = call.parameters
    found(twin, call, TAG_OPTION, given["Id"])
    changed: Record = {key: given[key] for key in ("Value", "Active") if key in given}
    record = table(twin, call, TAG_OPTION).change(given["Id"], lambda one: one.update(changed))
    return {"TagOptionDetail": record}


def delete_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Delete a value of a tag that nothing offers."""
    name = call.parameters["Id"]
    found(twin, call, TAG_OPTION, name)
    if any(name in held["TagOptions"] for held in table(twin, call, PORTFOLIO).values()):
        raise ServiceError("ResourceInUseException", f"TagOption {name} is in use.", 400)
    table(twin, call, TAG_OPTION).pop(name)
    return {}


def list_options(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List values of tags."""
    return {"TagOptionDetails": table(twin, call, TAG_OPTION).values()}


def add_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Offer a value of a tag to those who launch from a portfolio."""
    found(twin, call, TAG_OPTION, call.parameters["TagOptionId"])
    _add(twin, call, call.parameters["ResourceId"], "TagOptions", call.parameters["TagOptionId"])
    return {}


def remove_option(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Offer a value of a tag no more."""
    _remove(twin, call, call.parameters["ResourceId"], "TagOptions", call.parameters["TagOptionId"])
    return {}


def list_resources(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the portfolios that offer a value of a tag."""
    name = call.parameters["TagOptionId"]
    found(twin, call, TAG_OPTION, name)
    return {
        "ResourceDetails": [
            {
                "Id": held["Id"],
                "ARN": held["ARN"],
                "Name": held["DisplayName"],
                "Description": held["Description"],
                "CreatedTime": held["CreatedTime"],
            }
            for held in table(twin, call, PORTFOLIO).values()
            if name in held["TagOptions"]
        ]
    }


def _check(kind: str, text: str) -> None:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise invalid(f"Parameters of a constraint must be JSON: {error}") from error
    if kind == "LAUNCH" and len({"RoleArn", "LocalRoleName"} & set(said)) != 1:
        raise invalid("A launch constraint has either RoleArn or LocalRoleName.")
    if kind == "TEMPLATE" and not said.get("Rules"):
        raise invalid("A template constraint has Rules.")
    if kind not in ("LAUNCH", "TEMPLATE"):
        raise invalid(f"Constraints of type {kind} are not modelled.")


def _constraint(record: Record) -> Mapping[str, Any]:
    return {
        "ConstraintDetail": {key: record[key] for key in _DETAIL},
        "ConstraintParameters": record["Parameters"],
        "Status": "AVAILABLE",
    }


def _add(twin: Twin, call: Call, portfolio: str, member: str, value: Any) -> None:
    found(twin, call, PORTFOLIO, portfolio)

    def change(held: Record) -> None:
        if value not in held[member]:
            held[member].append(value)

    table(twin, call, PORTFOLIO).change(portfolio, change)


def _remove(twin: Twin, call: Call, portfolio: str, member: str, value: Any) -> None:
    found(twin, call, PORTFOLIO, portfolio)

    def change(held: Record) -> None:
        held[member] = [one for one in held[member] if one != value]

    table(twin, call, PORTFOLIO).change(portfolio, change)
