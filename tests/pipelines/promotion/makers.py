"""Who makes a release in these tests, as AWS tells of them, and a KMS with their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from tests.pipelines.attestations.cast import Holder

HOME = "111111111111"
RUN = f"arn:aws:sagemaker:eu-west-1:{HOME}:pipeline/gatehouse-breast-cancer/execution/x1"
RULE = f"arn:aws:events:eu-west-1:{HOME}:rule/gatehouse-breast-cancer-promotion"
BY_RULE = {"triggerType": "CloudWatchEvent", "triggerDetail": RULE}


def session(role: str, name: str = "some", source: str | None = None) -> dict[str, Any]:
    """What SageMaker tells of a caller."""
    arn = f"arn:aws:sts::{HOME}:assumed-role/gatehouse-data-science-{role}/{name}"
    told = {"Arn": arn, "PrincipalId": f"AROA:{name}"}
    return {"IamIdentity": told | ({"SourceIdentity": source} if source else {})}


def forbidden(operation: str) -> ClientError:
    """The words in which AWS refuses a caller."""
    denied = {"Code": "AccessDeniedException", "Message": "not this role"}
    return ClientError({"Error": denied}, operation)


@dataclass
class Makers:
    """Sofia trains by the pipeline, lena approves, a rule starts the promotion."""

    created: Mapping[str, Any] = field(default_factory=lambda: session("pipeline"))
    modified: Mapping[str, Any] = field(default_factory=lambda: session("lead", source="lena"))
    ran: Mapping[str, Any] = field(
        default_factory=lambda: session("data-scientist", source="sofia")
    )
    trigger: Mapping[str, str] = field(default_factory=lambda: dict(BY_RULE))

    def get_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Tell what started the promotion, as CodePipeline does."""
        assert request["pipelineName"] == "gatehouse-breast-cancer-promotion"
        return {"pipelineExecution": {"trigger": dict(self.trigger)}}

    def describe_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Tell who started the training, as SageMaker does."""
        assert request == {"PipelineExecutionArn": RUN}
        return {"CreatedBy": dict(self.ran)}


class Registry:
    """A `sagemaker` client in which packages and runs have makers."""

    def __init__(self, client: Any, makers: Makers) -> None:
        self._client = client
        self._makers = makers

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        """Describe a package as its makers left it."""
        told: dict[str, Any] = self._client.describe_model_package(**request)
        makers = self._makers
        return told | {"CreatedBy": dict(makers.created), "LastModifiedBy": dict(makers.modified)}

    def describe_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Tell who started the training."""
        return self._makers.describe_pipeline_execution(**request)


@dataclass
class Kms:
    """Signs with the keys that it has."""

    holders: tuple[Holder, ...]
    denied: bool = False

    def get_public_key(self, **request: Any) -> dict[str, Any]:
        """Tell the public half of a key."""
        key = self._holder(request["KeyId"]).key
        return {
            "KeyId": key.key_arn,
            "PublicKey": key.public_key.der,
            "SigningAlgorithms": ["ECDSA_SHA_256"],
        }

    def sign(self, **request: Any) -> dict[str, Any]:
        """Sign a digest."""
        if self.denied:
            raise forbidden("Sign")
        assert (request["MessageType"], request["SigningAlgorithm"]) == ("DIGEST", "ECDSA_SHA_256")
        private = self._holder(request["KeyId"]).private
        return {"Signature": private.sign(request["Message"], ec.ECDSA(Prehashed(SHA256())))}

    def _holder(self, arn: str) -> Holder:
        return next(one for one in self.holders if one.key.key_arn == arn)
