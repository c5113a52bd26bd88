"""Keys of EC2, CodeBuild, Lambda, EventBridge, Service Catalog and the stores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, SOFIA, Asking

_HERE = f"{REGION}:{ACCOUNT}"
_EC2 = f"arn:aws:ec2:{_HERE}"


def test_a_new_interface_tells_the_network_of_each_part(ask: Asking) -> None:
    backend = ec2_backends[ACCOUNT][REGION]
    vpc = backend.create_vpc("10.0.0.0/16")
    subnet = backend.create_subnet(vpc.id, "10.0.1.0/24", availability_zone=f"{REGION}a")
    group = backend.create_security_group("jobs", "jobs", vpc_id=vpc.id)
    given = {"SubnetId": subnet.id, "Groups": [group.id]}
    action, network = "ec2:CreateNetworkInterface", (f"{_EC2}:vpc/{vpc.id}",)
    in_subnet = ask(action, f"{_EC2}:subnet/{subnet.id}", given)
    assert in_subnet["ec2:vpc"] == network
    assert in_subnet["ec2:subnetid"] == (subnet.id,)
    assert in_subnet["ec2:availabilityzone"] == (f"{REGION}a",)
    in_group = ask(action, f"{_EC2}:security-group/{group.id}", given)
    assert in_group["ec2:vpc"] == network
    assert in_group["ec2:securitygroupid"] == (group.id,)
    interface = ask(action, f"{_EC2}:network-interface/*", given)
    assert interface["ec2:vpc"] == network
    assert interface["ec2:subnet"] == (f"{_EC2}:subnet/{subnet.id}",)
    assert "ec2:networkinterfaceid" not in interface
    assert interface["ec2:region"] == (REGION,)


def test_an_interface_is_lent_to_the_service_that_is_named(ask: Asking) -> None:
    given = {"NetworkInterfaceId": "eni-1", "AwsService": "codebuild.amazonaws.com"}
    found = ask("ec2:CreateNetworkInterfacePermission", f"{_EC2}:network-interface/eni-1", given)
    assert found["ec2:authorizedservice"] == ("codebuild.amazonaws.com",)
    assert found["ec2:networkinterfaceid"] == ("eni-1",)


def test_tags_at_creation_name_what_creates(ask: Asking) -> None:
    arn = f"{_EC2}:vpc-endpoint/*"
    made = ask("ec2:CreateTags", arn, call="ec2:CreateVpcEndpoint")
    assert made["ec2:createaction"] == ("CreateVpcEndpoint",)
    assert "ec2:createaction" not in ask("ec2:CreateTags", arn)


def test_an_endpoint_tells_its_service(ask: Asking) -> None:
    name = f"com.amazonaws.{REGION}.s3"
    found = ask("ec2:CreateVpcEndpoint", f"{_EC2}:vpc-endpoint/*", {"ServiceName": name})
    assert found["ec2:vpceservicename"] == (name,)


def test_a_project_tells_what_it_is_made_of(ask: Asking) -> None:
    given = {
        "name": "build",
        "source": {"type": "S3", "location": "b/src.zip", "buildspec": "version: 0.2"},
        "environment": {
            "image": "image:1",
            "privilegedMode": True,
            "environmentVariables": [{"name": "STAGE", "value": "prod"}],
        },
        "serviceRole": "arn:aws:iam::1:role/r",
        "vpcConfig": {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "secondarySources": [
            {"sourceIdentifier": "Lib", "location": "b/lib", "auth": {"type": "OAUTH"}}
        ],
    }
    found = ask("codebuild:CreateProject", parameters=given)
    expected = {
        "source": "true",
        "source.location": "b/src.zip",
        "source.buildspec": "true",
        "environment": "true",
        "environment.image": "image:1",
        "environment.privilegedmode": "true",
        "environment.environmentvariables": "true",
        "environment.environmentvariables.name": "STAGE",
        "environment.environmentvariables/stage.value": "prod",
        "servicerole": "arn:aws:iam::1:role/r",
        "vpcconfig": "true",
        "vpcconfig.vpcid": "vpc-1",
        "vpcconfig.subnets": "subnet-1",
        "secondarysources": "true",
        "secondarysources.location": "b/lib",
        "secondarysources/lib.location": "b/lib",
        "secondarysources/lib.auth.type": "OAUTH",
    }
    for key, value in expected.items():
        assert found[f"codebuild:{key}"] == (value,), key
    assert "codebuild:artifacts" not in found


@pytest.mark.parametrize(
    ("override", "value", "key", "told"),
    [
        ("buildspecOverride", "version: 0.2", "source.buildspec", "true"),
        ("sourceLocationOverride", "b/evil.zip", "source.location", "b/evil.zip"),
        ("sourceTypeOverride", "S3", "source", "true"),
        ("imageOverride", "evil:1", "environment.image", "evil:1"),
        ("privilegedModeOverride", False, "environment.privilegedmode", "false"),
        ("serviceRoleOverride", "arn:r", "servicerole", "arn:r"),
        ("encryptionKeyOverride", "arn:k", "encryptionkey", "arn:k"),
        ("artifactsOverride", {"location": "b"}, "artifacts.location", "b"),
        ("secondarySourcesOverride", [], "secondarysources", "true"),
        (
            "environmentVariablesOverride",
            [{"name": "A", "value": "1"}],
            "environment.environmentvariables.name",
            "A",
        ),
    ],
)
def test_a_build_tells_what_it_puts_in_its_projects_place(
    ask: Asking, override: str, value: object, key: str, told: str
) -> None:
    found = ask("codebuild:StartBuild", parameters={"projectName": "p", override: value})
    assert found[f"codebuild:{key}"] == (told,)


def test_a_plain_build_tells_nothing_of_a_project(ask: Asking) -> None:
    found = ask("codebuild:StartBuild", parameters={"projectName": "p", "sourceVersion": "v1"})
    assert not any(key.startswith("codebuild:") for key in found)


def test_keys_of_a_build_tell_which_build_holds_them(ask: Asking) -> None:
    arn = f"arn:aws:codebuild:{_HERE}:build/train:0c5b"
    ask.twin.table("codebuild/Build", ACCOUNT, REGION).put("train:0c5b", {"arn": arn})
    caller = replace(SOFIA, service="codebuild.amazonaws.com", session_name="AWSCodeBuild-0c5b")
    found = ask.by(caller=caller)("s3:GetObject", "arn:aws:s3:::b/k")
    assert found["codebuild:buildarn"] == (arn,)
    assert found["codebuild:projectarn"] == (f"arn:aws:codebuild:{_HERE}:project/train",)
    disguised = replace(SOFIA, session_name="AWSCodeBuild-0c5b")
    assert "codebuild:buildarn" not in ask.by(caller=disguised)("s3:ListAllMyBuckets")


def test_keys_of_a_function_tell_which_function_holds_them(ask: Asking) -> None:
    class Held:
        role = SOFIA.role_arn

    lambda_backends[ACCOUNT][REGION]._lambdas._functions["notify"] = {"latest": Held()}
    caller = replace(SOFIA, service="lambda.amazonaws.com", session_name="notify")
    found = ask.by(caller=caller)("ec2:DescribeSubnets")
    assert found["lambda:sourcefunctionarn"] == (f"arn:aws:lambda:{_HERE}:function:notify",)
    disguised = replace(SOFIA, session_name="notify")
    assert "lambda:sourcefunctionarn" not in ask.by(caller=disguised)("ec2:DescribeSubnets")


def test_a_function_tells_its_network_and_layers(ask: Asking) -> None:
    backend = ec2_backends[ACCOUNT][REGION]
    vpc = backend.create_vpc("10.0.0.0/16")
    subnet = backend.create_subnet(vpc.id, "10.0.1.0/24", availability_zone=f"{REGION}a")
    given = {
        "VpcConfig": {"SubnetIds": [subnet.id], "SecurityGroupIds": ["sg-1"]},
        "Layers": ["arn:aws:lambda:eu-west-1:1:layer:a:1"],
    }
    found = ask("lambda:CreateFunction", parameters=given)
    assert found["lambda:vpcids"] == (vpc.id,)
    assert found["lambda:subnetids"] == (subnet.id,)
    assert found["lambda:securitygroupids"] == ("sg-1",)
    assert found["lambda:layer"] == ("arn:aws:lambda:eu-west-1:1:layer:a:1",)


def test_a_permission_and_a_subscription_name_whom_they_serve(ask: Asking) -> None:
    permission = ask("lambda:AddPermission", parameters={"Principal": "events.amazonaws.com"})
    assert permission["lambda:principal"] == ("events.amazonaws.com",)
    subscribed = ask("sns:Subscribe", parameters={"Protocol": "email", "Endpoint": "a@b.example"})
    assert subscribed["sns:protocol"] == ("email",)
    assert subscribed["sns:endpoint"] == ("a@b.example",)


def test_events_and_rules_tell_sources_and_targets(ask: Asking) -> None:
    entries = [{"Source": "team.a", "DetailType": "Done"}, {"Source": "team.b"}]
    events = ask("events:PutEvents", parameters={"Entries": entries})
    assert events["events:source"] == ("team.a", "team.b")
    assert events["events:detail-type"] == ("Done",)
    pattern = '{"source": ["aws.s3"], "detail": {"service": ["EC2"]}}'
    rule = ask("events:PutRule", parameters={"EventPattern": pattern})
    assert rule["events:source"] == ("aws.s3",)
    assert rule["events:detail.service"] == ("EC2",)
    assert rule["events:creatoraccount"] == (ACCOUNT,)
    targets = ask("events:PutTargets", parameters={"Targets": [{"Id": "1", "Arn": "arn:t"}]})
    assert targets["events:targetarn"] == ("arn:t",)


def test_metrics_parameters_and_stacks_tell_what_decides_about_them(ask: Asking) -> None:
    metric = ask("cloudwatch:PutMetricData", parameters={"Namespace": "team/jobs"})
    assert metric["cloudwatch:namespace"] == ("team/jobs",)
    written = ask("ssm:PutParameter", parameters={"Name": "/a", "Overwrite": True})
    assert written["ssm:overwrite"] == ("true",)
    stack = ask("cloudformation:CreateStack", parameters={"RoleARN": "arn:r"})
    assert stack["cloudformation:rolearn"] == ("arn:r",)
    assert "cloudformation:rolearn" not in ask("cloudformation:CreateStack")


def test_a_secret_tells_its_key_and_versions(ask: Asking) -> None:
    made = ask("secretsmanager:CreateSecret", parameters={"Name": "db", "KmsKeyId": "alias/a"})
    assert made["secretsmanager:name"] == ("db",)
    assert made["secretsmanager:kmskeyid"] == ("alias/a",)
    assert made["secretsmanager:kmskeyarn"] == (f"arn:aws:kms:{_HERE}:alias/a",)
    read = ask("secretsmanager:GetSecretValue", parameters={"VersionStage": "AWSPREVIOUS"})
    assert read["secretsmanager:versionstage"] == ("AWSPREVIOUS",)


def test_a_product_is_the_callers_own_if_the_caller_launched_it(ask: Asking) -> None:
    held = {"Id": "pp-1", "Name": "nb", "UserArn": SOFIA.role_arn, "UserArnSession": SOFIA.arn}
    ask.twin.table("servicecatalog/ProvisionedProduct", ACCOUNT, REGION).put("pp-1", held)
    action, named = "servicecatalog:TerminateProvisionedProduct", {"ProvisionedProductId": "pp-1"}
    own = ask(action, parameters=named)
    assert own["servicecatalog:userlevel"] == ("self",)
    colleague = replace(SOFIA, arn=SOFIA.arn.replace("sofia", "jo"))
    shared = ask.by(caller=colleague)(action, parameters=named)
    assert "servicecatalog:userlevel" not in shared
    assert shared["servicecatalog:rolelevel"] == ("self",)
    assert shared["servicecatalog:accountlevel"] == ("self",)


def test_a_search_for_products_is_for_ones_own_unless_it_says_otherwise(ask: Asking) -> None:
    action = "servicecatalog:SearchProvisionedProducts"
    assert ask(action)["servicecatalog:userlevel"] == ("self",)
    wide = ask(action, parameters={"AccessLevelFilter": {"Key": "Account", "Value": "self"}})
    assert "servicecatalog:userlevel" not in wide
    assert wide["servicecatalog:accountlevel"] == ("self",)
