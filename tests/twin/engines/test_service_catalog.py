"""Products are launched as their launch role, all or nothing, and taken away again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab
from twin.identity import SessionRequest

_TEMPLATE = """
Parameters:
  Name: { Type: String, AllowedPattern: "^[a-z]{3,8}$" }
  Days: { Type: Number, Default: 30 }
Resources:
  Facts:
    Type: AWS::SSM::Parameter
    Properties:
      Name: { Fn::Sub: "/try/${Name}" }
      Type: String
      Value:
        Fn::Join: [",", [{ Ref: Log }, { Fn::GetAtt: [Log, Arn] }, "{{resolve:ssm:/try-key}}"]]
  Log:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "/try/${Name}/${AWS::Region}"
      RetentionInDays: !Ref Days
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties: { ModelPackageGroupName: !Sub "try-${Name}" }
Outputs:
  Group: { Value: !GetAtt Group.ModelPackageGroupArn }
"""
_RULES = {
    "Rules": {
        "Days": {
            "Assertions": [
                {
                    "Assert": {"Fn::Contains": [["30", "90"], {"Ref": "Days"}]},
                    "AssertDescription": "Days must be 30 or 90.",
                }
            ]
        }
    }
}


@dataclass(frozen=True)
class Shop:
    """A portfolio with one product, and somebody who may launch it."""

    lab: Lab
    admin: Any
    buyer: Any
    portfolio: str
    product: str

    def launch(self, name: str, version: str, **values: str) -> dict[str, Any]:
        """Launch and return the record at its end."""
        given = [{"Key": key, "Value": value} for key, value in values.items()]
        begun = self.buyer.provision_product(
            ProductId=self.product,
            ProvisioningArtifactName=version,
            ProvisionedProductName=name,
            ProvisioningParameters=given,
            ProvisionToken=name,
            Tags=[{"Key": "owner", "Value": "sofia"}],
        )
        return self.ended(begun["RecordDetail"]["RecordId"])

    def end(self, name: str) -> dict[str, Any]:
        """Terminate and return the record at its end."""
        begun = self.buyer.terminate_provisioned_product(
            ProvisionedProductName=name, TerminateToken=name
        )
        return self.ended(begun["RecordDetail"]["RecordId"])

    def ended(self, record: str) -> dict[str, Any]:
        """Wait for a record to end."""
        for _ in range(200):
            found: dict[str, Any] = self.buyer.describe_record(Id=record)
            if found["RecordDetail"]["Status"] in ("FAILED", "SUCCEEDED"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"{record} does not end")

    def add(self, version: str, template: str) -> None:
        """Add a version to the product."""
        self.lab.client("s3").put_object(
            Bucket="shop-templates", Key=version, Body=template.encode()
        )
        self.admin.create_provisioning_artifact(
            ProductId=self.product, Parameters=_version(version), IdempotencyToken=version
        )


@pytest.fixture(scope="module")
def shop(lab: Lab) -> Iterator[Shop]:
    admin, iam, s3 = lab.client("servicecatalog"), lab.client("iam"), lab.client("s3")
    lab.client("ssm").put_parameter(Name="/try-key", Value="key", Type="String")
    s3.create_bucket(Bucket="shop-templates")
    s3.put_object(Bucket="shop-templates", Key="first", Body=_TEMPLATE.encode())
    trusted = {"Service": "servicecatalog.amazonaws.com"}
    condition = {"StringEquals": {"aws:SourceAccount": TOOLS}}
    _role(iam, "try-launch", trusted, condition)
    _role(iam, "buyer", {"AWS": TOOLS}, {})
    portfolio = admin.create_portfolio(DisplayName="p", ProviderName="us", IdempotencyToken="p")
    port = portfolio["PortfolioDetail"]["Id"]
    made = admin.create_product(
        Name="try",
        Owner="us",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters=_version("first"),
        IdempotencyToken="q",
    )
    product = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    admin.associate_product_with_portfolio(ProductId=product, PortfolioId=port)
    buyer_arn = f"arn:aws:iam::{TOOLS}:role/buyer"
    admin.associate_principal_with_portfolio(
        PortfolioId=port, PrincipalARN=buyer_arn, PrincipalType="IAM"
    )
    for kind, said in (("LAUNCH", {"LocalRoleName": "try-launch"}), ("TEMPLATE", _RULES)):
        admin.create_constraint(
            PortfolioId=port,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(said),
            IdempotencyToken=kind,
        )
    for value in ("lena", "sofia"):
        option = admin.create_tag_option(Key="owner", Value=value)["TagOptionDetail"]["Id"]
        admin.associate_tag_option_with_resource(ResourceId=port, TagOptionId=option)
    session = lab.twin.identities.add_session(SessionRequest(buyer_arn, "sofia"))[1]
    buyer = lab.twin.client("servicecatalog", session, REGION)
    yield Shop(lab, admin, buyer, port, product)
    buyer.close()


def test_a_launch_makes_everything_as_the_launch_role_and_ending_takes_it_away(shop: Shop) -> None:
    launched = shop.launch("one", "first", Name="idea", Days="90")

    assert launched["RecordDetail"]["Status"] == "SUCCEEDED", launched
    outputs = {one["OutputKey"]: one["OutputValue"] for one in launched["RecordOutputs"]}
    assert outputs["Group"].endswith(":model-package-group/try-idea")
    log = f"/try/idea/{REGION}"
    value = shop.lab.client("ssm").get_parameter(Name="/try/idea")["Parameter"]["Value"]
    assert value.startswith(f"{log},arn:aws:logs:")
    assert value.endswith(",key")
    logs = shop.lab.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix=log)["logGroups"]
    assert group["retentionInDays"] == 90
    assert logs.list_tags_log_group(logGroupName=log)["tags"]["owner"] == "sofia"
    made_by = [
        str(entry["userIdentity"]["arn"])
        for entry in shop.lab.twin.audit.recent()
        if entry["eventName"] == "CreateLogGroup"
    ]
    assert made_by
    assert all(":assumed-role/try-launch/" in who for who in made_by)

    assert shop.end("one")["RecordDetail"]["Status"] == "SUCCEEDED"
    assert not logs.describe_log_groups(logGroupNamePrefix=log)["logGroups"]
    assert not shop.buyer.search_provisioned_products()["ProvisionedProducts"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"Name": "NO"}, "failed to satisfy constraint"),
        ({"Name": "idea", "Days": "31"}, "Days must be 30 or 90"),
        ({}, "must have values"),
        ({"Name": "idea", "Role": "admin"}, "do not exist in the template"),
    ],
)
def test_a_launch_that_breaks_a_rule_makes_nothing(
    shop: Shop, values: dict[str, str], said: str
) -> None:
    launched = shop.launch("two", "first", **values)

    assert launched["RecordDetail"]["Status"] == "FAILED"
    assert said in launched["RecordDetail"]["RecordErrors"][0]["Description"]
    assert shop.end("two")["RecordDetail"]["Status"] == "SUCCEEDED"


def test_what_was_made_is_taken_back_when_the_rest_fails(shop: Shop) -> None:
    shop.lab.client("sagemaker").create_model_package_group(ModelPackageGroupName="try-taken")

    launched = shop.launch("three", "first", Name="taken")

    assert launched["RecordDetail"]["Status"] == "FAILED"
    assert "[Group]" in launched["RecordDetail"]["RecordErrors"][0]["Description"]
    logs = shop.lab.client("logs").describe_log_groups(logGroupNamePrefix="/try/taken")
    assert not logs["logGroups"]
    shop.end("three")
    groups = shop.lab.client("sagemaker").list_model_package_groups()
    names = {one["ModelPackageGroupName"] for one in groups["ModelPackageGroupSummaryList"]}
    assert "try-taken" in names


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Resources: { A: { Type: 'AWS::IAM::Role' } }", "AWS::IAM::Role"),
        ("Resources: { A: { Type: 'AWS::SSM::Parameter', Condition: Yes } }", "Condition of"),
        (
            "Resources: { A: { Type: 'AWS::SSM::Parameter', Properties: "
            "{ Name: a, Type: String, Value: { Fn::ImportValue: x } } } }",
            "Fn::ImportValue",
        ),
    ],
)
def test_what_is_not_modelled_is_refused_by_its_name(shop: Shop, template: str, said: str) -> None:
    version = said.replace("::", "-").split(" ")[0]
    shop.add(version, "Parameters: { Days: { Type: Number, Default: 30 } }\n" + template)

    launched = shop.launch("four", version)

    assert launched["RecordDetail"]["Status"] == "FAILED"
    assert said in launched["RecordDetail"]["RecordErrors"][0]["Description"]
    shop.end("four")


def test_who_is_not_named_finds_nothing_and_an_owner_must_be_chosen(shop: Shop) -> None:
    with pytest.raises(ClientError, match="not found"):
        shop.admin.list_launch_paths(ProductId=shop.product)
    assert [one["Name"] for one in shop.buyer.search_products()["ProductViewSummaries"]] == ["try"]
    with pytest.raises(ClientError, match="Tag owner must be one of lena, sofia"):
        shop.buyer.provision_product(
            ProductId=shop.product,
            ProvisioningArtifactName="first",
            ProvisionedProductName="five",
            ProvisionToken="five",
        )
    asked = shop.buyer.describe_provisioning_parameters(
        ProductId=shop.product, ProvisioningArtifactName="first"
    )
    assert asked["TagOptions"] == [{"Key": "owner", "Values": ["lena", "sofia"]}]


def test_what_others_need_cannot_be_deleted(shop: Shop) -> None:
    for delete, name in (
        (shop.admin.delete_portfolio, shop.portfolio),
        (shop.admin.delete_product, shop.product),
    ):
        with pytest.raises(ClientError, match="in use"):
            delete(Id=name)


def _version(key: str) -> dict[str, Any]:
    url = f"https://shop-templates.s3.us-east-1.amazonaws.com/{key}"
    return {
        "Name": key,
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "Info": {"LoadTemplateFromURL": url},
    }


def _role(iam: Any, name: str, principal: dict[str, str], condition: dict[str, Any]) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": principal,
        "Condition": condition,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    granted = {"Version": "2012-10-17", "Statement": [everything]}
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(granted))
