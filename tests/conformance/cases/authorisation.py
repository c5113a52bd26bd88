"""Who is refused what, in which words, and for which kind of policy."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket, key, managed, person, role, taken
from tests.conformance.place import TAG, Place, allow, deny, policy, trusting

# An archive of nothing: whoever may not pass the role is refused before anybody opens it.
_EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18


def _nothing(place: Place) -> Attempt:
    client = place.client("iam", person(place))
    return lambda: client.list_roles()


def _denied(place: Place) -> Attempt:
    who = person(place, allow("iam:*"), deny("iam:ListRoles"))
    client = place.client("iam", who)
    return lambda: client.list_roles()


def _bounded(place: Place) -> Attempt:
    boundary = managed(place, allow("s3:ListAllMyBuckets"))
    who = taken(place, role(place, allow("iam:*"), boundary=boundary))
    client = place.client("iam", who)
    return lambda: client.list_roles()


def _narrowed(place: Place) -> Attempt:
    arn = role(place, allow("iam:*"))
    who = taken(place, arn, Policy=policy(allow("s3:ListAllMyBuckets")))
    client = place.client("iam", who)
    return lambda: client.list_roles()


def _own_name(place: Place) -> Attempt:
    who = person(place, deny("*"))
    return lambda: place.client("sts", who).get_caller_identity()["Account"] == place.account_id


def _of_ec2(place: Place) -> Attempt:
    client = place.client("ec2", person(place))
    return lambda: client.describe_vpcs()


def _of_sns(place: Place) -> Attempt:
    client = place.client("sns", person(place))
    return lambda: client.list_topics()


def _of_sagemaker(place: Place) -> Attempt:
    client = place.client("sagemaker", person(place))
    return lambda: client.list_models()


def _function(place: Place, *passing: Mapping[str, object]) -> Attempt:
    passed = role(place, trust=trusting({"Service": "lambda.amazonaws.com"}))
    client = place.client("lambda", person(place, allow("lambda:*"), *passing))
    return lambda: client.create_function(
        FunctionName=place.name("function"),
        Runtime="python3.12",
        Handler="a.b",
        Role=passed,
        Code={"ZipFile": _EMPTY_ZIP},
    )


def _passing_nothing(place: Place) -> Attempt:
    return _function(place)


def _passing_to_another(place: Place) -> Attempt:
    to = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    return _function(place, allow("iam:PassRole", Condition=to))


def _resource_tag(place: Place) -> Attempt:
    arn = key(place)
    tagged = {"StringEquals": {f"aws:ResourceTag/{TAG['Key']}": "another value"}}
    who = person(place, allow("kms:DescribeKey", Condition=tagged))
    return lambda: place.client("kms", who).describe_key(KeyId=arn)


def _request_tag(place: Place) -> Attempt:
    tagged = {"StringEquals": {"aws:RequestTag/team": "one"}}
    who = person(place, allow("iam:CreateRole", "iam:TagRole", Condition=tagged))
    return lambda: place.client("iam", who).create_role(
        RoleName=place.name("role"),
        AssumeRolePolicyDocument=trusting({"AWS": place.root}),
        Tags=[{"Key": "team", "Value": "two"}],
    )


def _others_bucket(place: Place) -> Attempt:
    assert place.other is not None
    name = bucket(place.other)
    return lambda: place.client("s3", person(place, allow("s3:*"))).list_objects_v2(Bucket=name)


def _others_open_bucket(place: Place) -> Attempt:
    assert place.other is not None
    name = bucket(place.other)
    arn = role(place, allow("s3:ListBucket"))
    statement = allow("s3:ListBucket", on=f"arn:aws:s3:::{name}", Principal={"AWS": arn})
    owner = place.other.client("s3")
    place.until(
        lambda: owner.put_bucket_policy(Bucket=name, Policy=policy(statement)),
    )
    client = place.client("s3", taken(place, arn))
    return lambda: client.list_objects_v2(Bucket=name)["KeyCount"] == 0


CASES: Mapping[str, Case] = {
    "boundary-allows-nothing": _bounded,
    "ec2-refusal": _of_ec2,
    "identity-allows-nothing": _nothing,
    "identity-denies": _denied,
    "other-accounts-bucket": _others_bucket,
    "other-accounts-bucket-opened": _others_open_bucket,
    "pass-role-only-to-its-service": _passing_to_another,
    "pass-role-refused": _passing_nothing,
    "request-tags-count": _request_tag,
    "resource-tags-count": _resource_tag,
    "sagemaker-refusal": _of_sagemaker,
    "session-policy-narrows": _narrowed,
    "sns-refusal": _of_sns,
    "who-am-i-needs-no-right": _own_name,
}
