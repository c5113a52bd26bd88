"""A SageMaker, a topic and parameters of an account, as the detective control meets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from pipelines.detective.control import Clients, Settings
from pipelines.detective.subjects import Kind
from tests.pipelines.detective.described import ACCOUNT, REGION, described

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:security"
SETTINGS = Settings(ACCOUNT, REGION, ("/acme/lab/network/subnet-ids",), TOPIC)


def gone(call: str) -> ClientError:
    """Return SageMaker's answer for what does not exist."""
    error = {"Code": "ValidationException", "Message": 'Could not find model "one".'}
    return ClientError({"Error": error}, call)


@dataclass
class FakeSageMaker:
    """Answers Describe calls from what it holds; stopping and deleting changes that."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    called: list[tuple[str, str]] = field(default_factory=list)
    refuses: ClientError | None = None

    def __getattr__(self, call: str) -> Any:
        def answer(**parameters: str) -> dict[str, Any]:
            name = next(iter(parameters.values()))
            if call.startswith("describe_"):
                return self._described(call, name)
            self.called.append((call, name))
            if self.refuses is not None:
                raise self.refuses
            return {}

        return answer

    def get_paginator(self, _call: str) -> Any:
        """Page endpoints, one a page."""
        pages = [{"Endpoints": [{"EndpointName": name}]} for name in self.endpoints]

        class Paginator:
            def paginate(self) -> Iterator[dict[str, Any]]:
                return iter(pages)

        return Paginator()

    def _described(self, call: str, name: str) -> dict[str, Any]:
        if call == "describe_endpoint":
            if name not in self.endpoints:
                raise gone(call)
            return {"EndpointConfigName": self.endpoints[name]}
        if name not in self.held:
            raise gone(call)
        return self.held[name]


@dataclass
class FakeTopic:
    """Keeps what was said."""

    said: list[dict[str, str]] = field(default_factory=list)

    def publish(self, **notice: str) -> None:
        """Keep a notice."""
        self.said.append(notice)


class FakeParameters:
    """Holds the platform's subnets."""

    def get_parameters(self, **_wanted: Any) -> dict[str, Any]:
        """Return the list of subnets."""
        return {"Parameters": [{"Name": "subnet-ids", "Value": "subnet-a,subnet-b"}]}


@dataclass
class World:
    """All of it."""

    sagemaker: FakeSageMaker
    sns: FakeTopic = field(default_factory=FakeTopic)

    @property
    def clients(self) -> Clients:
        """The clients that the control is given."""
        return Clients(sagemaker=self.sagemaker, sns=self.sns, ssm=FakeParameters())


def world(kind: Kind, document: dict[str, Any] | None = None, **more: Any) -> World:
    """Return a world in which one resource of a kind exists under the name `one`."""
    return World(FakeSageMaker({"one": document or described(kind)}, **more))
