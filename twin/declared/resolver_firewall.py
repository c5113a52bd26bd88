"""The DNS firewall of Route 53 Resolver: domain lists, rule groups, their associations, configs.

moto 5.2.5 has none of them. They are held and their dependencies are kept; no name is resolved or
blocked by them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from moto.ec2.models import ec2_backends

from twin.call import Call
from twin.declared.derived import find
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_SERVICE = "route53resolver"
_MISSING = Wording("ResourceNotFoundException", "[RSLVR-00100] {noun} {name} does not exist.")
_EXISTS = Wording("ConflictException", "[RSLVR-00101] {noun} {name} already exists.")
# The service tells times as text; those that the twin keeps for itself have names of their own.
TIMES = ("_Created", "_Modified")

Computed = Callable[[Twin, Call, Record], Record]


def identified(start: str, id_member: str, more: Mapping[str, Any]) -> Computed:
    """Return what adds an id, under the names of resource and request, and what it starts with."""

    def compute(twin: Twin, call: Call, _record: Record) -> Record:
        made = f"{start}-{secrets.token_hex(8)}"
        now = twin.now().isoformat()
        told = {"CreationTime": now, "ModificationTime": now, "OwnerId": call.account_id}
        return {"Id": made, id_member: made, **told, **more}

    return compute


def require_network(call: Call, vpc_id: str) -> None:
    """Raise ResourceNotFoundException where the account has no such network."""
    if vpc_id not in ec2_backends[call.account_id][call.region].vpcs:
        raise ServiceError(
            "ResourceNotFoundException", f"[RSLVR-00102] VPC {vpc_id} does not exist.", 400
        )


def _list_holds(twin: Twin, call: Call, record: Record) -> None:
    held = record["FirewallDomainListId"]
    if any(rule["FirewallDomainListId"] == held for rule in _rules(twin, call).values()):
        raise _conflict(f"domain list {held} is used by a rule")


def _group_holds(twin: Twin, call: Call, record: Record) -> None:
    held = record["FirewallRuleGroupId"]
    if any(rule["FirewallRuleGroupId"] == held for rule in _rules(twin, call).values()):
        raise _conflict(f"rule group {held} still has rules")
    associations = twin.table(ASSOCIATION.kind, call.account_id, call.region).values()
    if any(found["FirewallRuleGroupId"] == held for found in associations):
        raise _conflict(f"rule group {held} is associated with a network")


def _association_refuses(twin: Twin, call: Call, record: Record) -> None:
    require_network(call, str(record["VpcId"]))
    find(twin, call, RULE_GROUP, record)
    if not 100 < int(record["Priority"]) < 9900:
        raise _invalid(f"Priority must be between 100 and 9900, got {record['Priority']}")
    for other in twin.table(ASSOCIATION.kind, call.account_id, call.region).values():
        same = (other["VpcId"], other["Priority"]) == (record["VpcId"], record["Priority"])
        if same and other["Id"] != record.get("Id"):
            raise _invalid(f"Priority {record['Priority']} is used in {record['VpcId']} already")


def _association_holds(_twin: Twin, _call: Call, record: Record) -> None:
    if record.get("MutationProtection") == "ENABLED":
        raise _conflict(f"association {record['Id']} is protected from mutation")


def _conflict(what: str) -> ServiceError:
    return ServiceError("ConflictException", f"[RSLVR-00103] The {what}.", 400)


def _invalid(what: str) -> ServiceError:
    return ServiceError("ValidationException", f"[RSLVR-00104] {what}.", 400)


DOMAIN_LIST = ResourceType(
    service=_SERVICE,
    noun="FirewallDomainList",
    key=("FirewallDomainListId",),
    arn="firewall-domain-list/{FirewallDomainListId}",
    arn_field="Arn",
    times=TIMES,
    member="FirewallDomainList",
    operations={"describe": "GetFirewallDomainList"},
    missing=_MISSING,
    exists=_EXISTS,
    computed=identified("rslvr-fdl", "FirewallDomainListId", {"Status": "COMPLETE", "Domains": []}),
    holds=_list_holds,
)
RULE_GROUP = ResourceType(
    service=_SERVICE,
    noun="FirewallRuleGroup",
    key=("FirewallRuleGroupId",),
    arn="firewall-rule-group/{FirewallRuleGroupId}",
    arn_field="Arn",
    times=TIMES,
    member="FirewallRuleGroup",
    operations={"describe": "GetFirewallRuleGroup"},
    missing=_MISSING,
    exists=_EXISTS,
    computed=identified(
        "rslvr-frg", "FirewallRuleGroupId", {"Status": "COMPLETE", "ShareStatus": "NOT_SHARED"}
    ),
    holds=_group_holds,
)
ASSOCIATION = ResourceType(
    service=_SERVICE,
    noun="FirewallRuleGroupAssociation",
    key=("FirewallRuleGroupAssociationId",),
    arn="firewall-rule-group-association/{FirewallRuleGroupAssociationId}",
    arn_field="Arn",
    times=TIMES,
    member="FirewallRuleGroupAssociation",
    operations={
        "create": "AssociateFirewallRuleGroup",
        "describe": "GetFirewallRuleGroupAssociation",
        "delete": "DisassociateFirewallRuleGroup",
    },
    missing=_MISSING,
    exists=_EXISTS,
    computed=identified("rslvr-frgassoc", "FirewallRuleGroupAssociationId", {"Status": "COMPLETE"}),
    refuses=_association_refuses,
    holds=_association_holds,
)
TYPES = (DOMAIN_LIST, RULE_GROUP, ASSOCIATION)


def register(registry: Registry) -> None:
    """Put what cannot be derived into the registry: domains, rules, configs."""
    answers = {
        "UpdateFirewallDomains": _update_domains,
        "ListFirewallDomains": _list_domains,
        "CreateFirewallRule": _create_rule,
        "UpdateFirewallRule": _update_rule,
        "DeleteFirewallRule": _delete_rule,
        "ListFirewallRules": _list_rules,
        "GetFirewallConfig": _get_config,
        "UpdateFirewallConfig": _update_config,
        "ListFirewallConfigs": _list_configs,
    }
    for operation, answer in answers.items():
        registry.answers(_SERVICE, operation)(answer)


def _update_domains(twin: Twin, call: Call) -> Mapping[str, Any]:
    record = find(twin, call, DOMAIN_LIST, call.parameters)
    # Names are kept in lower case and with a dot at their end, as AWS returns them.
    told = {f"{name.lower().rstrip('.')}." for name in call.parameters["Domains"]}
    table = twin.table(DOMAIN_LIST.kind, call.account_id, call.region)
    table.change(record["Id"], partial(_change_domains, call.parameters["Operation"], told))
    return record


def _change_domains(operation: str, told: set[str], record: Record) -> None:
    kept = {"ADD": set(record["Domains"]) | told, "REMOVE": set(record["Domains"]) - told}
    record["Domains"] = sorted(kept.get(operation, told))
    record["DomainCount"] = len(record["Domains"])


def _list_domains(twin: Twin, call: Call) -> Mapping[str, Any]:
    return {"Domains": find(twin, call, DOMAIN_LIST, call.parameters)["Domains"]}


def _rules(twin: Twin, call: Call) -> Table:
    return twin.table(f"{_SERVICE}/FirewallRule", call.account_id, call.region)


def _rule_name(values: Mapping[str, Any]) -> str:
    members = ("FirewallRuleGroupId", "FirewallDomainListId", "Qtype")
    return "/".join(str(values.get(member) or "") for member in members)


def _create_rule(twin: Twin, call: Call) -> Mapping[str, Any]:
    find(twin, call, RULE_GROUP, call.parameters)
    find(twin, call, DOMAIN_LIST, call.parameters)
    rule = {"FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN"} | call.parameters
    _refuse_rule(twin, call, rule)
    if not _rules(twin, call).add(_rule_name(rule), rule):
        raise _conflict(f"rule {_rule_name(rule)} exists already")
    _count_rules(twin, call)
    return {"FirewallRule": rule}


def _refuse_rule(twin: Twin, call: Call, rule: Record) -> None:
    if rule["Action"] == "BLOCK" and not rule.get("BlockResponse"):
        raise _invalid("BlockResponse must be told for a rule that blocks")
    for name, other in _rules(twin, call).items():
        same = (other["FirewallRuleGroupId"], other["Priority"]) == (
            rule["FirewallRuleGroupId"],
            rule["Priority"],
        )
        if same and name != _rule_name(rule):
            raise _invalid(f"Priority {rule['Priority']} is used in the rule group already")


def _update_rule(twin: Twin, call: Call) -> Mapping[str, Any]:
    rule = _existing_rule(twin, call) | call.parameters
    _refuse_rule(twin, call, rule)
    _rules(twin, call).put(_rule_name(rule), rule)
    return {"FirewallRule": rule}


def _delete_rule(twin: Twin, call: Call) -> Mapping[str, Any]:
    rule = _existing_rule(twin, call)
    _rules(twin, call).pop(_rule_name(rule))
    _count_rules(twin, call)
    return {"FirewallRule": rule}


def _existing_rule(twin: Twin, call: Call) -> Record:
    rule = _rules(twin, call).get(_rule_name(call.parameters))
    if rule is None:
        raise _MISSING.error({"noun": "FirewallRule", "name": _rule_name(call.parameters)})
    return rule


def _rules_of(twin: Twin, call: Call) -> list[Record]:
    group = call.parameters["FirewallRuleGroupId"]
    return [rule for rule in _rules(twin, call).values() if rule["FirewallRuleGroupId"] == group]


def _count_rules(twin: Twin, call: Call) -> None:
    count = len(_rules_of(twin, call))
    table = twin.table(RULE_GROUP.kind, call.account_id, call.region)
    table.change(
        call.parameters["FirewallRuleGroupId"], lambda group: group.update(RuleCount=count)
    )


def _list_rules(twin: Twin, call: Call) -> Mapping[str, Any]:
    find(twin, call, RULE_GROUP, call.parameters)
    return {"FirewallRules": sorted(_rules_of(twin, call), key=lambda rule: rule["Priority"])}


def _configs(twin: Twin, call: Call) -> Table:
    return twin.table(f"{_SERVICE}/FirewallConfig", call.account_id, call.region)


def _get_config(twin: Twin, call: Call) -> Mapping[str, Any]:
    vpc_id = str(call.parameters["ResourceId"])
    require_network(call, vpc_id)
    # Every network has one; a firewall fails closed unless it is told otherwise.
    made = {
        "Id": f"rslvr-fc-{secrets.token_hex(8)}",
        "ResourceId": vpc_id,
        "OwnerId": call.account_id,
        "FirewallFailOpen": "DISABLED",
    }
    _configs(twin, call).add(vpc_id, made)
    return {"FirewallConfig": _configs(twin, call).get(vpc_id)}


def _update_config(twin: Twin, call: Call) -> Mapping[str, Any]:
    _get_config(twin, call)
    told = {"FirewallFailOpen": call.parameters["FirewallFailOpen"]}
    vpc_id = str(call.parameters["ResourceId"])
    return {"FirewallConfig": _configs(twin, call).change(vpc_id, lambda held: held.update(told))}


def _list_configs(twin: Twin, call: Call) -> Mapping[str, Any]:
    return {"FirewallConfigs": _configs(twin, call).values()}
