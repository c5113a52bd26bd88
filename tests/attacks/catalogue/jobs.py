"""Attacks by jobs: what runs outside the network, without keys, with a way out, or for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import IDENTITY, SERVICE_CONTROL
from tests.attacks.places import (
    STRANGER,
    STRANGERS_KEY,
    a_processing_job,
    a_training_job,
    of_a_stranger,
)

JOBS = Attacks()


def _start(at: Attacker, sid: str, wanted: Mapping[str, Any], role: str = SIGN_IN) -> None:
    """Start a job, training or processing, that the guardrail of that name must refuse."""
    client = at.client("sagemaker", role=role)
    training = "TrainingJobName" in wanted
    call = client.create_training_job if training else client.create_processing_job
    at.refused(call, Because(SERVICE_CONTROL, sid), **wanted)


def _without(wanted: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """Give a request without one of its parameters."""
    name, *deeper = path
    if not deeper:
        return {each: wanted[each] for each in wanted if each != name}
    return {**wanted, name: _without(wanted[name], *deeper)}


@JOBS.by("data-scientist", "data-science", "people-start-no-job-of-their-own")
def start_a_job_of_ones_own(at: Attacker) -> None:
    """A data scientist starts the very job that a pipeline would, with their own code in it."""
    client = at.client("sagemaker", vpc="data-science")
    at.refused(client.create_training_job, Because(IDENTITY), **a_training_job(at))
    at.refused(client.create_processing_job, Because(IDENTITY), **a_processing_job(at))


@JOBS.by(SIGN_IN, "data-science", "jobs-name-subnets", "jobs-name-security-groups")
def run_a_job_outside_the_network(at: Attacker) -> None:
    """An administrator starts jobs that reach the internet from a network of AWS."""
    _start(at, "DenyJobsWithoutSubnets", _without(a_training_job(at), "VpcConfig"))
    processing = a_processing_job(at)
    _start(at, "DenyJobsWithoutSubnets", _without(processing, "NetworkConfig", "VpcConfig"))
    _start(at, "DenyJobsWithoutSubnets", _without(processing, "NetworkConfig"))


@JOBS.by(SIGN_IN, "data-science", "volumes-are-under-own-keys", "output-is-under-own-keys")
def run_a_job_without_our_keys(at: Attacker) -> None:
    """An administrator starts jobs whose disks or results are under no key, or a stranger's."""
    foreign = of_a_stranger(at, "kms", STRANGERS_KEY)
    job = a_training_job(at)
    _start(at, "DenyVolumesWithoutOwnKey", _without(job, "ResourceConfig", "VolumeKmsKeyId"))
    _start(at, "DenyOutputWithoutOwnKey", _without(job, "OutputDataConfig", "KmsKeyId"))
    volume = {"ResourceConfig": {**job["ResourceConfig"], "VolumeKmsKeyId": foreign}}
    _start(at, "DenyVolumesWithoutOwnKey", {**job, **volume})
    output = {"OutputDataConfig": {**job["OutputDataConfig"], "KmsKeyId": foreign}}
    _start(at, "DenyOutputWithoutOwnKey", {**job, **output})
    processing = _without(a_processing_job(at), "ProcessingOutputConfig", "KmsKeyId")
    _start(at, "DenyOutputWithoutOwnKey", processing)


@JOBS.by(SIGN_IN, "data-science", "containers-have-no-network")
def run_a_job_that_is_not_isolated(at: Attacker) -> None:
    """An administrator starts jobs whose containers may speak to the network."""
    job, processing = a_training_job(at), a_processing_job(at)
    _start(at, "DenyContainersWithNetwork", {**job, "EnableNetworkIsolation": False})
    _start(at, "DenyContainersWithNetwork", _without(job, "EnableNetworkIsolation"))
    open_to_it = {**processing["NetworkConfig"], "EnableNetworkIsolation": False}
    _start(at, "DenyContainersWithNetwork", {**processing, "NetworkConfig": open_to_it})


@JOBS.by(SIGN_IN, "data-science", "jobs-encrypt-traffic")
def run_a_job_that_talks_in_the_clear(at: Attacker) -> None:
    """An administrator starts a job whose machines send each other data in the clear."""
    job = a_training_job(at)
    name = "EnableInterContainerTrafficEncryption"
    for wanted in ({**job, name: False}, _without(job, name)):
        _start(at, "DenyPlainTrafficBetweenContainers", wanted)


