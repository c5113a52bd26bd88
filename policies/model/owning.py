"""What accounts own and requests are about: ARNs, owners and the policies of resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies.iam import Policy, Resource, parse_policy
from policies.model.documents import (
    PLACES,
    anything,
    default_key_policy,
    facts_of,
    joined,
    read_document,
)
from policies.model.facts import OwnedResource, PolicyFacts, PolicyLayer, RoleFacts
from policies.model.ownable import KINDS, POLICIES, Kind
from policies.model.planned import Instance
from policies.model.roles import RESOLVED
from policies.model.root import Root
from policies.model.values import tags_of, text

# Types whose texts look like policies and are none, or are read elsewhere.
_READ_ELSEWHERE = {"aws_organizations_policy", "aws_ssm_parameter"}


class OwnerReader:
    """Reads what one root's account owns, with the policies of resources."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self.policies: list[PolicyFacts] = []
        self._of: dict[str, list[Policy]] = {}

    def read(self) -> Iterator[OwnedResource]:
        """Give what the root makes that requests can be about, by address."""
        for instance in self._root.of_type(*POLICIES):
            self._policy_resource(instance)
        for instance in self._root.of_type("aws_lambda_permission"):
            self._permission(instance)
        logs = self._log_policies()
        for instance in self._root.plan.instances.values():
            self._check_place(instance)
            found = KINDS.get(instance.type)
            if found is not None:
                yield self._owned(instance, found, logs if found.kind == "log-group" else ())

    def _owned(self, instance: Instance, kind: Kind, further: tuple[Policy, ...]) -> OwnedResource:
        root, name = self._root, text(instance.values, kind.name) or "*"
        if name == "*" and kind.name not in ("id", "key_id"):
            root.refuse(instance, RESOLVED, f"{kind.name} must be known in the plan", "not known")
        arns = self._arns(instance, kind, name)
        aliases = self._aliases(instance)
        known_as = aliases[0] if aliases else name
        return OwnedResource(
            arn=arns[0],
            kind=kind.kind,
            account=root.key,
            policy=self._own_policy(instance, arns[0], further),
            counts=kind.counts,
            source=instance.source,
            purpose=_purpose(root, known_as.removeprefix("alias/")),
            arns=(*arns, *(self._arn(instance, "kms:{e}:{n}", alias) for alias in aliases)),
            tags=tags_of(instance.values),
            address=instance.address,
            aliases=aliases,
        )

    def _arns(self, instance: Instance, kind: Kind, name: str) -> tuple[str, ...]:
        if instance.type == "aws_iam_policy":
            path = text(instance.values, "path") or "/"
            return (f"arn:{self._root.partition}:iam::{self._root.id}:policy{path}{name}",)
        if kind.kind == "parameter" and not name.startswith("/"):
            name = f"/{name}"
        return tuple(self._arn(instance, pattern, name) for pattern in kind.arns)

    def _arn(self, instance: Instance, pattern: str, name: str) -> str:
        root = self._root
        end = f"{root.region_of(instance)}:{root.id}"
        domain = text(instance.values, "domain") or "*"
        return f"arn:{root.partition}:{pattern.format(n=name, d=domain, e=end)}"

    def _aliases(self, instance: Instance) -> tuple[str, ...]:
        if instance.type != "aws_kms_key":
            return ()
        found: set[str] = set()
        for alias in self._root.of_type("aws_kms_alias"):
            keys = self._root.named(alias, "target_key_id", "aws_kms_key", "key_id")
            keys = keys or self._root.named(alias, "target_key_id", "aws_kms_key", "arn")
            if [each.address for each in keys] == [instance.address]:
                found.add(text(alias.values, "name"))
        return tuple(sorted(found))

    def _own_policy(
        self, instance: Instance, arn: str, further: tuple[Policy, ...]
    ) -> Policy | None:
        policies = [*self._of.get(instance.address, ()), *further]
        place = PLACES.get(instance.type)
        if place is not None and instance.type != "aws_iam_policy":
            document = read_document(instance, place.attribute, place.limit)
            if document is not None:
                self._root.problems += document.problems
                made = facts_of(instance, place.layer, self._root.key, arn, document)
                self.policies.append(made)
                policies.append(document.policy or anything(instance.address, place.layer))
        if instance.type == "aws_kms_key" and not policies:
            root = self._root
            address = f"{root.plan.root}: {instance.address} (AWS's default)"
            policies.append(default_key_policy(address, root.id, root.partition))
        return joined(f"{self._root.plan.root}: {instance.address}", tuple(policies))

    def _policy_resource(self, instance: Instance) -> None:
        attribute, type_, names = POLICIES[instance.type]
        owners: tuple[Instance, ...] = ()
        for name in names:
            owners = owners or self._root.named(instance, attribute, type_, name)
        if len(owners) != 1:
            self._root.refuse(
                instance,
                RESOLVED,
                f"{attribute} must name one resource of the plan",
                f"{len(owners)}",
            )
        place = PLACES[instance.type]
        document = read_document(instance, place.attribute, place.limit)
        if document is None:
            self._root.refuse(
                instance, RESOLVED, f"{place.attribute} must be known in the plan", "none"
            )
            return
        self._root.problems += document.problems
        holder = owners[0].address if len(owners) == 1 else instance.address
        self.policies.append(facts_of(instance, place.layer, self._root.key, holder, document))
        policy = document.policy or anything(instance.address, place.layer)
        for owner in owners:
            self._of.setdefault(owner.address, []).append(policy)

    def _permission(self, instance: Instance) -> None:
        """Read a permission as the statement that Lambda makes of it."""
        named = text(instance.values, "function_name").rpartition(":")[2]
        known = self._root.of_type("aws_lambda_function")
        owners = tuple(
            each for each in known if named and each.values.get("function_name") == named
        )
        owners = owners or self._root.linked(instance, "function_name", "aws_lambda_function")
        if len(owners) != 1:
            self._root.refuse(
                instance, RESOLVED, "function_name must name one function", f"{len(owners)}"
            )
        document = _statement_of(instance)
        policy = parse_policy(f"{self._root.plan.root}: {instance.address}", document)
        for owner in owners:
            self._of.setdefault(owner.address, []).append(policy)
            made = PolicyFacts(
                PolicyLayer.RESOURCE, self._root.key, owner.address, policy, instance.source
            )
            self.policies.append(made)

    def _log_policies(self) -> tuple[Policy, ...]:
        # They belong to the account, and bear on every log group that they name.
        found: list[Policy] = []
        for instance in self._root.of_type("aws_cloudwatch_log_resource_policy"):
            place = PLACES[instance.type]
            document = read_document(instance, place.attribute, place.limit)
            if document is not None:
                self._root.problems += document.problems
                facts = facts_of(instance, place.layer, self._root.key, instance.address, document)
                self.policies.append(facts)
                found.append(document.policy or anything(instance.address, place.layer))
        return tuple(found)

    def _check_place(self, instance: Instance) -> None:
        known = {place.attribute for name, place in PLACES.items() if name == instance.type}
        if instance.type in _READ_ELSEWHERE:
            return
        for attribute in sorted(set(instance.values) - known):
            value = instance.values[attribute]
            if isinstance(value, str) and '"Statement"' in value:
                self._root.refuse(
                    instance, RESOLVED, "a policy must stand where it is understood", attribute
                )


