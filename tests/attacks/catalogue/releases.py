"""Attacks on what is released: artefacts, images, packages, and the endpoint that serves."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import (
    BOUNDARY,
    IDENTITY,
    RESOURCE,
    SERVICE_CONTROL,
)
from tests.attacks.landmarks import an_artifact, an_image, what_is_served

RELEASES = Attacks()
_NOBODY_ALLOWS = Because(IDENTITY)
_NOT_AN_ENGINEER = Because(BOUNDARY, "DenyPublishingButByEngineers")
_SERVING = Because(SERVICE_CONTROL, "DenyServingOutsidePromotion")


@RELEASES.by("ml-engineer", "data-science", "objects-move-through-own-endpoints")
def swap_an_artefact_of_the_promotion(at: Attacker) -> None:
    """An ML engineer puts another release in place of the bundled one, as do others."""
    wanted = an_artifact(at, "Release")
    swapped = {**wanted, "Body": b"another release"}
    for role in ("ml-engineer", "data-scientist", "lead", "release-manager"):
        inside = at.client("s3", vpc="data-science", role=role)
        at.refused(inside.put_object, _NOBODY_ALLOWS, **swapped)
        at.refused(inside.delete_object, _NOBODY_ALLOWS, **wanted)
    outside = at.client("s3")
    at.refused(outside.put_object, Because(RESOURCE, "DenyOutsideEndpoints"), **swapped)
    build = at.client_in_build("model-build", "s3", vpc="data-science")
    at.refused(build.put_object, _NOBODY_ALLOWS, **swapped)


@RELEASES.by(
    "test",
    "staging",
    "a-deployment-writes-its-report-only",
    "a-test-writes-its-report-only",
)
def hand_on_what_another_build_made(at: Attacker) -> None:
    """Code in the test of staging puts another release where production takes it from."""
    for project in ("test", "deploy"):
        build = at.client_in_build(project, "s3", vpc="staging")
        for name in ("Source", "Release", "Deployed_production", "Verified_production"):
            beside = an_artifact(at, name)
            beside["Key"] += "-2"
            at.refused(build.put_object, _NOBODY_ALLOWS, **beside, Body=b"another release")


@RELEASES.by("data-scientist", "data-science", "objects-move-through-own-endpoints")
def publish_source_that_nobody_reviewed(at: Attacker) -> None:
    """A data scientist puts their own code where the builds take theirs from."""
    source = {
        "Bucket": at.naming.bucket_name("data-science", "source"),
        "Key": "source/pipelines.zip",
        "Body": b"mine",
    }
    inside, outside = at.client("s3", vpc="data-science"), at.client("s3")
    at.refused(inside.put_object, _NOBODY_ALLOWS, **source)
    at.refused(outside.put_object, Because(RESOURCE, "DenyOutsideEndpoints"), **source)
    build = at.client_in_build("bundle", "s3", vpc="data-science")
    at.refused(build.put_object, Because(IDENTITY), Because(RESOURCE), **source)


@RELEASES.by(
    "data-scientist",
    "data-science",
    "images-are-pushed-by-few",
    "publishing-belongs-to-the-tag-of-an-engineer",
)
def replace_the_image_of_the_model(at: Attacker) -> None:
    """A data scientist pushes another image under a tag that is used, as do others."""
    image = an_image(at, "data-science")
    pushed = {
        "repositoryName": image["repositoryName"],
        "imageManifest": image["manifest"],
        "imageTag": "latest",
    }
    for role in ("data-scientist", "lead", "release-manager", "platform-admin"):
        at.refused(at.client("ecr", role=role).put_image, _NOT_AN_ENGINEER, **pushed)
    for project in ("model-build", "bundle"):
        build = at.client_in_build(project, "ecr")
        at.refused(build.put_image, _NOBODY_ALLOWS, **pushed)


@RELEASES.by(
    "ml-engineer",
    "data-science",
    "images-are-pushed-by-few",
    "images-are-pulled-from-afar-by-releases-only",
)
def push_an_image_into_production(at: Attacker) -> None:
    """An ML engineer, who may push where models are made, pushes where they serve."""
    image = an_image(at, "production")
    at.refused(
        at.client("ecr").put_image,
        Because(RESOURCE),
        registryId=at.account_id("production"),
        repositoryName=image["repositoryName"],
        imageManifest=image["manifest"],
        imageTag="latest",
    )


@RELEASES.by(
    "ml-engineer",
    "data-science",
    "images-are-pushed-by-few",
    "policies-of-resources-change-with-terraform-only",
)
def loosen_the_repository(at: Attacker) -> None:
    """An ML engineer removes an image, lets tags move, and lets others push."""
    image = an_image(at, "data-science")
    named = {"repositoryName": image["repositoryName"]}
    digest = [{"imageDigest": image["digest"]}]
    for role in ("ml-engineer", "data-scientist", "platform-admin"):
        client = at.client("ecr", role=role)
        at.refused(client.batch_delete_image, _NOBODY_ALLOWS, **named, imageIds=digest)
        at.refused(
            client.put_image_tag_mutability, _NOBODY_ALLOWS, **named, imageTagMutability="MUTABLE"
        )
    for role in ("ml-engineer", SIGN_IN):
        at.refused(
            at.client("ecr", role=role).set_repository_policy,
            Because(SERVICE_CONTROL, "DenySharingOutsideApply"),
            **named,
            policyText="{}",
        )


@RELEASES.by("verify", "production", "images-are-pushed-by-few", "releases-only-pull-from-afar")
def change_images_from_a_build_of_production(at: Attacker) -> None:
    """Code in a build of production pushes where it may not, or removes what was released."""
    here, there = an_image(at, "production"), an_image(at, "data-science")
    pushed = {"imageManifest": here["manifest"], "imageTag": "latest"}
    verifying = at.client_in_build("verify", "ecr")
    at.refused(verifying.put_image, _NOBODY_ALLOWS, repositoryName=here["repositoryName"], **pushed)
    releasing = at.client_in_build("deploy", "ecr")
    at.refused(
        releasing.batch_delete_image,
        _NOBODY_ALLOWS,
        repositoryName=here["repositoryName"],
        imageIds=[{"imageDigest": here["digest"]}],
    )
    at.refused(
        releasing.put_image,
        Because(RESOURCE),
        registryId=at.account_id("data-science"),
        repositoryName=there["repositoryName"],
        **pushed,
    )


@RELEASES.by(
    "data-scientist",
    "data-science",
    "packages-are-published-by-few",
)
def publish_a_package_that_builds_install(at: Attacker) -> None:
    """A data scientist publishes a package under a known name, or removes the true one."""
    place: dict[str, Any] = {
        "domain": at.naming.package_domain_name("data-science"),
        "repository": "pypi",
    }
    asset = {
        "assetName": "numpy.tar.gz",
        "assetContent": b"mine",
        "assetSHA256": hashlib.sha256(b"mine").hexdigest(),
    }
    for role in ("data-scientist", "lead", SIGN_IN):
        client = at.client("codeartifact", vpc="data-science", role=role)
        at.refused(
            client.publish_package_version,
            Because(RESOURCE, "DenyPublishToOthers"),
            **place,
            **{"format": "generic", "namespace": "pypi", "package": "numpy"},
            packageVersion="99.0",
            **asset,
        )
        at.refused(
            client.delete_package_versions,
            Because(RESOURCE, "DenyRemoval"),
            **place,
            **{"format": "pypi", "package": "numpy", "versions": ["2.0.0"]},
        )


@RELEASES.by("platform-admin", "production", "serving-changes-with-releases-only")
def change_the_endpoint_by_hand(at: Attacker) -> None:
    """A platform admin puts another model behind the endpoint of production, as do others."""
    configuration, model = what_is_served(at, "production")
    endpoint = {"EndpointName": at.naming.endpoint_name("production", at.model)}
    current = configuration["EndpointConfigName"]
    other = {
        "EndpointConfigName": f"{current}-2",
        "KmsKeyId": configuration["KmsKeyId"],
        "ProductionVariants": [
            {
                **{"VariantName": "all", "ModelName": model["ModelName"]},
                **{"InitialInstanceCount": 1, "InstanceType": "ml.m5.large"},
            }
        ],
    }
    for role in ("platform-admin", "release-manager", SIGN_IN):
        client = at.client("sagemaker", role=role)
        at.refused(client.create_endpoint_config, _SERVING, **other)
        at.refused(client.update_endpoint, _SERVING, **endpoint, EndpointConfigName=current)
        at.refused(client.delete_endpoint, _SERVING, **endpoint)
    applying = at.client("sagemaker", role="apply")
    at.refused(applying.create_endpoint_config, _NOBODY_ALLOWS, **other)
    for project in ("test", "verify"):
        build = at.client_in_build(project, "sagemaker", vpc="production")
        at.refused(build.update_endpoint, _SERVING, **endpoint, EndpointConfigName=current)


@RELEASES.by("test", "production", "only-consumers-ask-models")
def ask_the_model_past_its_consumers(at: Attacker) -> None:
    """Code in a build of production asks the model by the build's own role."""
    asked = {
        "EndpointName": at.naming.endpoint_name("production", at.model),
        "ContentType": "text/csv",
        "Body": ",".join(["1"] * 30),
    }
    for project in ("deploy", "test", "verify"):
        build = at.client_in_build(project, "sagemaker-runtime", vpc="production")
        at.refused(build.invoke_endpoint, _NOBODY_ALLOWS, **asked)
    applying = at.client("sagemaker-runtime", vpc="production", role="apply")
    at.refused(applying.invoke_endpoint, _NOBODY_ALLOWS, **asked)
