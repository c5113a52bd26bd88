"""Who can become whom: every chain is followed to its end, also one that leads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from policies.iam import Policy, parse_policy
from policies.iam.prover import Outcome, Proof, Prover, Question
from policies.iam.reference import load_reference
from policies.invariants.chains import Chains
from policies.invariants.invariant import Held, Invariant, Roles, Who
from policies.invariants.judging import Judge
from policies.model import BuildProject, Model, RoleFacts
from policies.verdict import Source, Verdict
from tests.policies.invariants.guarded import guarded

ACCOUNT = "data-science"
Takes = Mapping[str, Sequence[str]]


class _Unsure(Prover):
    """Decides nothing."""

    def never(self, question: Question) -> Proof:
        return Proof(Outcome.UNDECIDED, "nobody knows")


def _arn(name: str) -> str:
    return f"arn:aws:iam::{guarded().account(ACCOUNT).id}:role/{name}"


def _policy(address: str, *statements: dict[str, Any]) -> Policy:
    return parse_policy(address, {"Version": "2012-10-17", "Statement": list(statements)})


def _role(
    name: str, takes: Sequence[str], trusts: Sequence[str], *more: dict[str, Any]
) -> RoleFacts:
    """Make a role that may take some roles, and that some roles may take."""
    nothing = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
    taking = [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": _arn(each)} for each in takes
    ]
    trusted = {"AWS": [_arn(each) for each in trusts]} if trusts else {"Service": "x.amazonaws.com"}
    return RoleFacts(
        _arn(name),
        ACCOUNT,
        name,
        (_policy(f"rights of {name}", nothing, *taking, *more),),
        None,
        _policy(
            f"trust of {name}",
            {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"},
        ),
        {},
        3600,
        Source(ACCOUNT, f"role {name}"),
        purpose=name,
    )


def _model(*roles: RoleFacts, builds: tuple[BuildProject, ...] = ()) -> Model:
    # Without control policies: these tests are about chains, not about guardrails.
    open_accounts = {
        key: replace(each, service_control=(), resource_control=())
        for key, each in guarded().accounts.items()
    }
    made = {role.arn: role for role in roles}
    return replace(guarded(), accounts=open_accounts, roles=made, builds=builds)


def _taking(takes: Takes) -> Model:
    """Make roles that may take one another, each trusting whoever may take it."""
    return _model(
        *(
            _role(name, ends, [n for n, others in takes.items() if name in others])
            for name, ends in takes.items()
        )
    )


def _reached(model: Model, start: str, prover: Prover | None = None) -> dict[str, int]:
    """Tell whom a role can become, and in how many steps."""
    chains = Chains(model, prover or Prover(load_reference()))
    return {
        arn.rpartition("/")[2]: len(chain) for arn, chain in chains.from_role(_arn(start)).items()
    }


@pytest.mark.parametrize(
    ("takes", "start", "reached"),
    [
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, "a", {"b": 1, "c": 2}),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, "c", {"a": 1, "b": 2}),
        ({"a": ["a", "b"], "b": ["b", "a"]}, "a", {"b": 1}),
        ({"a": ["a"], "b": []}, "a", {}),
        # The way out of one circle into another is no way back.
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, "a", {"b": 1, "c": 2, "d": 3}),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, "d", {"c": 1}),
        # Of two ways the shorter one is told.
        ({"a": ["b", "c"], "b": ["c"], "c": ["b", "a"]}, "a", {"b": 1, "c": 1}),
    ],
)
def test_a_circle_of_roles_is_followed_to_its_end_and_no_further(
    takes: Takes, start: str, reached: dict[str, int]
) -> None:
    assert _reached(_taking(takes), start) == reached


def test_a_long_circle_is_followed_all_the_way_round() -> None:
    names = [f"r{number}" for number in range(15)]
    takes = {name: [names[(at + 1) % 15]] for at, name in enumerate(names)}
    assert _reached(_taking(takes), "r3") == {
        name: (at - 3) % 15 for at, name in enumerate(names) if name != "r3"
    }


def test_a_circle_is_broken_by_one_trust_that_names_nobody() -> None:
    roles = (_role("a", ["b"], ["c"]), _role("b", ["c"], ["a"]), _role("c", ["a"], []))
    assert _reached(_model(*roles), "a") == {"b": 1}
    assert _reached(_model(*roles), "c") == {"a": 1, "b": 2}


def test_a_circle_may_lead_through_what_runs_as_a_role() -> None:
    account = guarded().account(ACCOUNT)
    project = f"arn:aws:codebuild:{account.region}:{account.id}:project/works"
    changes = {"Effect": "Allow", "Action": "codebuild:UpdateProject", "Resource": project}
    passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": _arn("a")}
    build = BuildProject(
        "aws_codebuild_project.works",
        *(ACCOUNT, "works", _arn("b"), "", False, "", "NO_SOURCE", "", {}, "", (), ()),
        Source(ACCOUNT, "works"),
    )
    model = _model(_role("a", [], [], changes), _role("b", [], [], passes), builds=(build,))
    assert _reached(model, "a") == {"b": 1}
    assert _reached(model, "b") == {"a": 1}
    chain = Chains(model, Prover(load_reference())).from_role(_arn("a"))[_arn("b")]
    assert chain == ("data-science a changes what runs as data-science b",)


def test_what_is_not_decided_counts_as_a_step() -> None:
    model, prover = _taking({"a": ["b"], "b": ["a"]}), _Unsure(load_reference())
    assert _reached(model, "a", prover) == {"b": 1}
    assert len(Chains(model, prover).undecided()) == 2


def test_a_claim_about_becoming_is_refuted_by_a_circle_and_names_its_steps() -> None:
    claim = Invariant(
        "nobody-becomes-c",
        "Tests",
        "Nobody becomes c.",
        ("IAM-10",),
        Who(roles=Roles(purposes=("a",))),
        (Held.EVERYTHING,),
        becomes=Roles(purposes=("c",)),
    )
    circle = _taking({"a": ["b"], "b": ["c"], "c": ["a"]})
    (judged,) = Judge(circle, load_reference()).judge_one(claim)
    assert judged.verdict is Verdict.VIOLATED
    said = "data-science a takes data-science b, then data-science b takes data-science c"
    assert [said in each.sentence for each in judged.findings] == [True]
    (held,) = Judge(_taking({"a": ["b"], "b": ["a"], "c": ["a"]}), load_reference()).judge_one(
        claim
    )
    assert held.verdict is Verdict.PROVED
