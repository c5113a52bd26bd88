"""Asking an endpoint, and what the trained model itself said about the same row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding
from pipelines.naming import Naming
from scripts.access import Access, aws_errors


@dataclass(frozen=True)
class Compared:
    """The first held-out row, the endpoint's answer and the model's own."""

    row: Mapping[str, str]
    truth: str
    endpoint: Mapping[str, str]
    model: Mapping[str, str]

    @property
    def is_equal(self) -> bool:
        """Tell whether the endpoint says what the model said."""
        return self.endpoint == self.model


def compare(
    release: Mapping[str, Any], target: str, naming: Naming, reader: Access, consumer: Access
) -> Compared:
    """Ask a target's endpoint about the first held-out row of a release."""
    account = naming.organization.account(target)
    home = naming.organization.home_of(account)
    header, first = _first_row(reader, home.region, release["holdout"]["uri"])
    outputs, predicted = _first_row(reader, home.region, release["predictions"]["uri"])
    endpoint = naming.endpoint_name(target, str(release["model"]))
    body = f"{','.join(header[:-1])}\n{','.join(first[:-1])}\n"
    with aws_errors(f"endpoint {endpoint}", "must answer", consumer.endpoint):
        answer = (
            consumer.client("sagemaker-runtime", account.region)
            .invoke_endpoint(
                EndpointName=endpoint, ContentType="text/csv", Accept="text/csv", Body=body.encode()
            )["Body"]
            .read()
        )
    lines = answer.decode("utf-8").splitlines()
    if not lines:
        raise Finding(f"endpoint {endpoint}", "must answer a line for each row", got="nothing")
    return Compared(
        row=dict(zip(header[:-1], first[:-1], strict=True)),
        truth=first[-1],
        endpoint=dict(zip(outputs, lines[-1].split(","), strict=False)),
        model=dict(zip(outputs, predicted, strict=True)),
    )


def _first_row(access: Access, region: str, uri: str) -> tuple[list[str], list[str]]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    with aws_errors(uri, "must be readable", access.endpoint):
        content = access.client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read()
    lines = content.decode("utf-8").splitlines()
    if len(lines) < 2:
        raise Finding(uri, "must hold a header and a row", got=f"{len(lines)} lines")
    return lines[0].split(","), lines[1].split(",")
