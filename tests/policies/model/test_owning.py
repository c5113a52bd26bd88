"""What accounts own has the policies that bear on it, wherever the plan puts them."""

from __future__ import annotations

from policies.iam import Resource
from policies.model import Model, OwnedResource, PolicyLayer
from tests.policies.model.planned import (
    ACCOUNT,
    READING,
    document,
    model_of,
    problems_of,
    resource,
    role,
)

_DENY = {"Sid": "No", "Effect": "Deny", "Action": "*", "Principal": "*", "Resource": "*"}


def _only(model: Model, kind: str) -> OwnedResource:
    (found,) = model.owned_of(kind)
    return found


def _sids(owned: OwnedResource) -> list[str]:
    return [each.sid for each in owned.policy.statements] if owned.policy else []


def test_a_bucket_policy_is_its_buckets_by_name_or_by_reference() -> None:
    bucket = resource("aws_s3_bucket.it", {"bucket": "gatehouse-staging-data-222222222222"})
    named = {"bucket": "gatehouse-staging-data-222222222222", "policy": document(_DENY)}
    referring = resource(
        "aws_s3_bucket_policy.it", {"policy": document(_DENY)}, {"bucket": ["aws_s3_bucket.it.id"]}
    )
    for policy in (resource("aws_s3_bucket_policy.it", named), referring):
        model = model_of(bucket, policy)
        owned = _only(model, "bucket")
        assert (_sids(owned), owned.purpose, problems_of(model)) == (["No"], "data", [])
        assert owned.arns == (f"{owned.arn}", f"{owned.arn}/*")


def test_a_bucket_policy_of_a_bucket_that_no_plan_makes_is_not_decided() -> None:
    stray = resource("aws_s3_bucket_policy.it", {"bucket": "other", "policy": document(_DENY)})
    (problem,) = problems_of(model_of(stray))
    assert (problem.violated, problem.got) == (False, "0")


def test_a_bucket_policy_that_is_unknown_allows_everybody_everything() -> None:
    bucket = resource("aws_s3_bucket.it", {"bucket": "it"})
    unknown = resource("aws_s3_bucket_policy.it", {"bucket": "it"}, {"policy": ["local.x"]})
    model = model_of(bucket, unknown)
    assert _sids(_only(model, "bucket")) == ["NotKnown"]
    assert [each.check for each in problems_of(model)] == ["policies-known"]


def test_a_key_without_a_policy_has_the_one_that_aws_gives_it() -> None:
    model = model_of(resource("aws_kms_key.it", {"description": "x"}))
    key = _only(model, "key")
    assert (_sids(key), key.counts) == (["EnableIAMUserPermissions"], Resource.DECISIVE)
    assert problems_of(model) == []


def test_a_key_is_known_by_its_aliases() -> None:
    alias = resource(
        "aws_kms_alias.it",
        {"name": "alias/gatehouse-staging-models"},
        {"target_key_id": ["aws_kms_key.it.key_id", "aws_kms_key.it"]},
    )
    key = _only(model_of(resource("aws_kms_key.it", {}), alias), "key")
    assert (key.purpose, key.aliases) == ("models", ("alias/gatehouse-staging-models",))
    assert key.arns[1] == f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/gatehouse-staging-models"


def test_a_policy_that_nobody_set_is_not_taken_for_unknown() -> None:
    topic = resource("aws_sns_topic.it", {"name": "it"})
    topic["change"]["after_unknown"] = {"policy": True}
    assert problems_of(model_of(topic)) == []


def test_what_may_call_a_function_is_its_policy() -> None:
    function = resource("aws_lambda_function.it", {"function_name": "it"})
    permission = resource(
        "aws_lambda_permission.it",
        {
            "action": "lambda:InvokeFunction",
            "function_name": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:it",
            "principal": "events.amazonaws.com",
            "source_account": ACCOUNT,
            "statement_id": "Events",
        },
    )
    owned = _only(model_of(function, permission), "function")
    assert _sids(owned) == ["Events"]
    assert owned.policy is not None
    principals = owned.policy.statements[0].principals
    assert principals is not None
    assert principals.listed == {"Service": frozenset({"events.amazonaws.com"})}


def test_policies_of_the_logs_bear_on_every_log_group() -> None:
    policy = resource(
        "aws_cloudwatch_log_resource_policy.it",
        {"policy_name": "it", "policy_document": document(_DENY)},
    )
    groups = [resource(f"aws_cloudwatch_log_group.{n}", {"name": f"/{n}"}) for n in ("a", "b")]
    found = list(model_of(policy, *groups).owned_of("log-group"))
    assert [_sids(each) for each in found] == [["No"], ["No"]]


def test_a_policy_in_a_place_that_is_not_understood_is_not_decided() -> None:
    strange = resource("aws_backup_vault_policy.it", {"policy": document(_DENY)})
    (problem,) = problems_of(model_of(strange))
    assert problem.must_hold == "a policy must stand where it is understood"


def test_to_take_a_role_its_trust_must_allow() -> None:
    found = _only(model_of(role("work")), "role")
    assert (found.counts, _sids(found)) == (Resource.DECISIVE, ["Trust"])


def test_control_policies_bear_on_the_services_that_have_them() -> None:
    model = model_of(role("work"), resource("aws_codebuild_project.it", {"name": "it"}))
    asking = next(iter(model.roles.values()))
    assert model.layers(asking, _only(model, "role")).resource_control
    assert not model.layers(asking, _only(model, "build-project")).resource_control


def test_an_endpoint_without_a_policy_allows_what_others_allow() -> None:
    endpoint = {"service_name": "com.amazonaws.eu-west-1.s3", "vpc_endpoint_type": "Gateway"}
    vpc = {"vpc_id": ["aws_vpc.it.id"]}
    model = model_of(
        resource("aws_vpc.it", {"cidr_block": "10.0.0.0/16"}),
        resource("aws_vpc_endpoint.open", endpoint, vpc),
        resource("aws_vpc_endpoint.shut", endpoint | {"policy": document(READING)}, vpc),
    )
    found = {each.address: each for each in model.endpoints}
    assert found["aws_vpc_endpoint.open"].policy is None
    assert found["aws_vpc_endpoint.shut"].policy is not None
    assert {each.service for each in model.endpoints} == {"s3"}
    layers = [each.layer for each in model.policies]
    assert layers == [PolicyLayer.ENDPOINT]
