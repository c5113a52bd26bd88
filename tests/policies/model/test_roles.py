"""A role has what any root attaches to it; what is not known allows everything and is told."""

from __future__ import annotations

from policies.iam import Principal, Request, decide
from policies.model import Model, PolicyLayer, RoleFacts
from tests.policies.model.planned import (
    ACCOUNT,
    READING,
    TRUST,
    document,
    model_of,
    plan,
    problems_of,
    resource,
    role,
)

_ARN = f"arn:aws:iam::{ACCOUNT}:role/work"
_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"
_MANAGED = "arn:aws:iam::aws:policy/AdministratorAccess"


def _attachment(**values: object) -> dict[str, object]:
    return resource("aws_iam_role_policy_attachment.one", {"role": "work", **values})


def _policy(name: str, text: str | None = None) -> dict[str, object]:
    return resource(f"aws_iam_policy.{name}", {"name": name, "policy": text or document(READING)})


def _inline(text: object, name: str = "own") -> dict[str, object]:
    return resource(f"aws_iam_role_policy.{name}", {"name": name, "role": "work", "policy": text})


def _role_of(model: Model) -> RoleFacts:
    return model.roles[_ARN]


def _may(model: Model, action: str) -> bool:
    asked = Request.of(
        Principal.role(_ARN, "session"), action, "arn:aws:s3:::any/thing", resource_account=ACCOUNT
    )
    found = _role_of(model)
    layers = model.layers(found, next(model.owned_of("role")))
    return decide(asked, type(layers)(layers.identity, layers.boundary)).allowed


def test_a_role_has_its_inline_policies_its_trust_and_its_tags() -> None:
    model = model_of(role("work", tags={"persona": "lead"}), _inline(document(READING)))
    found = _role_of(model)
    assert [each.statements[0].sid for each in found.identity] == ["Read"]
    assert found.services == ("lambda.amazonaws.com",)
    assert (found.persona, found.undecided, problems_of(model)) == ("lead", (), [])
    assert _may(model, "s3:GetObject")
    assert not _may(model, "s3:PutObject")


def test_a_policy_is_attached_by_its_arn_from_another_root() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/reading"
    model = model_of(
        role("work"), _attachment(policy_arn=arn), bootstrap__staging=plan(_policy("reading"))
    )
    assert problems_of(model) == []
    assert _may(model, "s3:GetObject")
    (facts,) = (each for each in model.policies if each.arn == arn)
    assert (facts.layer, facts.holder) == (PolicyLayer.IDENTITY, _ARN)


def test_a_boundary_of_another_root_limits_the_role() -> None:
    everything = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
    model = model_of(
        role("work", permissions_boundary=_BOUNDARY),
        _inline(document(everything)),
        bootstrap__staging=plan(_policy("limit")),
    )
    assert problems_of(model) == []
    assert _may(model, "s3:GetObject")
    assert not _may(model, "s3:PutObject")


def test_a_boundary_that_no_plan_makes_is_not_decided_and_limits_nothing() -> None:
    everything = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
    model = model_of(role("work", permissions_boundary=_BOUNDARY), _inline(document(everything)))
    (problem,) = problems_of(model)
    assert (problem.violated, problem.got) == (False, _BOUNDARY)
    assert _role_of(model).undecided == (_BOUNDARY,)
    assert _may(model, "s3:PutObject")


def test_a_policy_of_aws_is_not_decided_and_allows_everything() -> None:
    model = model_of(role("work"), _attachment(policy_arn=_MANAGED))
    assert [each.got for each in problems_of(model)] == [_MANAGED]
    assert _may(model, "iam:CreateUser")


def test_an_attachment_that_might_be_of_several_policies_is_not_decided() -> None:
    several = [
        resource(f'aws_iam_policy.many["{key}"]', {"name": key, "policy": document(READING)})
        for key in ("a", "b")
    ]
    unclear = resource(
        "aws_iam_role_policy_attachment.one",
        {"role": "work"},
        {"policy_arn": ["aws_iam_policy.many", "each.value.policy"]},
    )
    model = model_of(role("work"), *several, unclear)
    (problem,) = problems_of(model)
    assert "must name one policy" in problem.must_hold
    assert _may(model, "iam:CreateUser")


