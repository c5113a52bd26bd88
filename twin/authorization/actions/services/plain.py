"""Services that the reference tells nearly all of: their prefix, and what names their resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Resolver, Service
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# What AWS gives an identifier of its own when it is made.
_NEW = frozenset({template.ANY})
_EXECUTION = ("executionArn", "stateMachineArn", "activityArn", "mapRunArn", "stateMachineAliasArn")


def plain() -> Mapping[str, Service]:
    """Return the tables by botocore's names of the services."""
    return {**_data(), **_others()}


def _others() -> Mapping[str, Service]:
    return {
        "account": Service("account"),
        # AWS gives a target an identifier of its own, which no request carries.
        "application-autoscaling": Service(
            "application-autoscaling",
            kinds={"ScalableTarget": _somewhere("application-autoscaling", "scalable-target/")},
        ),
        "budgets": Service(
            "budgets",
            actions={
                **dict.fromkeys(("CreateBudget", "DeleteBudget", "UpdateBudget"), "ModifyBudget"),
                **dict.fromkeys(("DescribeBudget", "DescribeBudgets"), "ViewBudget"),
            },
            places={"BudgetName": ("BudgetName", "Budget.BudgetName", "NewBudget.BudgetName")},
        ),
        "cloudformation": Service(
            "cloudformation",
            kinds={"stack": _stack("StackName", "/"), "stackset": _stack("StackSetName", ":")},
        ),
        "identitystore": Service("identitystore"),
        "inspector2": Service("inspector2"),
        "network-firewall": Service("network-firewall"),
        "ram": Service("ram", new=_NEW),
        "service-quotas": Service("servicequotas"),
        "sso-admin": Service("sso"),
        "stepfunctions": Service(
            "states",
            places={"StateMachineName": ("stateMachineArn", "name"), "ActivityName": ("name",)},
            arns=_EXECUTION,
        ),
        "wafv2": Service("wafv2"),
    }


def _data() -> Mapping[str, Service]:
    return {
        "dynamodb": Service("dynamodb"),
        "firehose": Service("firehose"),
        "kinesis": Service("kinesis", places={"StreamName": ("StreamARN",)}),
    }


def _place(call: Call, service: str) -> str:
    return f"arn:{template.partition_of(call.region)}:{service}:{call.region}:{call.account_id}"


def _somewhere(service: str, start: str) -> Resolver:
    return lambda _twin, call: (f"{_place(call, service)}:{start}{template.ANY}",)


def _stack(member: str, mark: str) -> Resolver:
    """Return what finds a stack or stack set, whose identifier stands behind its name."""
    kind = "stack" if mark == "/" else "stackset"

    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        name = call.parameters.get(member)
        if not name:
            return ()
        if str(name).startswith("arn:"):
            return (str(name),)
        return (f"{_place(call, 'cloudformation')}:{kind}/{name}{mark}{template.ANY}",)

    return find
