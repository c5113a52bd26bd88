"""Portfolios, products, domains and guardrails that a run left behind are found."""

from __future__ import annotations

from typing import Any

from tests.scripts.leftovers.accounts import PretendedAccount, tags
from tests.scripts.leftovers.listed import Listed, found_in


def test_a_portfolio_is_found_by_name_and_tags(account: PretendedAccount) -> None:
    made = account.client("servicecatalog").create_portfolio(
        DisplayName="data", ProviderName="gatehouse", IdempotencyToken="x", Tags=tags()
    )["PortfolioDetail"]["Id"]
    like: dict[str, Any] = {"name": "data", "provider_name": "gatehouse"}
    assert account.found("aws_servicecatalog_portfolio", **like) == made
    assert account.found("aws_servicecatalog_portfolio", **like, tags_all={}) is None


def test_a_product_and_its_versions_are_found() -> None:
    summary = {"ProductId": "prod-1", "Name": "experiment", "Owner": "gatehouse", "Type": "T"}
    catalog = Listed(
        search_products_as_admin={"ProductViewDetails": [{"ProductViewSummary": summary}]},
        describe_product_as_admin={
            "Tags": tags(),
            "ProvisioningArtifactSummaries": [{"Id": "pa-1", "Name": "v1"}],
        },
    )
    product = "aws_servicecatalog_product"
    like = {"name": "experiment", "owner": "gatehouse", "type": "T"}
    assert found_in(catalog, product, **like) == "prod-1"
    assert found_in(catalog, product, **like | {"name": "other"}) is None
    version = "aws_servicecatalog_provisioning_artifact"
    assert found_in(catalog, version, product_id="prod-1", name="v1") == "pa-1:prod-1"
    assert found_in(catalog, version, product_id="prod-1", name="v2") is None


def test_a_tag_option_is_found_by_key_and_value() -> None:
    catalog = Listed(
        list_tag_options={"TagOptionDetails": [{"Id": "tag-1", "Key": "owner", "Value": "lena"}]}
    )
    kind = "aws_servicecatalog_tag_option"
    assert found_in(catalog, kind, key="owner", value="lena") == "tag-1"
    assert found_in(catalog, kind, key="owner", value="milo") is None


def test_a_constraint_is_found_by_what_it_says_however_that_is_spelled() -> None:
    catalog = Listed(
        list_constraints_for_portfolio={
            "ConstraintDetails": [{"ConstraintId": "cons-1", "Type": "LAUNCH"}]
        },
        describe_constraint={"ConstraintParameters": '{ "LocalRoleName": "launch" }'},
    )
    like = {"portfolio_id": "port-1", "product_id": "prod-1", "type": "LAUNCH"}
    kind = "aws_servicecatalog_constraint"
    assert found_in(catalog, kind, **like, parameters='{"LocalRoleName":"launch"}') == "cons-1"
    assert found_in(catalog, kind, **like, parameters='{"LocalRoleName":"other"}') is None
    assert found_in(catalog, kind, type="LAUNCH", parameters="{}") is None


def test_a_domain_is_found_by_name_and_tags_unless_it_is_going() -> None:
    domain = {"DomainId": "d-1", "DomainName": "data", "DomainArn": "arn:d", "Status": "InService"}
    kind = "aws_sagemaker_domain"

    def listed(**changed: str) -> Listed:
        return Listed(list_domains={"Domains": [domain | changed]}, list_tags={"Tags": tags()})

    assert found_in(listed(), kind, domain_name="data") == "d-1"
    assert found_in(listed(), kind, domain_name="other") is None
    assert found_in(listed(Status="Deleting"), kind, domain_name="data") is None


def test_a_guardrail_is_found_by_its_name(account: PretendedAccount) -> None:
    client = account.client("organizations")
    client.create_organization(FeatureSet="ALL")
    made = client.create_policy(
        Content="{}", Description="-", Name="guard", Type="SERVICE_CONTROL_POLICY"
    )["Policy"]["PolicySummary"]["Id"]
    kind = "aws_organizations_policy"
    assert account.found(kind, name="guard", type="SERVICE_CONTROL_POLICY") == made
    assert account.found(kind, name="other", type="SERVICE_CONTROL_POLICY") is None
