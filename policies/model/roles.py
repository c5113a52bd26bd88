"""Roles with everything that is attached to them, joined across roots by ARN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policies.iam import Policy
from policies.model.documents import (
    KNOWN,
    PLACES,
    SIZED,
    Document,
    anything,
    facts_of,
    read_document,
)
from policies.model.facts import PolicyFacts, PolicyLayer, Problem, RoleFacts
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import number, rows, tags_of, text, texts

RESOLVED = "policies-resolved"
_INLINE_LIMIT = 10240
_HOUR = 3600
_UNMODELLED = ("aws_iam_user", "aws_iam_group")


@dataclass
class Managed:
    """A managed policy of the plans, and as what it is used."""

    arn: str
    instance: Instance
    account: str
    document: Document
    used: set[tuple[PolicyLayer, str]] = field(default_factory=set)


@dataclass
class _Attached:
    policies: list[Policy] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    inline_size: int = 0


class RoleReader:
    """Reads the roles of all roots and what is attached to them."""

    def __init__(self, roots: Iterable[Root]) -> None:
        self._roots = tuple(roots)
        self.policies: list[PolicyFacts] = []
        self._managed = {each.arn: each for root in self._roots for each in _managed_of(root)}
        self._attached: dict[str, _Attached] = {}
        self._by_name = {
            (root.id, text(each.values, "name")): _arn_of(root, each)
            for root in self._roots
            for each in root.of_type("aws_iam_role")
        }

    def read(self) -> dict[str, RoleFacts]:
        """Give every role by its ARN, with its policies."""
        for root in self._roots:
            self._attach(root)
        made: dict[str, RoleFacts] = {}
        for root in self._roots:
            for instance in root.of_type("aws_iam_role"):
                role = self._role(root, instance)
                if role.arn in made:
                    root.refuse(instance, RESOLVED, "must be the one role of its name", "two")
                made[role.arn] = role
            for instance in root.of_type(*_UNMODELLED):
                root.refuse(instance, RESOLVED, "must be a role, as everybody is", instance.type)
        self.policies += self._managed_facts()
        return {arn: made[arn] for arn in sorted(made)}

    def _attach(self, root: Root) -> None:
        for instance in root.of_type("aws_iam_role_policy"):
            document = _required(root, instance)
            for arn in self._holders(root, instance, "role"):
                self._add(root, instance, arn, document)
        for instance in root.of_type("aws_iam_role_policy_attachment"):
            for arn in self._holders(root, instance, "role"):
                self._add_managed(root, instance, arn)
        for instance in root.of_type("aws_iam_policy_attachment"):
            for name in texts(instance.values, "roles"):
                self._add_managed(root, instance, self._named(root, name))

    def _holders(self, root: Root, instance: Instance, attribute: str) -> tuple[str, ...]:
        name = text(instance.values, attribute)
        if name:
            return (self._named(root, name),)
        linked = root.linked(instance, attribute, "aws_iam_role")
        if len(linked) != 1:
            root.refuse(instance, RESOLVED, f"{attribute} must name one role", f"{len(linked)}")
        # With several, each might have it.
        return tuple(_arn_of(root, each) for each in linked)

    def _named(self, root: Root, name: str) -> str:
        return self._by_name.get((root.id, name)) or _role_arn(root, "/", name)

    def _add(self, root: Root, instance: Instance, arn: str, document: Document) -> None:
        held = self._attached.setdefault(arn, _Attached())
        held.inline_size += document.size
        layer = PolicyLayer.IDENTITY
        self.policies.append(facts_of(instance, layer, root.key, arn, document))
        if document.policy is None:
            held.undecided.append(instance.address)
        held.policies.append(document.policy or anything(instance.address, layer))

    def _add_managed(self, root: Root, instance: Instance, arn: str) -> None:
        held = self._attached.setdefault(arn, _Attached())
        named = text(instance.values, "policy_arn")
        if named:
            held.policies.append(
                self._by_arn(root, instance, named, arn, PolicyLayer.IDENTITY, held.undecided)
            )
            return
        linked = root.linked(instance, "policy_arn", "aws_iam_policy")
        own = [each for each in linked if each.key and each.key == instance.key]
        found = own or linked
        if len(found) != 1:
            root.refuse(
                instance,
                RESOLVED,
                "policy_arn must name one policy that the plan knows",
                f"{len(found)}",
                "build the policy's ARN from its name",
            )
            held.undecided.append(instance.address)
            held.policies.append(anything(instance.address, PolicyLayer.IDENTITY))
            return
        by_arn = _policy_arn(root, found[0])
        held.policies.append(
            self._by_arn(root, instance, by_arn, arn, PolicyLayer.IDENTITY, held.undecided)
        )

    def _by_arn(
        self,
        root: Root,
        instance: Instance,
        arn: str,
        holder: str,
        layer: PolicyLayer,
        undecided: list[str],
    ) -> Policy:
        managed = self._managed.get(arn)
        if managed is None:
            aws = ":iam::aws:policy/" in arn
            must_hold = f"{layer.value} policy must be one that a plan makes"
            hint = "" if aws else "give the plan of the root that makes it"
            root.refuse(instance, RESOLVED, must_hold, arn, hint)
            undecided.append(arn)
            return anything(arn, layer)
        managed.used.add((layer, holder))
        if managed.document.policy is None:
            undecided.append(managed.instance.address)
            return anything(managed.instance.address, layer)
        return managed.document.policy

    def _role(self, root: Root, instance: Instance) -> RoleFacts:
        arn = _arn_of(root, instance)
        held = self._attached.get(arn, _Attached())
        policies, undecided = list(held.policies), list(held.undecided)
        self._check_inline(root, instance, held)
        for each in rows(instance.values, "inline_policy"):
            if each:
                root.refuse(instance, KNOWN, "must have its policies as resources", "inline_policy")
                undecided.append(instance.address)
                policies.append(anything(instance.address, PolicyLayer.IDENTITY))
        policies += [
            self._by_arn(root, instance, named, arn, PolicyLayer.IDENTITY, undecided)
            for named in texts(instance.values, "managed_policy_arns")
        ]
        trust = self._trust(root, instance, arn, undecided)
        boundary = self._boundary(root, instance, arn, undecided)
        tags, name = tags_of(instance.values), text(instance.values, "name")
        return RoleFacts(
            arn=arn,
            account=root.key,
            name=name,
            identity=tuple(policies),
            boundary=boundary,
            trust=trust,
            tags=tags,
            max_session=number(instance.values, "max_session_duration") or _HOUR,
            source=instance.source,
            root=root.plan.root,
            purpose=name.removeprefix(f"{root.prefix}-{root.key}-"),
            persona=tags.get("persona", ""),
            services=_services(trust),
            undecided=tuple(undecided),
        )

    def _check_inline(self, root: Root, instance: Instance, held: _Attached) -> None:
        if held.inline_size > _INLINE_LIMIT:
            must_hold = f"inline policies must have at most {_INLINE_LIMIT} characters together"
            root.problems.append(
                Problem(SIZED, True, instance.source, must_hold, str(held.inline_size))
            )

    def _trust(self, root: Root, instance: Instance, arn: str, undecided: list[str]) -> Policy:
        document, layer = _required(root, instance), PolicyLayer.TRUST
        self.policies.append(facts_of(instance, layer, root.key, arn, document))
        if document.policy is None:
            undecided.append(instance.address)
        return document.policy or anything(instance.address, layer)

    def _boundary(
        self, root: Root, instance: Instance, arn: str, undecided: list[str]
    ) -> Policy | None:
        named, layer = text(instance.values, "permissions_boundary"), PolicyLayer.BOUNDARY
        if not named:
            linked = root.linked(instance, "permissions_boundary", "aws_iam_policy")
            if len(linked) != 1:
                if not instance.unknown.get("permissions_boundary"):
                    return None
                root.refuse(instance, KNOWN, "permissions_boundary must be known", "not known")
                undecided.append(instance.address)
                return anything(instance.address, layer)
            named = _policy_arn(root, linked[0])
        return self._by_arn(root, instance, named, arn, layer, undecided)

    def _managed_facts(self) -> Iterator[PolicyFacts]:
        for arn in sorted(self._managed):
            each = self._managed[arn]
            for layer, holder in sorted(each.used) or [(PolicyLayer.UNATTACHED, "")]:
                made = facts_of(each.instance, layer, each.account, holder, each.document)
                yield PolicyFacts(**{**vars(made), "arn": arn})


def _managed_of(root: Root) -> Iterator[Managed]:
    for instance in root.of_type("aws_iam_policy"):
        document = _required(root, instance)
        yield Managed(_policy_arn(root, instance), instance, root.key, document)


def _required(root: Root, instance: Instance) -> Document:
    """Read a document that must be there; where it is not, that is a problem."""
    place = PLACES[instance.type]
    document = read_document(instance, place.attribute, place.limit)
    if document is None:
        root.refuse(instance, KNOWN, f"{place.attribute} must be known in the plan", "none")
        return Document(None, "", ())
    root.problems += document.problems
    return document


def _arn_of(root: Root, instance: Instance) -> str:
    path = text(instance.values, "path") or "/"
    return text(instance.values, "arn") or _role_arn(root, path, _name(instance))


def _role_arn(root: Root, path: str, name: str) -> str:
    return f"arn:{root.partition}:iam::{root.id}:role{path}{name}"


def _policy_arn(root: Root, instance: Instance) -> str:
    path = text(instance.values, "path") or "/"
    made = f"arn:{root.partition}:iam::{root.id}:policy{path}{_name(instance)}"
    return text(instance.values, "arn") or made


def _name(instance: Instance) -> str:
    # A name that only AWS will give cannot be asked for: its address stands for it.
    return text(instance.values, "name") or f"*{instance.address}"


def _services(trust: Policy) -> tuple[str, ...]:
    found: set[str] = set()
    for statement in trust.statements:
        if statement.allows and statement.principals and not statement.principals.excludes:
            listed: Mapping[str, frozenset[str]] = statement.principals.listed
            found |= listed.get("Service", frozenset())
    return tuple(sorted(found))
