"""What attackers know of the promotion, of Studio and of what is served."""

from __future__ import annotations

from copy import copy
from typing import Any

from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.places import an_object

DOMAIN = "data-science"
NOBODY_KNOWS = "00000000-0000-4000-8000-000000000000"
"""Where a call wants the id of an execution or a token, and is refused before that matters."""
EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)
"""The code of a function that does nothing, as a ZIP archive."""


def package_of(at: Attacker) -> str:
    """Give the ARN of the version that is in production."""
    group = at.naming.model_package_group(at.model)
    return arn(at, "sagemaker", "data-science", f"model-package/{group}/{at.version}")


def arn(at: Attacker, service: str, account: str, resource: str) -> str:
    """Give the ARN of something in an account of the organisation."""
    return f"arn:aws:{service}:{at.stage.region}:{at.account_id(account)}:{resource}"


def in_region(at: Attacker, region: str, service: str, role: str) -> Any:
    """Give a client of another region, with the keys of a role in production."""
    there = copy(at.stage)
    there.region = region
    return there.client(service, "production", None if role == SIGN_IN else role)


def domain_of(at: Attacker) -> dict[str, Any]:
    """Describe the domain of Studio."""
    sagemaker = at.as_administrator("sagemaker", DOMAIN)
    [found] = sagemaker.list_domains()["Domains"]
    described: dict[str, Any] = sagemaker.describe_domain(DomainId=found["DomainId"])
    return described


def promotion_of(at: Attacker) -> dict[str, Any]:
    """Give the definition of the promotion."""
    pipelines = at.as_administrator("codepipeline", "data-science")
    name = at.naming.promotion_pipeline(at.model)
    definition: dict[str, Any] = pipelines.get_pipeline(name=name)["pipeline"]
    return definition


def an_artifact(at: Attacker, name: str) -> dict[str, str]:
    """Name an artefact of a promotion that has run, as its bucket and key.

    CodePipeline keeps it under the first characters of the pipeline's name and of its own.
    """
    prefix = f"{at.naming.promotion_pipeline(at.model)[:20]}/{name[:10]}/"
    return an_object(at, "data-science", "artifacts", prefix)


def an_answer_to_the_gate(at: Attacker) -> dict[str, Any]:
    """Give what somebody sends who lets a release pass."""
    return {
        "pipelineName": at.naming.promotion_pipeline(at.model),
        "stageName": "Approve",
        "actionName": "Approve",
        "result": {"summary": "looks fine", "status": "Approved"},
        "token": NOBODY_KNOWS,
    }


def what_is_served(at: Attacker, account: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Describe what an account serves: its endpoint's configuration, and its model."""
    client = at.as_administrator("sagemaker", account)
    endpoint = client.describe_endpoint(EndpointName=at.naming.endpoint_name(account, at.model))
    configuration = client.describe_endpoint_config(
        EndpointConfigName=endpoint["EndpointConfigName"]
    )
    model = client.describe_model(ModelName=configuration["ProductionVariants"][0]["ModelName"])
    return configuration, model


def an_image(at: Attacker, account: str) -> dict[str, Any]:
    """Give an image that a repository of models holds: repository, digest and manifest."""
    client = at.as_administrator("ecr", account)
    name = at.naming.repository_name(account, "model")
    [listed, *_] = client.list_images(repositoryName=name)["imageIds"]
    [image] = client.batch_get_image(
        repositoryName=name, imageIds=[{"imageDigest": listed["imageDigest"]}]
    )["images"]
    return {
        "repositoryName": name,
        "digest": listed["imageDigest"],
        "manifest": image["imageManifest"],
    }
