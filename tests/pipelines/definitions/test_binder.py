"""Binding replaces every token by its value, or names file, place and token."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.definitions.binder import Value, bind, tokens_of
from pipelines.errors import InvalidInput

SUBNETS = "contract:network/subnet-ids"
BUCKET = "contract:buckets/models"
VALUES: dict[str, Value] = {SUBNETS: ["subnet-a", "subnet-b"], BUCKET: "acme", "build:commit": "c"}


def test_whole_embedded_and_listed_tokens_become_values() -> None:
    definition = {
        "Subnets": [SUBNETS],
        "Commit": "build:commit",
        "Uri": f"s3://${{{BUCKET}}}/model/${{build:commit}}",
        "Kept": [1, None, True, "text", {"Get": "Parameters.X"}],
    }
    assert bind(definition, VALUES, "x.json") == {
        "Subnets": ["subnet-a", "subnet-b"],
        "Commit": "c",
        "Uri": "s3://acme/model/c",
        "Kept": [1, None, True, "text", {"Get": "Parameters.X"}],
    }


def test_what_is_bound_is_left_as_it_was() -> None:
    definition = {"Subnets": [SUBNETS], "Uri": f"${{{BUCKET}}}", "Commit": "build:commit"}
    bind(definition, VALUES, "x.json")
    assert definition == {"Subnets": [SUBNETS], "Uri": f"${{{BUCKET}}}", "Commit": "build:commit"}


def test_a_value_is_never_read_as_a_token() -> None:
    definition = {"A": "build:commit", "B": "${build:commit}"}
    assert bind(definition, {"build:commit": f"${{{BUCKET}}}"}, "x") == {
        "A": f"${{{BUCKET}}}",
        "B": f"${{{BUCKET}}}",
    }


@pytest.mark.parametrize(
    ("definition", "values", "sentence"),
    [
        (
            {"Steps": [{"RoleArn": "contract:roles/training-arn"}]},
            {},
            "x.json Steps[0].RoleArn: must have a value in the account,"
            " got contract:roles/training-arn",
        ),
        ({"A": f"s3://${{{BUCKET}}}"}, {BUCKET: ""}, "x.json A: must have a value in the account"),
        ({"A": [SUBNETS]}, {SUBNETS: []}, "x.json A[0]: must have a value in the account"),
        ({"A": "build:comit"}, {}, "x.json A: must be a known token, got build:comit"),
        ({"A": "build:"}, {}, "x.json A: must be a known token, got build:"),
        ({"A": "contract:"}, {}, "x.json A: must be a known token, got contract:"),
        ({"A": "contract:keys"}, {}, "x.json A: must be a known token, got contract:keys"),
        ({"A": "contract:../x"}, {}, "x.json A: must be a known token, got contract:../x"),
        ({"A": "contract:a/b "}, {}, "x.json A: must be a known token, got contract:a/b "),
        ({"A": "s3://${bucket}/x"}, {}, "x.json A: must be a known token, got bucket"),
        ({"A": "x${build:commit"}, {}, "x.json A: must be a known token, got ${build:commit"),
        ({"A": "text"}, {"build:commit": "c"}, "x.json: must use every value that it is bound"),
        ({"A": SUBNETS}, {SUBNETS: ["a"]}, "x.json A: must stand alone in a list"),
        ({"A": [SUBNETS, "b"]}, {SUBNETS: ["a"]}, "x.json A[0]: must stand alone in a list"),
        ({"A": [f"${{{SUBNETS}}}"]}, {SUBNETS: ["a"]}, "x.json A[0]: must stand alone in a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_bound_is_named(
    definition: Any, values: dict[str, Value], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        bind(definition, values, "x.json")
    assert str(refusal.value).startswith(sentence)


def test_a_misspelt_build_token_gets_a_hint() -> None:
    with pytest.raises(InvalidInput) as refusal:
        tokens_of({"A": "build:image-url"}, "x.json")
    assert refusal.value.hint == "did you mean build:image-uri?"


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["text", "build:commit", f"a-${{{BUCKET}}}-b", "Get"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.just([SUBNETS])
    ),
    max_leaves=15,
)


@given(DOCUMENTS)
def test_every_token_is_bound_and_nothing_else_changes(document: Any) -> None:
    used = {found.token for found in tokens_of(document, "x")}
    bound = bind(document, {token: VALUES[token] for token in used}, "x")
    assert not tokens_of(bound, "x")
    if not used:
        assert bound == document
