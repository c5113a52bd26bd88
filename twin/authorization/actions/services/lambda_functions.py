"""Lambda: functions by name, part of an ARN or ARN, with and without a qualifier.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
_NAME = re.compile(
    r"(?:arn:(?P<partition>[^:]+):lambda:(?P<region>[^:]+):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?"
)
# A version or alias is asked for itself where the request can name one; these manage the function
# that it belongs to, and take it as a part of their work.
_OF_THE_FUNCTION = frozenset(
    "CreateAlias DeleteAlias GetAlias UpdateAlias ListAliases ListVersionsByFunction".split()
)


def lambda_() -> Service:
    """Return the table of Lambda."""
    function = {"function": _function, "function alias": _function, "function version": _function}
    return Service(
        "lambda",
        kinds=function,
        actions={"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"},
        about={
            "DeleteProvisionedConcurrencyConfig": ("function alias",),
            "GetProvisionedConcurrencyConfig": ("function alias",),
            "PutProvisionedConcurrencyConfig": ("function alias",),
        },
        places={
            "CodeSigningConfigId": ("CodeSigningConfigArn",),
            "LayerVersion": ("VersionNumber",),
        },
        arns=("Resource",),
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
        tagged={
            "CreateFunction": "lambda:TagResource",
            "CreateEventSourceMapping": "lambda:TagResource eventSourceMapping",
            "CreateCodeSigningConfig": "lambda:TagResource code signing config",
        },
    )


def _function(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = str(call.parameters.get("FunctionName") or "")
    if not given:
        return ()
    found = _NAME.fullmatch(given)
    if found is None:
        raise UnknownAction(call.service, call.operation, f"no name of a function: {given}")
    partition = found["partition"] or template.partition_of(call.region)
    place = f"{found['region'] or call.region}:{found['account'] or call.account_id}"
    arn = f"arn:{partition}:lambda:{place}:function:{found['name']}"
    qualifier = call.parameters.get("Qualifier") or found["qualifier"]
    if not qualifier or call.operation in _OF_THE_FUNCTION:
        return (arn,)
    return (f"{arn}:{qualifier}",)
