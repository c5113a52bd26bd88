"""Things that are swapped, lost, switched off, full or changed by hand around a promotion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.access import Access
from tests.rehearsals.breaking import disabled, place_of, taken_over
from tests.rehearsals.killing import full_disk
from tests.rehearsals.rehearsal import (
    BUNDLE,
    COMMAND,
    PRODUCTION,
    RELEASED,
    STAGING,
    TEST,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import HOME, Rehearsing

LOSSES = Rehearsals("losses")


def _archive(at: Rehearsing, version: int) -> dict[str, str]:
    package = at.admin("sagemaker").describe_model_package(ModelPackageName=at.package_arn(version))
    uri = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


@contextmanager
def _swapped(at: Rehearsing, version: int) -> Iterator[None]:
    """Put another archive over the one of a version, with the role of training jobs."""
    wanted = _archive(at, version)
    with taken_over(at, "training", "rosa") as access:
        address = at.stage.inside(HOME)["AWS_ENDPOINT_URL"]
        inside = Access(access.session, address, access.who).client("s3", at.stage.region)
        put = inside.put_object(**wanted, Body=b"another archive")
    try:
        yield
    finally:
        at.admin("s3").delete_object(**wanted, VersionId=put["VersionId"])


@LOSSES.ends(BUNDLE, says="must not have changed after the package was registered")
def an_archive_that_was_swapped_before_the_bundle_is_refused(at: Rehearsing) -> Seen:
    """Another archive lies in the place of the registered one."""
    with _swapped(at, at.candidate):
        return at.send_into("Bundle")


@LOSSES.ends(RELEASED)
def an_archive_that_is_swapped_after_the_bundle_is_not_deployed(at: Rehearsing) -> Seen:
    """Another archive is laid over the bundled one: what is deployed is the bundled version."""
    version = at.candidate
    with at.closed_before("Staging") as execution, _swapped(at, version):
        at.open_before("Staging")
        at.settle(execution)
        at.approve(execution)
        seen = at.ended(execution)
    release = at.story.show(execution)["release"]
    assert release["archive"]["sha256"] in at.live()["archive"]
    assert release["package"]["version"] == version
    return seen


@LOSSES.ends(STAGING, says="NoSuchVersion")
def an_archive_whose_bundled_version_is_lost_is_missed(at: Rehearsing) -> Seen:
    """The exact version of the archive is deleted before staging has copied it."""
    version = at.train_on_other_rows()
    with at.closed_before("Staging", version) as execution:
        wanted = _archive(at, version)
        found = at.admin("s3", vpc=HOME).head_object(**wanted)["VersionId"]
        at.admin("s3").delete_object(**wanted, VersionId=found)
        at.open_before("Staging")
        return at.ended(execution)


@LOSSES.ends(RELEASED)
def a_tag_that_moves_to_another_image_changes_nothing(at: Rehearsing) -> Seen:
    """A tag of the image is put on another one while the release waits at the gate."""
    execution = at.gate()
    release = at.story.show(execution)["release"]
    client = at.by("milo", "ecr")
    name = at.naming.repository_name(HOME, "model")
    image = client.batch_get_image(
        repositoryName=name, imageIds=[{"imageDigest": release["image"]["digest"]}]
    )["images"][0]
    other = json.dumps(json.loads(image["imageManifest"]) | {"annotations": {"other": execution}})
    client.put_image(repositoryName=name, imageManifest=other, imageTag=f"latest-{execution}")
    at.approve(execution)
    seen = at.ended(execution)
    assert at.live()["image"].endswith(f"@{release['image']['digest']}")
    return seen


@LOSSES.ends(PRODUCTION, says="NoSuchKey")
def a_lost_artefact_is_missed(at: Rehearsing) -> Seen:
    """The release is removed from the bucket of artefacts while it waits at the gate."""
    execution = at.past_the_gate()
    client, wanted = at.admin("s3"), place_of(at, execution, "Release")
    marker = client.delete_object(**wanted)["VersionId"]
    try:
        return at.tried_again(execution, "Production")
    finally:
        client.delete_object(**wanted, VersionId=marker)


@LOSSES.ends(BUNDLE, says="DisabledException")
def a_disabled_key_of_the_build_signs_nothing(at: Rehearsing) -> Seen:
    """The key that signs releases is disabled."""
    with disabled(at, HOME, "release-signing"):
        return at.send_into("Bundle")


@LOSSES.ends(TEST, says="DisabledException")
def a_disabled_key_of_tests_signs_nothing(at: Rehearsing) -> Seen:
    """The key that signs tests in staging is disabled."""
    with disabled(at, "staging", "test-signing"):
        return at.send_into("Test")


@LOSSES.ends(COMMAND, says="DisabledException")
def a_disabled_key_of_a_person_approves_nothing(at: Rehearsing) -> Seen:
    """The release manager's own key is disabled."""
    execution = at.gate()
    with disabled(at, HOME, "approval-rita"):
        return at.refused_by_command(at.approving(execution, "rita"))


@LOSSES.ends(PRODUCTION, says="evidence")
def what_cannot_be_kept_as_evidence_is_told(at: Rehearsing) -> Seen:
    """The evidence bucket of production refuses every write."""
    with _refusing_writes(at, "production"):
        return at.send_into("Production")


@LOSSES.ends(PRODUCTION, says="terraform init: must succeed")
def a_full_disk_changes_nothing(at: Rehearsing) -> Seen:
    """Terraform in production can write nothing to its disk."""
    with full_disk(at, "production", "deploy"):
        execution = at.on_its_way("Production")
        seen = at.ended(execution)
    at.leave(execution, "Production")
    return seen


@contextmanager
def _refusing_writes(at: Rehearsing, account: str) -> Iterator[None]:
    """Let the policy of the evidence bucket refuse every object."""
    client, bucket = at.applier("s3", account), at.naming.bucket_name(account, "evidence")
    before = client.get_bucket_policy(Bucket=bucket)["Policy"]
    refused = {
        "Sid": "Rehearsal",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.loads(before)
    policy["Statement"].append(refused)
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    try:
        yield
    finally:
        client.put_bucket_policy(Bucket=bucket, Policy=before)
