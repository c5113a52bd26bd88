"""Where a SageMaker resource lives, and how it is named there."""

from __future__ import annotations

from dataclasses import dataclass

from twin.call import Call
from twin.credentials import Credentials
from twin.errors import ServiceError
from twin.network import of_service
from twin.table import Table
from twin.twin import Twin

PRINCIPAL = "sagemaker.amazonaws.com"
# Where SageMaker acts from by itself, whatever network a job is given.
POSITION = of_service(PRINCIPAL)


@dataclass(frozen=True)
class Place:
    """An account and a region."""

    account_id: str
    region: str

    @staticmethod
    def of(call: Call) -> Place:
        """Return where a call acts."""
        return Place(call.account_id, call.region)

    @staticmethod
    def of_arn(arn: str) -> Place:
        """Return where the resource with this ARN lives."""
        parts = arn.split(":")
        return Place(parts[4], parts[3])

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of a resource."""
        return f"arn:aws:sagemaker:{self.region}:{self.account_id}:{kind}/{name}"

    def table(self, twin: Twin, noun: str) -> Table:
        """Return the records of one resource type."""
        return twin.table(f"sagemaker/{noun}", self.account_id, self.region)

    def session(self, twin: Twin, role_arn: str, source_arn: str) -> Credentials:
        """Assume a role as SageMaker does for one of its resources.

        ServiceError ValidationException where the role is missing or does not let SageMaker in.
        """
        try:
            return twin.service_session(
                role_arn,
                PRINCIPAL,
                "SageMaker",
                source_arn=source_arn,
                source_account=self.account_id,
            )
        except (ServiceError, IndexError) as error:
            raise invalid(
                f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
                f"principal '{PRINCIPAL}' to assume the role."
            ) from error


def invalid(message: str) -> ServiceError:
    """Return the error of a request that breaks a rule."""
    return ServiceError("ValidationException", message, 400)


def in_use(message: str) -> ServiceError:
    """Return the error of a name that is taken."""
    return ServiceError("ResourceInUse", message, 400)


def not_found(message: str) -> ServiceError:
    """Return the error of a resource that does not exist."""
    return ServiceError("ResourceNotFound", message, 400)
