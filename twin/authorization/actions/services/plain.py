"""Services that the reference tells nearly all of: their prefix, and what names their resources."""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.actions.service import Service

# What AWS gives an identifier of its own when it is made.
_NEW = frozenset({"*"})


def plain() -> Mapping[str, Service]:
    """Return the tables by botocore's names of the services."""
    return {
        "account": Service("account"),
        "application-autoscaling": Service("application-autoscaling", new=_NEW),
        "athena": Service(
            "athena",
            places={"WorkGroupName": ("WorkGroup", "Name"), "DataCatalogName": ("Name",)},
        ),
        "budgets": Service("budgets", places={"BudgetName": ("BudgetName", "Budget.BudgetName")}),
        "cloudformation": Service("cloudformation"),
        "dynamodb": Service("dynamodb", places={"TableName": ("TableName",)}),
        "firehose": Service("firehose"),
        "glue": Service("glue", places={"JobName": ("JobName", "Name")}),
        "inspector2": Service("inspector2"),
        "kinesis": Service("kinesis", places={"StreamName": ("StreamName", "StreamARN")}),
        "ram": Service("ram", new=_NEW),
        "service-quotas": Service("servicequotas"),
        "stepfunctions": Service(
            "states", places={"StateMachineName": ("name", "stateMachineArn")}
        ),
        "sso-admin": Service("sso"),
        "identitystore": Service("identitystore"),
        "wafv2": Service("wafv2"),
        "network-firewall": Service("network-firewall"),
    }
