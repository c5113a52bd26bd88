"""What is not known is not waved through: it raises, and says why; what can be found is found."""

from __future__ import annotations

from typing import Any

import pytest
from moto.config.models import config_backends
from moto.ec2.models import ec2_backends

from tests.twin.authorization.actions.calls import OTHER, OWN, REGION, call, pairs
from twin.authorization.actions import UnknownAction, asked
from twin.twin import Twin


@pytest.mark.parametrize(
    ("service", "operation", "given", "why"),
    [
        ("nothing", "DoIt", {}, "a service without a table"),
        ("sagemaker", "DoIt", {}, "no action sagemaker:DoIt in the reference"),
        ("lambda", "RunFunction", {}, "no action lambda:RunFunction in the reference"),
        ("sagemaker", "DeleteModel", {}, "nothing that names its resource"),
        (
            "sagemaker",
            "DeleteModel",
            {"ModelName": "arn:aws:elsewhere:eu-west-1:410000000001:model/x"},
            "an ARN of no kind",
        ),
        (
            "sagemaker",
            "DeleteModel",
            {"ModelName": "arn:aws:sagemaker:eu-west-1:410000000001:endpoint/x"},
            "an ARN of no kind",
        ),
        ("sagemaker", "AddTags", {"ResourceArn": "arn:aws:s3:::bucket"}, "an ARN of no kind"),
        ("sagemaker", "AddTags", {"ResourceArn": "*"}, "an ARN of no kind"),
        ("sagemaker", "UpdateModelPackage", {"ModelPackageArn": "arn:aws:x"}, "no ARN of a"),
        ("ec2", "AuthorizeSecurityGroupIngress", {"GroupName": "default"}, "by its name"),
        ("ec2", "CreateTags", {"Resources": ["what-1"]}, "an identifier of no kind"),
        ("ec2", "CreateTags", {"Resources": []}, "no identifiers"),
        ("lambda", "Invoke", {"FunctionName": "a:b:c:d:e"}, "no name of a function"),
        ("events", "PutRule", {"EventBusName": "arn:aws:sqs:x", "Name": "r"}, "no ARN of an event"),
        ("events", "PutRule", {}, "no name of a rule"),
        ("events", "PutEvents", {}, "parameters that cannot be read"),
        ("ssm", "AddTagsToResource", {"ResourceType": "What", "ResourceId": "x"}, "tags of a What"),
        ("ssm", "GetParameter", {"Name": "arn:aws:s3:::x"}, "no ARN of a parameter"),
        ("codebuild", "StartBuild", {"projectName": "arn:aws:s3:::x"}, "no ARN of a project"),
        ("resourcegroupstaggingapi", "TagResources", {"ResourceARNList": []}, "nothing to tag"),
        ("resourcegroupstaggingapi", "TagResources", {"ResourceARNList": ["x"]}, "tags of x"),
        (
            "resourcegroupstaggingapi",
            "UntagResources",
            {"ResourceARNList": ["arn:aws:kms:eu-west-1:410000000001:alias/x"]},
            "an ARN of no kind",
        ),
        ("iam", "UpdateUser", {}, "nothing that names its resource"),
        (
            "codeartifact",
            "CreateRepository",
            {"domain": "d", "domainOwner": OTHER, "repository": "r"},
            "a domain of another account",
        ),
    ],
)
def test_what_is_not_known_is_said_not_waved_through(
    twin: Twin, service: str, operation: str, given: dict[str, Any], why: str
) -> None:
    with pytest.raises(UnknownAction, match=why) as caught:
        asked(twin, call(service, operation, given))
    assert (caught.value.service, caught.value.operation) == (service, operation)


@pytest.mark.usefixtures("_accounts")
def test_an_association_is_asked_for_on_what_it_associates(twin: Twin) -> None:
    backend = ec2_backends[OWN][REGION]
    vpc = backend.create_vpc("10.0.0.0/16")
    subnet = backend.create_subnet(vpc.id, "10.0.0.0/24", availability_zone=f"{REGION}a")
    table = backend.create_route_table(vpc.id)
    association = backend.associate_route_table(table.id, subnet_id=subnet.id)
    acl = next(a for a in backend.network_acls.values() if a.vpc_id == vpc.id)
    (held,) = [k for k, v in acl._associations.items() if v.subnet_id == subnet.id]
    place = f"arn:aws:ec2:{REGION}:{OWN}"

    gone = call("ec2", "DisassociateRouteTable", {"AssociationId": association})
    assert pairs(twin, gone) == [
        ("ec2:DisassociateRouteTable", f"{place}:route-table/{table.id}"),
        ("ec2:DisassociateRouteTable", f"{place}:subnet/{subnet.id}"),
    ]
    given = {"AssociationId": held, "NetworkAclId": "acl-new"}
    assert pairs(twin, call("ec2", "ReplaceNetworkAclAssociation", given)) == [
        ("ec2:ReplaceNetworkAclAssociation", f"{place}:network-acl/acl-new"),
        ("ec2:ReplaceNetworkAclAssociation", f"{place}:subnet/{subnet.id}"),
    ]


@pytest.mark.usefixtures("_accounts")
def test_a_config_rule_is_asked_for_by_its_identifier(twin: Twin) -> None:
    source = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}
    rule = {"ConfigRuleName": "versions", "Source": source}
    backend = config_backends[OWN][REGION]
    backend.config_rules["versions"] = held = type(
        "Rule", (), {"config_rule_arn": f"arn:aws:config:{REGION}:{OWN}:config-rule/config-rule-1"}
    )()
    given = {"ConfigRuleName": "versions"}
    made = pairs(twin, call("config", "DeleteConfigRule", given))
    assert made == [("config:DeleteConfigRule", held.config_rule_arn)]
    assert pairs(twin, call("config", "PutConfigRule", {"ConfigRule": rule})) == [
        ("config:PutConfigRule", held.config_rule_arn)
    ]
    del backend.config_rules["versions"]
    new = f"arn:aws:config:{REGION}:{OWN}:config-rule/*"
    assert pairs(twin, call("config", "PutConfigRule", {"ConfigRule": rule})) == [
        ("config:PutConfigRule", new)
    ]
