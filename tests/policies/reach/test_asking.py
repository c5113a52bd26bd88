"""A question over plans is decided, explained, and proved for whatever else a request carries."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from pipelines.errors import Misuse
from policies.iam.prover import Outcome
from policies.iam.reference import load_reference
from policies.model import Model
from policies.reach import Answer, Asking, ask, read_keys, text_of, told
from tests.policies.model.planned import ACCOUNT, document, model_of, resource, role

BUCKET = "arn:aws:s3:::store"
OBJECT = f"{BUCKET}/table.csv"
IN_NETWORK = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}


@cache
def model() -> Model:
    """Read a role that reads a bucket from one network and writes to it from anywhere."""
    read: dict[str, Any] = {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/*",
        "Condition": IN_NETWORK,
    }
    write = {"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{BUCKET}/*"}
    policy = {"name": "own", "role": "work", "policy": document(read, write)}
    open_to_logs = {
        "Sid": "Deliver",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{BUCKET}/logs/*",
    }
    return model_of(
        role("work"),
        resource("aws_iam_role_policy.own", policy),
        resource("aws_s3_bucket.store", {"bucket": "store"}),
        resource(
            "aws_s3_bucket_policy.store", {"bucket": "store", "policy": document(open_to_logs)}
        ),
    )


def answer(who: str, action: str, what: str, *given: str) -> Answer:
    return ask(model(), load_reference(), Asking(who, action, what, read_keys(given)))


def allowed(found: Answer) -> bool:
    assert found.explanation is not None
    return found.explanation.decision.allowed


@pytest.mark.parametrize(
    "who",
    [
        "staging/work",
        "staging work",
        "work",
        f"arn:aws:iam::{ACCOUNT}:role/work",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/work/sofia",
    ],
)
def test_a_role_has_what_its_plan_gives_it_by_whatever_name_it_is_called(who: str) -> None:
    found = answer(who, "s3:PutObject", OBJECT)
    assert allowed(found) and found.proof.outcome is Outcome.REFUTED
    assert "#Write allows" in text_of(found)


def test_what_is_denied_as_asked_is_told_with_the_keys_that_would_allow_it() -> None:
    found = answer("work", "s3:GetObject", OBJECT)
    assert not allowed(found)
    assert found.proof.counterexample is not None
    assert found.proof.counterexample.values_of("aws:sourcevpc") == ("vpc-1",)
    assert "does not carry aws:sourcevpc" in text_of(found)
    assert "aws:sourcevpc = vpc-1" in text_of(found)


def test_keys_that_are_given_count_in_decision_and_proof() -> None:
    assert allowed(answer("work", "s3:GetObject", OBJECT, "aws:SourceVpc=vpc-1"))
    for given in ("aws:SourceVpc=vpc-2", "aws:SourceVpc="):
        found = answer("work", "s3:GetObject", OBJECT, given)
        assert not allowed(found)
        assert found.proof.outcome is Outcome.PROVED
        assert "proved: it is never allowed" in text_of(found)


@pytest.mark.parametrize(
    "who", ["anonymous", "sagemaker.amazonaws.com", "arn:aws:iam::123456789012:role/x"]
)
def test_whom_no_policy_lets_in_is_proved_to_stay_out(who: str) -> None:
    found = answer(who, "s3:PutObject", f"{BUCKET}/logs/a")
    assert (allowed(found), found.proof.outcome) == (False, Outcome.PROVED)


def test_a_service_that_a_bucket_names_is_let_in() -> None:
    assert allowed(answer("logging.s3.amazonaws.com", "s3:PutObject", f"{BUCKET}/logs/a"))
    assert not allowed(answer("logging.s3.amazonaws.com", "s3:PutObject", OBJECT))


def test_a_question_about_several_actions_has_a_proof_and_no_decision() -> None:
    found = answer("work", "s3:Delete*", OBJECT)
    assert (found.explanation, found.proof.outcome) == (None, Outcome.PROVED)
    assert told(found)["decision"] is None


def test_a_bucket_of_nobody_is_taken_for_open_and_said_to_be() -> None:
    found = answer("work", "s3:GetObject", "arn:aws:s3:::strangers/a")
    assert found.rests_on == ("arn:aws:s3:::strangers/a, which is of nobody in the plans",)
    assert "taken for open" in text_of(found)


def test_an_answer_for_programs_holds_requests_that_can_be_asked_again() -> None:
    made = json.loads(json.dumps(told(answer("work", "s3:GetObject", OBJECT))))
    assert made["decision"]["allowed"] is False
    assert made["proof"]["outcome"] == "refuted"
    assert made["proof"]["request"]["context"]["aws:sourcevpc"] == ["vpc-1"]


@pytest.mark.parametrize(
    ("who", "what", "sentence"),
    [
        ("staging/wrok", OBJECT, "did you mean staging/work?"),
        (f"arn:aws:iam::{ACCOUNT}:role/gone", OBJECT, "nobody of the plans"),
        ("work", "store/table.csv", "must be an ARN"),
        ("anonymous", "*", "must be an ARN"),
    ],
)
def test_a_question_about_nobody_or_nothing_is_refused(who: str, what: str, sentence: str) -> None:
    with pytest.raises(Misuse) as refused:
        answer(who, "s3:GetObject", what)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("given", ["aws:SourceVpc", "=vpc-1", ""])
def test_a_key_without_its_value_is_refused(given: str) -> None:
    with pytest.raises(Misuse):
        read_keys([given])


def test_a_key_that_is_given_twice_has_both_values() -> None:
    assert read_keys(["aws:TagKeys=a", "AWS:tagkeys=b"]) == {"aws:tagkeys": ("a", "b")}