@JOBS.by(
    SIGN_IN,
    "data-science",
    "nothing-is-debugged-from-afar",
    "nothing-stays-warm",
    "nothing-mounts-file-systems",
)
def enter_a_job_that_runs(at: Attacker) -> None:
    """An administrator opens a shell in a job, keeps its machine, or mounts a disk of theirs."""
    job = a_training_job(at)
    _start(at, "DenyRemoteDebugging", {**job, "RemoteDebugConfig": {"EnableRemoteDebug": True}})
    kept = {**job["ResourceConfig"], "KeepAlivePeriodInSeconds": 3600}
    _start(at, "DenyWarmPools", {**job, "ResourceConfig": kept})
    mounted = {
        "ChannelName": "train",
        "DataSource": {
            "FileSystemDataSource": {
                "FileSystemId": "fs-0123456789abcdef0",
                "FileSystemAccessMode": "rw",
                "FileSystemType": "EFS",
                "DirectoryPath": "/",
            }
        },
    }
    _start(at, "DenyFileSystems", {**job, "InputDataConfig": [mounted]})


@JOBS.by(SIGN_IN, "data-science", "instances-are-listed", "jobs-end")
def mine_at_our_cost(at: Attacker) -> None:
    """An administrator starts a job on the largest machines, or for weeks."""
    job = a_training_job(at)
    large = {**job["ResourceConfig"], "InstanceType": "ml.p4d.24xlarge"}
    _start(at, "DenyOtherInstances", {**job, "ResourceConfig": large})
    for_weeks = {"StoppingCondition": {"MaxRuntimeInSeconds": 28 * 86400}}
    _start(at, "DenyEndlessJobs", {**job, **for_weeks})


@JOBS.by("data-scientist", "data-science", "people-start-no-job-of-their-own")
def run_a_strangers_image_on_our_data(at: Attacker) -> None:
    """A data scientist has a stranger's image read our data and write to a stranger's bucket."""
    job = a_training_job(at)
    image = f"{STRANGER}.dkr.ecr.{at.stage.region}.amazonaws.com/collect:latest"
    theirs = {
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "OutputDataConfig": {**job["OutputDataConfig"], "S3OutputPath": "s3://collect/out"},
    }
    client = at.client("sagemaker", vpc="data-science")
    at.refused(client.create_training_job, Because(IDENTITY), **{**job, **theirs})


@JOBS.by("ml-engineer", "data-science", "nobody-reaches-outside-the-organisation")
def fetch_a_strangers_image(at: Attacker) -> None:
    """An engineer, and code inside the build of images, fetch a stranger's image."""
    wanted = {
        "registryId": STRANGER,
        "repositoryName": "collect",
        "imageIds": [{"imageTag": "latest"}],
    }
    because = Because(SERVICE_CONTROL, "DenyResourcesOutsideOrganization")
    at.refused(at.client("ecr").batch_get_image, because, **wanted)
    build = at.client_in_build("model-build", "ecr", vpc="data-science")
    at.refused(build.batch_get_image, because, **wanted)


@JOBS.by(SIGN_IN, "data-science", "no-notebook-instances")
def open_a_notebook_to_the_internet(at: Attacker) -> None:
    """A notebook instance with a public address is made, started or opened."""
    # Both say so; which is told first is the service's to choose.
    because = (
        Because(SERVICE_CONTROL, "DenyUndeclaredActions"),
        Because(SERVICE_CONTROL, "DenyNotebookInstances"),
    )
    name = {"NotebookInstanceName": "attack"}
    for role in (SIGN_IN, "apply", "data-scientist"):
        client = at.client("sagemaker", role=role)
        at.refused(
            client.create_notebook_instance,
            *because,
            **name,
            InstanceType="ml.t3.medium",
            RoleArn=at.naming.role_arn("data-science", "training"),
            DirectInternetAccess="Enabled",
            RootAccess="Enabled",
        )
        at.refused(client.start_notebook_instance, *because, **name)
        at.refused(client.create_presigned_notebook_instance_url, *because, **name)
