"""What a plan may change: what a release is made of, and never whether its endpoint exists.

Source and variables of a plan are those of the signed release; its third input is the state, which
nobody has signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.errors import Finding
from pipelines.promotion.terraform_messages import Change

_ENDPOINT = "aws_sagemaker_endpoint"
_MADE_OF = frozenset(
    {
        _ENDPOINT,
        "aws_sagemaker_endpoint_configuration",
        "aws_sagemaker_model",
        "aws_cloudwatch_metric_alarm",
    }
)
# A move changes an address in the state alone.
_KEEPING = frozenset({"create", "update", "move"})
_HINT = "see who changed the state: its bucket keeps every version"


class UnfitPlan(Finding):
    """A plan that does more than to let an endpoint run a release; nothing of it is applied."""


class EndpointGoes(UnfitPlan):
    """A plan that deletes the endpoint, or makes it anew."""


def check_plan(changes: Sequence[Change]) -> None:
    """Raise EndpointGoes for a plan that takes the endpoint, UnfitPlan for one of other things."""
    for change in changes:
        if change.type not in _MADE_OF:
            raise UnfitPlan(
                f"plan of {change.address}",
                f"must change nothing but {', '.join(sorted(_MADE_OF))}",
                got=f"{change.action} of {change.type}",
                hint=_HINT,
            )
        if change.type == _ENDPOINT and change.action not in _KEEPING:
            raise EndpointGoes(
                f"plan of {change.address}",
                "must keep the endpoint that answers",
                got=change.action,
                hint=_HINT,
            )
