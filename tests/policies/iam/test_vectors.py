"""What AWS documents of decisions, sentence by sentence, each with the page that it is from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.iam import (
    Layer,
    Layers,
    Policy,
    Principal,
    Request,
    Resource,
    decide,
    explain,
    parse_policy,
)

FOLDER = Path(__file__).parent / "vectors"
HOME = "111111111111"
OBJECT = "arn:aws:s3:::data/a"


def vectors(*names: str) -> list[Any]:
    made = []
    for name in names:
        file = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
        for vector in file["vectors"]:
            page = file["pages"][vector["page"]] if "pages" in file else None
            made.append(vector | {"page": page or vector.get("page", file.get("page"))})
    return made


CONDITIONS = vectors("operators", "sets", "variables")
DECISIONS = vectors("decisions")


def policy(
    name: str, statements: list[dict[str, Any]] | None, version: str = "2012-10-17"
) -> Policy:
    written = []
    for given in statements or []:
        whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | given
        written.append({key: value for key, value in whole.items() if value is not None})
    return parse_policy(name, {"Version": version, "Statement": written})


def principal(given: str) -> Principal:
    kind, _, name = given.partition(":")
    match kind:
        case "role":
            return Principal.role(f"arn:aws:iam::{name or HOME}:role/reader", "sofia")
        case "user":
            return Principal.user(f"arn:aws:iam::{HOME}:user/ann")
        case "root":
            return Principal.root(name or HOME)
        case "service":
            return Principal.service(name)
        case "federated":
            return Principal.federated(name)
    return Principal.anonymous()


def layers(vector: dict[str, Any]) -> Layers:
    def one(name: str) -> Policy | None:
        return policy(name, vector[name]) if name in vector else None

    def levels(name: str) -> tuple[tuple[Policy, ...], ...]:
        return tuple((policy(name, level),) for level in vector.get(name, []))

    session = one("session")
    identity = one("identity")
    return Layers(
        identity=(identity,) if identity else (),
        boundary=one("boundary"),
        session=(session,) if session else None,
        service_control=levels("scp"),
        resource_control=levels("rcp"),
        resource=one("own"),
        resource_counts=Resource[vector.get("counts", "ORDINARY")],
        endpoint=one("endpoint"),
    )


def request(vector: dict[str, Any]) -> Request:
    return Request.of(
        principal(vector.get("as", "role")),
        vector.get("action", "s3:GetObject"),
        vector.get("resource", OBJECT),
        vector.get("with"),
        resource_account=HOME,
    )


@pytest.mark.parametrize("vector", CONDITIONS, ids=lambda vector: vector["says"])
def test_a_condition_or_resource_is_as_documented(vector: dict[str, Any]) -> None:
    statement = {"Resource": vector.get("resource", "*"), "Condition": vector.get("if", {})}
    allows = policy("policy", [statement], vector.get("version", "2012-10-17"))
    asked = Request.of(
        principal("role"),
        "s3:GetObject",
        vector.get("of", OBJECT),
        vector.get("with"),
        resource_account=HOME,
    )
    assert decide(asked, Layers(identity=(allows,))).allowed is vector["holds"]


@pytest.mark.parametrize("vector", DECISIONS, ids=lambda vector: vector["says"])
def test_a_decision_is_as_documented(vector: dict[str, Any]) -> None:
    decision = decide(request(vector), layers(vector))
    outcome = "allowed" if decision.allowed else "explicit" if decision.explicit else "implicit"
    assert outcome == vector["outcome"], decision.reason
    assert decision.layer is (Layer[vector["by"]] if "by" in vector else None)


@pytest.mark.parametrize("vector", DECISIONS, ids=lambda vector: vector["says"])
def test_a_decision_can_be_explained(vector: dict[str, Any]) -> None:
    found = explain(request(vector), layers(vector))
    denying = [each for said in found.layers for each in said.denies if each.applies]
    assert bool(denying) is found.decision.explicit
    kept = [each for said in found.layers for each in (*said.denies, *said.allows)]
    assert all(each.reasons for each in kept if not each.applies)
    assert found.decision.reason in found.text


def test_there_are_enough_and_each_names_its_page() -> None:
    every = [*CONDITIONS, *DECISIONS]
    assert len(every) >= 150
    assert all(v["page"].startswith("https://docs.aws.amazon.com/") for v in every)
    said = [vector["says"] for vector in every]
    assert len(set(said)) == len(said)