def roles_owned(roles: Iterable[RoleFacts]) -> Iterator[OwnedResource]:
    """Give roles as what they are to whoever wants to become them: trust decides."""
    for role in roles:
        yield OwnedResource(
            arn=role.arn,
            kind="role",
            account=role.account,
            policy=role.trust,
            counts=Resource.DECISIVE,
            source=role.source,
            purpose=role.purpose,
            arns=(role.arn,),
            tags=role.tags,
            address=role.source.address,
        )


def _statement_of(instance: Instance) -> dict[str, object]:
    # https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    values = instance.values
    principal = text(values, "principal") or "*"
    service = principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    conditions: dict[str, dict[str, str]] = {}
    source = text(values, "source_arn")
    if source:
        conditions["ArnLike"] = {"AWS:SourceArn": source}
    equals = {
        "AWS:SourceAccount": text(values, "source_account"),
        "aws:PrincipalOrgID": text(values, "principal_org_id"),
    }
    found = {key: value for key, value in equals.items() if value}
    if found:
        conditions["StringEquals"] = found
    statement: dict[str, object] = {
        "Sid": text(values, "statement_id") or instance.name,
        "Effect": "Allow",
        "Action": text(values, "action") or "lambda:*",
        "Principal": {"Service": principal} if service else {"AWS": principal},
        "Resource": "*",
    }
    if conditions:
        statement["Condition"] = conditions
    return {"Version": "2012-10-17", "Statement": [statement]}


def _purpose(root: Root, name: str) -> str:
    for start in (f"{root.prefix}-{root.key}-", f"{root.prefix}-{root.key}/", f"{root.prefix}-"):
        if name.startswith(start):
            name = name.removeprefix(start)
            break
    return name.removesuffix(f"-{root.id}")
