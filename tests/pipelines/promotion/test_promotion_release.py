"""A release document stands for exactly its bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.canonical import canonical_json
from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.release import (
    Configuration,
    Data,
    ExactObject,
    ImageReference,
    Release,
    checked,
    load_release,
    parse_release,
)

DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)


def exact(name: str) -> ExactObject:
    """An object of a release."""
    return ExactObject(f"s3://models/breast-cancer/{name}", "v.1-a_B", "a" * 64)


RELEASE = Release(
    model="breast-cancer",
    package_arn="arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-breast-cancer/3",
    archive=exact("model.tar.gz"),
    image=ImageReference(
        "111111111111", "eu-west-1", "gatehouse-data-science/model", "sha256:" + "b" * 64
    ),
    definition_sha256="c" * 64,
    evaluation=exact("evaluation.json"),
    holdout=exact("holdout.csv"),
    predictions=exact("predictions.csv"),
    data=Data("s3://data/raw.csv", "d" * 64),
    commit="e" * 40,
    configuration={"staging": Configuration("ml.m5.large", 1)},
)


def test_a_release_reads_back() -> None:
    assert parse_release("release.json", RELEASE.content()) == RELEASE
    assert checked(RELEASE) == RELEASE
    assert RELEASE.id == RELEASE.document()["release_id"]
    assert RELEASE.version == 3


@given(st.data())
@settings(max_examples=300)
def test_any_single_changed_byte_is_refused(data: st.DataObject) -> None:
    content = bytearray(RELEASE.content())
    index = data.draw(st.integers(0, len(content) - 1))
    content[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Finding, match=r"release\.json: "):
        parse_release("release.json", bytes(content))


@given(st.data())
@settings(max_examples=100)
def test_any_byte_more_or_less_is_refused(data: st.DataObject) -> None:
    content = RELEASE.content()
    index = data.draw(st.integers(0, len(content) - 1))
    more = data.draw(st.binary(min_size=1, max_size=1))
    for forged in (
        content[:index] + content[index + 1 :],
        content[:index] + more + content[index:],
    ):
        if forged != content:
            with pytest.raises(Finding, match=r"release\.json: "):
                parse_release("release.json", forged)


@given(DIGEST, DIGEST)
def test_other_digests_have_another_identifier(archive: str, image: str) -> None:
    other = replace(
        RELEASE,
        archive=replace(RELEASE.archive, sha256=archive),
        image=replace(RELEASE.image, digest=f"sha256:{image}"),
    )
    assert (other == RELEASE) == (other.id == RELEASE.id)


def forged(**changes: Any) -> bytes:
    """The document with changes and the identifier that fits them."""
    document = RELEASE.document() | changes
    return canonical_json(document)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schema_version": 2}, "schema_version must follow its schema"),
        ({"schema_version": True}, "schema_version must follow its schema"),
        ({"note": "x"}, "must follow its schema, got Additional properties"),
        ({"commit": "e" * 40 + "\n"}, "commit must follow its schema"),
        ({"commit": "main"}, "commit must follow its schema"),
        ({"configuration": {}}, "configuration must follow its schema"),
        (
            {"package": {"arn": RELEASE.package_arn, "version": 4}},
            "identifier and digests of its own",
        ),
        ({"release_id": "breast-cancer-v3-" + "0" * 12}, "identifier and digests of its own"),
        ({"archive": {"uri": "s3://b", "version_id": "1", "sha256": "a" * 64}}, "archive.uri must"),
        (
            {"archive": {"uri": "s3://bucket/k", "version_id": "null", "sha256": "a" * 64}},
            "archive.version_id must follow",
        ),
    ],
)
def test_a_document_that_is_no_release_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(Finding, match=told):
        parse_release("release.json", forged(**changes))


def test_a_configuration_with_a_foreign_digest_is_refused() -> None:
    configuration = {"staging": Configuration("ml.m5.large", 1).document() | {"sha256": "0" * 64}}
    with pytest.raises(Finding, match="must have the identifier and digests of its own content"):
        parse_release("release.json", forged(configuration=configuration))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b"1" * 6000,
    ],
)
def test_bytes_that_are_no_document_are_refused(content: bytes) -> None:
    with pytest.raises(Finding, match=r"release\.json: "):
        parse_release("release.json", content)


def test_the_same_document_in_other_bytes_is_refused() -> None:
    for content in (
        json.dumps(RELEASE.document(), sort_keys=True).encode(),
        RELEASE.content() + b"\n",
        RELEASE.content()[:-1] + b',"commit":"' + b"e" * 40 + b'"}',
    ):
        with pytest.raises(Finding, match="must be canonical JSON"):
            parse_release("release.json", content)


def test_a_document_of_a_megabyte_is_refused() -> None:
    with pytest.raises(Finding, match="must be smaller than 1 MB"):
        parse_release("release.json", b" " * 1_000_001)


def test_a_release_that_was_not_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="must be the release that the Bundle build made"):
        load_release(tmp_path / "release.json")


def test_a_release_is_for_its_targets_only() -> None:
    assert RELEASE.configuration_of("staging") == Configuration("ml.m5.large", 1)
    with pytest.raises(Finding, match=r"must be meant for account production, got .* staging"):
        RELEASE.configuration_of("production")


def test_an_image_address_follows_its_partition() -> None:
    chinese = replace(RELEASE.image, region="cn-north-1")
    assert ".dkr.ecr.cn-north-1.amazonaws.com.cn/" in chinese.uri
    assert RELEASE.image.uri.endswith("gatehouse-data-science/model@sha256:" + "b" * 64)
