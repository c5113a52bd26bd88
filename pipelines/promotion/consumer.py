"""Asks an endpoint as its consumers do: with their role, over the runtime API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.errors import Finding
from pipelines.promotion.aws import Aws
from pipelines.promotion.release import Release
from pipelines.promotion.rows import Table, parse_csv
from pipelines.promotion.settings import Settings

CSV = "text/csv"
JSON = "application/json"
# Asks for the same text that the training pipeline recorded.
CSV_WITH_HEADER = "text/csv; header=present"


class RuntimeClient(Protocol):
    """The operation of the `sagemaker-runtime` client that is used here."""

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Answer:
    """What came back: the container's own status, its content type and its bytes."""

    status: int
    content_type: str
    body: bytes


class Consumer:
    """Somebody who may invoke one endpoint."""

    def __init__(self, client: RuntimeClient, endpoint: str) -> None:
        self._client = client
        self.endpoint = endpoint

    def ask(self, body: bytes, content_type: str = CSV, accept: str = CSV) -> Answer:
        """Send a request; a refusal by the container is an answer too."""
        with aws_call(f"endpoint {self.endpoint}", "must answer its consumer"):
            try:
                answer = self._client.invoke_endpoint(
                    EndpointName=self.endpoint, Body=body, ContentType=content_type, Accept=accept
                )
            except ClientError as error:
                if error_code(error) != "ModelError":
                    raise
                told = error.response
                message = str(told.get("OriginalMessage", ""))
                return Answer(int(told.get("OriginalStatusCode", 500)), "", message.encode())
            return Answer(200, str(answer.get("ContentType", "")), answer["Body"].read())

    def predictions(self, rows: Table) -> Table:
        """Ask for predictions; refuse anything but a table."""
        answer = self.ask(rows.csv(), accept=CSV_WITH_HEADER)
        if answer.status != 200:
            raise Finding(
                f"endpoint {self.endpoint}",
                f"must predict {len(rows.rows)} held-out rows",
                got=f"status {answer.status}: {answer.body[:200].decode(errors='replace')}",
            )
        return parse_csv(f"answer of endpoint {self.endpoint}", answer.body)


def become_consumer(aws: Aws, settings: Settings, release: Release) -> Consumer:
    """Take the consumers' role of the account and look at the release's endpoint with it."""
    account = settings.account
    role = settings.naming.role_arn(account.name, "consumer")
    session = aws.assume(
        role, f"promotion-{release.version}-{settings.execution_id}", account.region
    )
    name = settings.naming.endpoint_name(account.name, release.model)
    return Consumer(session.client("sagemaker-runtime", account.region), name)
