"""What the plans say about how things are built and promoted, and about SageMaker's own parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.verdict import Source


@dataclass(frozen=True)
class StageAction:
    """An action of a pipeline's stage; ``role`` and ``project`` are "" where it has none."""

    name: str
    category: str
    owner: str
    provider: str
    role: str
    region: str
    project: str
    configuration: Mapping[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    order: int | None
    timeout_minutes: int | None


@dataclass(frozen=True)
class Stage:
    """A stage of a pipeline; ``settings`` are its conditions and what a failure does."""

    name: str
    actions: tuple[StageAction, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class DeliveryPipeline:
    """A CodePipeline: its stages in order, its role and where its artefacts lie."""

    address: str
    account: str
    name: str
    type: str
    execution_mode: str
    role: str
    stages: tuple[Stage, ...]
    variables: tuple[str, ...]
    stores: tuple[Mapping[str, Any], ...]
    source: Source


@dataclass(frozen=True)
class BuildProject:
    """A CodeBuild project. ``subnets`` and ``groups`` are addresses or identifiers."""

    address: str
    account: str
    name: str
    role: str
    image: str
    privileged: bool | None
    encryption_key: str
    source_type: str
    buildspec: str
    environment: Mapping[str, str]
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class EventTarget:
    """What an event rule starts, and with which role; ``arn`` is an address if not yet known."""

    address: str
    arn: str
    role: str
    dead_letters: str
    source: Source


@dataclass(frozen=True)
class EventRule:
    """A rule of EventBridge; ``pattern`` is None where it is a schedule or not known."""

    address: str
    account: str
    name: str
    bus: str
    pattern: Mapping[str, Any] | None
    schedule: str
    enabled: bool
    targets: tuple[EventTarget, ...]
    source: Source


@dataclass(frozen=True)
class JobStep:
    """A step of a SageMaker pipeline that runs a job, or that makes something.

    ``subnets``, ``groups``, ``keys`` and ``role`` are bound to the account where its contract
    tells the value; ``isolated`` and ``encrypted_traffic`` are None where the step is silent.
    ``arguments`` is what SageMaker gets. ``path`` leads to the step in the definition.
    """

    name: str
    type: str
    path: str
    runs_job: bool
    role: str
    image: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    volume_key: str
    output_key: str
    isolated: bool | None
    encrypted_traffic: bool | None
    arguments: Mapping[str, Any]
    source: Source


@dataclass(frozen=True)
class Definition:
    """A SageMaker pipeline's definition, parsed: every step, those in conditions as well."""

    name: str
    account: str
    parameters: tuple[str, ...]
    steps: tuple[JobStep, ...]
    source: Source


@dataclass(frozen=True)
class Studio:
    """A SageMaker domain and its people's profiles."""

    address: str
    account: str
    values: Mapping[str, Any]
    profiles: tuple[StudioProfile, ...]
    source: Source


@dataclass(frozen=True)
class StudioProfile:
    """A user profile: whose it is and with which role it works."""

    address: str
    name: str
    role: str
    values: Mapping[str, Any]
    source: Source


@dataclass(frozen=True)
class ServedModel:
    """A SageMaker model, or an endpoint with the configuration that it runs."""

    address: str
    kind: str
    account: str
    name: str
    role: str
    values: Mapping[str, Any]
    links: Mapping[str, tuple[str, ...]]
    source: Source
