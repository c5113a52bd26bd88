"""What watches and governs accounts: organisations, trails, findings, catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.config.models import config_backends
from moto.organizations.models import organizations_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Resolver, Service
from twin.authorization.keys.live_state import shelf
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin


def organizations() -> Service:
    """Return the table of Organizations, whose ARNs hold the management account.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_iam-policies.html
    """
    return Service(
        "organizations",
        kinds={
            "account": _targets("account"),
            "organizationalunit": _targets("ou"),
            "policy": _organization_policy,
            "root": _targets("root"),
        },
        about={"PutResourcePolicy": ()},
        entries={
            "DescribeEffectivePolicy": _effective_policy,
            "ListTagsForResource": _tagged_target,
            "MoveAccount": _move_account,
            "TagResource": _tagged_target,
            "UntagResource": _tagged_target,
        },
        # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
        tagged={"CreatePolicy": "organizations:TagResource policy"},
    )


_TARGETS = (
    "AccountId",
    "ChildId",
    "OrganizationalUnitId",
    "ParentId",
    "RootId",
    "TargetId",
)
_PREFIXES = {"r-": "root", "ou-": "ou", "p-": "policy"}


def _organization(account: str) -> Any:
    """Return the organisation that an account belongs to, or None."""
    for backends in list(organizations_backends.values()):
        for backend in list(backends.values()):
            if backend.org is not None and any(a.id == account for a in backend.accounts):
                return backend
    return None


def _target(call: Call, name: str) -> str:
    """Return the ARN of a policy, root, unit or account by its identifier."""
    kind = next((k for start, k in _PREFIXES.items() if name.startswith(start)), "account")
    backend = _organization(call.caller.account_id)
    held: dict[str, Any] = (
        {}
        if backend is None
        else {each.id: each for each in [*backend.accounts, *backend.ou, *backend.policies]}
    )
    if name in held:
        return str(held[name].arn)
    owner, end = call.caller.account_id, f"o-{template.ANY}"
    if backend is not None:
        owner, end = str(backend.org.master_account_id), str(backend.org.id)
    middle = f"{template.ANY}/" if kind == "policy" else ""
    partition = template.partition_of(call.region)
    return f"arn:{partition}:organizations::{owner}:{kind}/{end}/{middle}{name}"


def _targets(kind: str) -> Resolver:
    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        found = template.first_values(call, _TARGETS)
        arns = tuple(_target(call, name) for name in found)
        return tuple(arn for arn in arns if f":{kind}/" in arn)

    return find


def _organization_policy(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = call.parameters.get("PolicyId")
    return (_target(call, str(name)),) if name else ()


def _effective_policy(_twin: Twin, call: Call) -> list[Pair]:
    name = str(call.parameters.get("TargetId") or call.caller.account_id)
    return [("organizations:DescribeEffectivePolicy", _target(call, name))]


def _tagged_target(_twin: Twin, call: Call) -> list[Pair]:
    name = str(call.parameters.get("ResourceId") or "")
    return [(f"organizations:{call.operation}", _target(call, name))]


def _move_account(_twin: Twin, call: Call) -> list[Pair]:
    given = call.parameters
    named = (given.get(name) for name in ("AccountId", "SourceParentId", "DestinationParentId"))
    return [("organizations:MoveAccount", _target(call, str(name))) for name in named]


def config() -> Service:
    """Return the table of Config, whose rules have identifiers beside their names."""
    return Service(
        "config",
        kinds={
            "ConfigRule": _config_rules,
            "ConfigurationAggregator": _aggregators,
            "ConfigurationRecorder": _recorders,
        },
        places={
            "AggregatorAccount": ("AuthorizedAccountId",),
            "AggregatorRegion": ("AuthorizedAwsRegion",),
            "ConformancePackName": ("ConformancePackName", "ConformancePackNames"),
            "OrganizationConfigRuleId": ("OrganizationConfigRuleName",),
            "OrganizationConformancePackId": ("OrganizationConformancePackName",),
            "RemediationConfigurationId": (
                "ConfigRuleName",
                "ConfigRuleNames[]",
                "RemediationConfigurations[].ConfigRuleName",
            ),
            "StoredQueryName": ("QueryName", "StoredQuery.QueryName"),
        },
        new=frozenset({"ConformancePackId", "StoredQueryId"}),
    )


def _config_rules(_twin: Twin, call: Call) -> tuple[str, ...]:
    names = template.first_values(
        call, ("ConfigRuleName", "ConfigRuleNames[]", "ConfigRule.ConfigRuleName")
    )
    held = shelf(config_backends, call.account_id, call.region, "config_rules")
    place = f"arn:{template.partition_of(call.region)}:config:{call.region}:{call.account_id}"
    made = f"{place}:config-rule/{template.ANY}"
    return tuple(str(held[name].config_rule_arn) if name in held else made for name in names)


def _aggregators(_twin: Twin, call: Call) -> tuple[str, ...]:
    names = template.first_values(
        call, ("ConfigurationAggregatorName", "ConfigurationAggregatorNames[]")
    )
    held = shelf(config_backends, call.account_id, call.region, "config_aggregators")
    place = f"arn:{template.partition_of(call.region)}:config:{call.region}:{call.account_id}"
    new = f"{place}:config-aggregator/{template.ANY}"
    found = (held[n].configuration_aggregator_arn if n in held else new for n in names)
    return tuple(str(arn) for arn in found)


def _recorders(_twin: Twin, call: Call) -> tuple[str, ...]:
    names = template.first_values(
        call,
        (
            "ConfigurationRecorderName",
            "ConfigurationRecorderNames[]",
            "ConfigurationRecorder.name",
        ),
    )
    # Its identifier is AWS's own and found in no parameter.
    place = f"arn:{template.partition_of(call.region)}:config:{call.region}:{call.account_id}"
    return tuple(f"{place}:configuration-recorder/{name}/{template.ANY}" for name in names)


def cloudtrail() -> Service:
    """Return the table of CloudTrail, whose trails are named or given by ARN."""
    return Service(
        "cloudtrail",
        places={
            "TrailName": ("Name", "TrailName"),
            "ChannelId": ("Channel",),
            "EventDataStoreId": ("EventDataStore",),
            "DashboardName": ("Name", "DashboardId"),
        },
        about={
            "GetInsightSelectors": ("trail",),
            "PutInsightSelectors": ("trail",),
            "GetEventConfiguration": ("trail",),
            "PutEventConfiguration": ("trail",),
        },
        arns=("ResourceIdList", "ResourceId"),
        new=frozenset({"ChannelId", "EventDataStoreId"}),
    )


def service_catalog() -> Service:
    """Return the table of Service Catalog, whose identifiers tell their kind.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/controlling_access.html
    """
    return Service(
        "servicecatalog",
        kinds={"Portfolio": _portfolios, "Product": _products},
        entries={
            "CreatePortfolio": _catalogued("portfolio"),
            "CreateProduct": _catalogued("product"),
        },
    )


def _catalog(call: Call) -> str:
    return f"arn:{template.partition_of(call.region)}:catalog:{call.region}:{call.account_id}"


def _identified(call: Call, members: tuple[str, ...], start: str) -> tuple[str, ...]:
    return tuple(n for n in template.first_values(call, members) if n.startswith(start))


def _portfolios(_twin: Twin, call: Call) -> tuple[str, ...]:
    names = _identified(call, ("PortfolioId", "Id", "ResourceId"), "port-")
    return tuple(f"{_catalog(call)}:portfolio/{name}" for name in names)


def _products(twin: Twin, call: Call) -> tuple[str, ...]:
    names = _identified(call, ("ProductId", "Id", "ResourceId"), "prod-")
    if not names:
        named = template.first_values(call, ("ProductName", "Name"))
        names = tuple(_product_named(twin, call, name) for name in named)
    return tuple(f"{_catalog(call)}:product/{name}" for name in names)


def _product_named(twin: Twin, call: Call, name: str) -> str:
    """Return the identifier of a product, ``*`` where there is none of the name."""
    for product in twin.table("servicecatalog/Product", call.account_id, call.region).values():
        if product.get("Name") == name:
            return str(product["ProductId"])
    return template.ANY


def _catalogued(kind: str) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        return [(f"servicecatalog:{call.operation}", f"{_catalog(call)}:{kind}/{template.ANY}")]

    return read


def guardduty() -> Service:
    """Return the table of GuardDuty."""
    return Service("guardduty", places={"IPSetId": ("IpSetId",), "FilterName": ("Name",)})


def macie() -> Service:
    """Return the table of Macie."""
    return Service(
        "macie2", places={"ResourceId": ("jobId", "id", "ids")}, new=frozenset({"ResourceId"})
    )


def security_hub() -> Service:
    """Return the table of Security Hub, which has one hub in each account and region."""
    return Service("securityhub")


def access_analyzer() -> Service:
    """Return the table of Access Analyzer."""
    return Service("access-analyzer", places={"AnalyzerName": ("analyzerName", "analyzerArn")})
