"""Takes the role of a pipeline and, through it, that of an action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from twin.credentials import Credentials
from twin.engines.codepipeline.failures import ActionFailedError
from twin.engines.codepipeline.records import Place
from twin.errors import ServiceError
from twin.network import of_service
from twin.table import Record

_SERVICE = "codepipeline.amazonaws.com"
# A pipeline acts from a network of CodePipeline; only its builds may stand in a VPC.
POSITION = of_service(_SERVICE)
_LEFT = timedelta(minutes=5)


class Taken:
    """The role of one action, taken again before a session is over: actions may last for days."""

    def __init__(self, place: Place, execution: Record, action: Mapping[str, Any]) -> None:
        self._place = place
        self._execution = execution
        self._action = action
        self._held: Credentials | None = None

    def credentials(self) -> Credentials:
        """Return keys of the role; raises ActionFailedError where it cannot be taken."""
        held = self._held
        if held is None or (held.expires and held.expires - self._place.twin.now() < _LEFT):
            held = self._held = self._take()
        return held

    def _take(self) -> Credentials:
        pipeline_role = self._execution["declaration"]["roleArn"]
        twin, name = self._place.twin, str(int(self._place.twin.now().timestamp() * 1000))
        try:
            session = twin.service_session(
                pipeline_role,
                _SERVICE,
                name,
                source_arn=self._place.pipeline_arn(self._execution["pipeline"]),
                source_account=self._place.account_id,
            )
        except ServiceError as error:
            raise _not_assumed(pipeline_role, error.message) from error
        role_arn = self._action.get("roleArn")
        if not role_arn:
            return session
        sts = twin.client("sts", session, self._place.region, POSITION)
        try:
            answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=name)["Credentials"]
        except ClientError as error:
            raise _not_assumed(role_arn, error.response["Error"]["Message"]) from error
        keys = (answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
        return Credentials(*keys, answer["Expiration"])


def _not_assumed(role_arn: str, why: str) -> ActionFailedError:
    return ActionFailedError(
        "PermissionError",
        f"CodePipeline is not authorized to perform AssumeRole on role {role_arn}. {why}",
    )
