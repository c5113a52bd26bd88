"""The layers and condition keys of an ask, made from an estate alone."""

from __future__ import annotations

from collections.abc import Iterable

from policies.iam import Layers, Policy, Request, Resource, parse_policy
from tests.twin.authorization.agreement.asked import Ask, Asking
from tests.twin.authorization.agreement.estate import (
    MEMBERS,
    ORGANIZATION,
    REGION,
    ROOT,
    UNIT_OF,
    Document,
    Key,
    Store,
)
from tests.twin.authorization.agreement.laying import Laid, Laying
from tests.twin.authorization.agreement.policies import document

_EVERYTHING = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
_EVERYBODY = document({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})
# Of the services here, those that resource control policies reach:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
_REACHED = ("kms", "s3", "secretsmanager", "sqs", "sts")
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
_FOR_ROOT = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
_PEOPLE = ("ROLE", "USER", "ROOT")


class Weighing:
    """Makes layers; a policy is parsed once, so that the prover knows it again."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid
        self._policies: dict[int, Policy] = {}
        self._blocked: dict[str, Document] = {}
        self._granted = {key.alias: _with_grants(key) for key in laid.estate.keys}

    def layers(self, asking: Asking, ask: Ask) -> Layers:
        """Return all policies that bear on an ask."""
        holder, session = asking.who.holder, asking.who.session
        documents = [holder.inline, holder.managed] if holder else []
        policies = session.policies if session else ()
        boundary = holder.boundary if holder else None
        resource = self._of_resource(asking, ask)
        return Layers(
            identity=self._all(d for d in documents if d is not None),
            boundary=self._one(boundary),
            session=self._all(policies) if policies else None,
            service_control=self._service_control(asking),
            resource_control=self._resource_control(ask),
            resource=self._one(resource),
            resource_counts=_counts(ask),
            endpoint=self._endpoint(asking, ask),
        )

    def request(self, asking: Asking, ask: Ask) -> Request:
        """Return an ask with all condition keys that policies here speak of."""
        keys: dict[str, str | list[str]] = {"aws:RequestedRegion": REGION}
        keys["aws:SecureTransport"] = _flag(asking.call.position.secure or _not_asked(asking, ask))
        keys["aws:ViaAWSService"] = _flag(ask.via is not None)
        keys["aws:ResourceAccount"] = ask.owner
        if ask.owner in MEMBERS:
            keys["aws:ResourceOrgID"] = ORGANIZATION
        keys |= self._of_way(asking, ask) | _of_person(asking) | dict(ask.keys)
        if ask.action.startswith("kms:"):
            keys["kms:CallerAccount"] = asking.who.caller.account_id
        if ask.via is not None:
            keys["aws:CalledVia"] = [ask.via]
        who = asking.who.principal
        return Request.of(who, ask.action, ask.resource, keys, resource_account=ask.owner)

    def _of_way(self, asking: Asking, ask: Ask) -> dict[str, str | list[str]]:
        if _not_asked(asking, ask):
            return {}
        address, place = asking.call.position.address, asking.place
        if place is None:
            return {"aws:SourceIp": address}
        names = self._laid.names
        return {
            "aws:SourceVpc": names.vpcs[place],
            "aws:SourceVpce": names.endpoints[place][asking.call.service],
            "aws:VpcSourceIp": address,
        }

    def _one(self, written: Document | None) -> Policy | None:
        if written is None:
            return None
        if id(written) not in self._policies:
            self._policies[id(written)] = parse_policy(f"policy {len(self._policies)}", written)
        return self._policies[id(written)]

    def _all(self, written: Iterable[Document]) -> tuple[Policy, ...]:
        return tuple(policy for each in written if (policy := self._one(each)) is not None)

    def _service_control(self, asking: Asking) -> tuple[tuple[Policy, ...], ...]:
        account, estate = asking.who.caller.account_id, self._laid.estate
        if account not in MEMBERS or asking.who.principal.kind.name not in _PEOPLE:
            return ()
        levels = []
        for target in (ROOT, UNIT_OF[account], account):
            full = () if target in estate.without_full_access else (_EVERYTHING,)
            levels.append(self._all((*full, *estate.service_control[target])))
        return tuple(levels)

    def _resource_control(self, ask: Ask) -> tuple[tuple[Policy, ...], ...]:
        if ask.owner not in MEMBERS or ask.action.partition(":")[0] not in _REACHED:
            return ()
        held, targets = self._laid.estate.resource_control, (ROOT, UNIT_OF[ask.owner], ask.owner)
        return tuple(self._all((_EVERYBODY, *held[target])) for target in targets)

    def _of_resource(self, asking: Asking, ask: Ask) -> Document | None:
        service, estate = ask.action.partition(":")[0], self._laid.estate
        if service == "kms":
            named = self._laid.names.keys
            return next(d for alias, d in self._granted.items() if named[alias] == ask.resource)
        if service == "sts":
            return next(h.trust for h in estate.holders if h.arn == ask.resource)
        who = asking.who.principal
        if ask.action in _FOR_ROOT and who.kind.name == "ROOT" and who.account == ask.owner:
            return None
        for store in estate.stores:
            arn = self._laid.names.stores[Laying.address(store)]
            if store.kind == service and ask.resource.split("/")[0] == arn.split("/")[0]:
                foreign = who.kind.name != "SERVICE" and who.account != ask.owner
                return self._unblocked(store) if foreign else store.policy
        return None

    def _unblocked(self, store: Store) -> Document | None:
        """Return what the block of public access leaves of a policy for others.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        """
        if not store.restricted or store.policy is None:
            return store.policy
        statements = store.policy["Statement"]
        if not any(_is_public(statement) for statement in statements):
            return store.policy
        if store.name not in self._blocked:
            denials = [each for each in statements if each["Effect"] == "Deny"]
            # Nobody asks for this; a policy must have a statement.
            nothing = {**statements[0], "Effect": "Deny", "Action": "s3:CreateAccessGrant"}
            self._blocked[store.name] = document(*(denials or [nothing]))
        return self._blocked[store.name]

    def _endpoint(self, asking: Asking, ask: Ask) -> Policy | None:
        if asking.place is None or _not_asked(asking, ask):
            return None
        return self._one(self._laid.estate.places[asking.place].endpoints[asking.call.service])


def _of_person(asking: Asking) -> dict[str, str | list[str]]:
    who, keys = asking.who, dict[str, str | list[str]]()
    if who.caller.is_service:
        keys["aws:SourceAccount"] = str(who.caller.source_account)
    elif who.principal.account in MEMBERS:
        unit = UNIT_OF[who.principal.account]
        keys["aws:PrincipalOrgID"] = ORGANIZATION
        keys["aws:PrincipalOrgPaths"] = [f"{ORGANIZATION}/{ROOT}/{unit}/"]
    team = (who.session.team if who.session else None) or (who.holder.team if who.holder else None)
    if team:
        keys["aws:PrincipalTag/team"] = team
    if who.caller.federated_provider:
        keys["aws:FederatedProvider"] = who.caller.federated_provider
    if who.session and who.session.source_identity:
        keys["aws:SourceIdentity"] = who.session.source_identity
    return keys


# Of the conditions here, those that make a policy for everybody one for somebody.
_FIXED = {
    "StringEquals": ("aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:SourceAccount"),
    "ArnLike": ("aws:PrincipalArn",),
    "IpAddress": ("aws:SourceIp",),
}


def _is_public(statement: Document) -> bool:
    conditions = statement.get("Condition", {})
    fixed = any(
        key in _FIXED.get(operator, ()) for operator, pairs in conditions.items() for key in pairs
    )
    return statement["Effect"] == "Allow" and statement["Principal"] == "*" and not fixed


def _with_grants(key: Key) -> Document:
    statements = list(key.policy["Statement"])
    for grant in key.grants:
        principal = {"AWS": grant.grantee}
        for operation in grant.operations:
            made = {"Effect": "Allow", "Principal": principal, "Resource": "*"}
            made["Action"] = f"kms:{operation}"
            if grant.context and operation != "DescribeKey":
                pairs = {f"kms:EncryptionContext:{k}": v for k, v in grant.context.items()}
                made["Condition"] = {"StringEquals": pairs}
            statements.append(made)
    return document(*statements)


def _counts(ask: Ask) -> Resource:
    return Resource.DECISIVE if ask.action.startswith(("kms:", "sts:")) else Resource.ORDINARY


def _not_asked(asking: Asking, ask: Ask) -> bool:
    """Tell whether a service asks, over AWS's own network."""
    return ask.via is not None or asking.who.caller.is_service


def _flag(value: bool) -> str:
    return "true" if value else "false"
