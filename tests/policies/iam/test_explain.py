"""An explanation says which statements allowed, and what kept each of the others."""

from __future__ import annotations

from typing import Any

from policies.iam import Layers, Policy, Principal, Request, decide, explain, parse_policy

ACCOUNT = "111111111111"
SOFIA = Principal.role(f"arn:aws:iam::{ACCOUNT}:role/reader", "sofia")


def policy(name: str, *statements: dict[str, Any]) -> Policy:
    return parse_policy(name, {"Version": "2012-10-17", "Statement": list(statements)})


def says(sid: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": effect, "Action": "s3:GetObject", "Resource": "*"} | more


def ask(**context: str) -> Request:
    keys = {key.replace("_", ":"): value for key, value in context.items()}
    return Request.of(SOFIA, "s3:GetObject", "arn:aws:s3:::data/a", keys, resource_account=ACCOUNT)


def test_it_names_the_statements_that_allowed() -> None:
    layers = Layers(
        identity=(policy("role", says("Read")),), boundary=policy("boundary", says("All"))
    )
    text = explain(ask(), layers).text
    assert text.splitlines() == [
        f"allowed: s3:GetObject on arn:aws:s3:::data/a by {SOFIA.arn}",
        "  allowed by role#Read, boundary#All",
        "identity-based policy:",
        "  role#Read allows",
        "permissions boundary:",
        "  boundary#All allows",
    ]


def test_it_says_for_each_deny_why_it_did_not_fire() -> None:
    deny = says(
        "Deny",
        "Deny",
        Resource="arn:aws:s3:::other/*",
        Condition={
            "StringEquals": {"aws:SourceVpce": "vpce-1"},
            "StringNotEquals": {"aws:SourceIdentity": "sofia"},
        },
    )
    layers = Layers(identity=(policy("role", says("Read"), deny),))
    found = explain(ask(aws_SourceIdentity="sofia"), layers)
    (weighed,) = found.layers[0].denies
    assert found.decision.allowed
    assert weighed.reasons == (
        "it does not speak of arn:aws:s3:::data/a",
        "StringEquals aws:sourcevpce [vpce-1] does not hold: "
        "the request does not carry aws:sourcevpce",
        "StringNotEquals aws:sourceidentity [sofia] does not hold: the request has sofia",
    )
    assert "  role#Deny does not deny:\n    it does not speak of" in found.text


def test_it_says_which_layer_lacks_an_allow() -> None:
    other = policy("boundary", says("Write", Action="s3:PutObject"))
    found = explain(ask(), Layers(identity=(policy("role", says("Read")),), boundary=other))
    assert [each.layer.value for each in found.layers if each.lacks_allow] == [
        "permissions boundary"
    ]
    assert "because no permissions boundary allows the action" in found.text
    assert "nothing here allows the action\n  statements about other actions: 1" in found.text


def test_it_says_that_a_statement_names_somebody_else() -> None:
    bucket = policy("bucket", says("Read", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/x"}))
    text = explain(ask(), Layers(resource=bucket)).text
    assert f"it does not name arn:aws:iam::{ACCOUNT}:role/reader" in text


def test_it_leaves_out_control_policies_that_bind_nobody_there() -> None:
    control = policy("control", says("Deny", "Deny"))
    bucket = policy("bucket", says("Read", Principal={"Service": "s3.amazonaws.com"}))
    service = Request.of(
        Principal.service("s3.amazonaws.com"),
        "s3:GetObject",
        "arn:aws:s3:::data/a",
        resource_account=ACCOUNT,
    )
    found = explain(service, Layers(service_control=((control,),), resource=bucket))
    assert found.decision.allowed
    assert all(each.layer.value != "service control policy" for each in found.layers)


def test_it_explains_the_decision_that_is_made() -> None:
    layers = Layers(identity=(policy("role", says("Read", "Deny")),))
    assert explain(ask(), layers).decision == decide(ask(), layers)