def test_an_attachment_to_the_one_policy_it_refers_to_is_that_policys() -> None:
    clear = resource(
        "aws_iam_role_policy_attachment.one",
        {},
        {
            "policy_arn": ["aws_iam_policy.reading.arn", "aws_iam_policy.reading"],
            "role": ["aws_iam_role.work.name", "aws_iam_role.work"],
        },
    )
    model = model_of(role("work"), _policy("reading"), clear)
    assert problems_of(model) == []
    assert _may(model, "s3:GetObject")
    assert not _may(model, "s3:PutObject")


def test_a_policy_that_is_unknown_is_not_decided_and_allows_everything() -> None:
    unknown = resource(
        "aws_iam_role_policy.own", {"role": "work"}, {"policy": ["aws_kms_key.this.arn"]}
    )
    model = model_of(role("work"), unknown)
    (problem,) = problems_of(model)
    assert (problem.check, problem.violated) == ("policies-known", False)
    assert _may(model, "iam:CreateUser")
    (facts,) = (each for each in model.policies if each.layer is PolicyLayer.IDENTITY)
    assert (facts.policy, bool(facts.problem)) == (None, True)


def test_a_policy_that_is_no_json_violates_and_allows_everything() -> None:
    model = model_of(role("work"), _inline("{"))
    (problem,) = problems_of(model)
    assert (problem.check, problem.violated) == ("policies-well-formed", True)
    assert _may(model, "iam:CreateUser")


def test_an_operator_that_iam_does_not_know_violates() -> None:
    wrong = READING | {"Condition": {"StringResembles": {"aws:PrincipalOrgID": "o-1"}}}
    (problem,) = problems_of(model_of(role("work"), _inline(document(wrong))))
    assert problem.violated
    assert "StringResembles" in problem.got


def test_a_policy_that_is_too_long_violates_and_still_counts() -> None:
    long = READING | {"Resource": [f"arn:aws:s3:::{'x' * 50}-{n}" for n in range(200)]}
    model = model_of(role("work"), _inline(document(long)))
    assert {each.check for each in problems_of(model)} == {"policy-sizes"}
    assert all(each.violated for each in problems_of(model))
    assert not _may(model, "s3:PutObject")


def test_inline_policies_that_are_too_long_together_violate() -> None:
    half = document(READING | {"Resource": [f"arn:aws:s3:::{'x' * 60}-{n}" for n in range(80)]})
    (problem,) = problems_of(model_of(role("work"), _inline(half, "a"), _inline(half, "b")))
    assert "together" in problem.must_hold


def test_a_role_whose_trust_is_unknown_is_not_decided() -> None:
    unknown = resource("aws_iam_role.work", {"name": "work"}, {"assume_role_policy": ["local.x"]})
    model = model_of(unknown)
    assert [each.check for each in problems_of(model)] == ["policies-known"]
    assert _role_of(model).undecided


def test_a_role_that_goes_away_is_not_there_and_one_that_is_forgotten_is_told() -> None:
    gone = resource("aws_iam_role.work", {}, actions=("delete",))
    assert not model_of(gone).roles
    (problem,) = problems_of(model_of(resource("aws_iam_role.work", {}, actions=("forget",))))
    assert "deleted or kept" in problem.must_hold


def test_a_user_is_told_for_only_roles_are_understood() -> None:
    (problem,) = problems_of(model_of(resource("aws_iam_user.joe", {"name": "joe"})))
    assert (problem.violated, problem.got) == (False, "aws_iam_user")


def test_two_roles_of_one_name_are_not_decided() -> None:
    model = model_of(role("work"), bootstrap__staging=plan(role("work")))
    assert any(each.must_hold == "must be the one role of its name" for each in problems_of(model))


def test_a_trust_that_excludes_trusts_no_service_by_name() -> None:
    negated = {key: value for key, value in TRUST.items() if key != "Principal"}
    negated["NotPrincipal"] = {"Service": "lambda.amazonaws.com"}
    model = model_of(role("work", assume_role_policy=document(negated)))
    assert _role_of(model).services == ()
