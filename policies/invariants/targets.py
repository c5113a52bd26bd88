"""What is meant by an invariant: resources of the plans by kind, ARNs, or whatever there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from policies.iam.principal import Named, Principal
from policies.invariants.invariant import Held, Invariant, What
from policies.invariants.known import ELSEWHERE, Known, known_of_owner
from policies.invariants.plain import within
from policies.invariants.possible import closest, overlap
from policies.invariants.subjects import Subject, any_like
from policies.invariants.vocabulary import Vocabulary
from policies.model import AccountFacts, Model, OwnedResource
from policies.verdict import Source

# The service in whose name actions on a kind of resource are called, where it is another one.
_ASKED_AS = {"iam": ("sts",)}


@dataclass(frozen=True)
class Target:
    """What is asked for: ARNs that belong to an account, and the resource if it is in the plans."""

    resources: tuple[str, ...]
    owner: str
    name: str
    source: Source | None = None
    owned: OwnedResource | None = None
    excepted: tuple[str, ...] = ()
    known: Known = field(default_factory=dict)


@dataclass(frozen=True)
class Estate:
    """Everything that belongs to somebody in a model."""

    model: Model
    vocabulary: Vocabulary
    _named: dict[tuple[str, Principal], bool] = field(default_factory=dict, repr=False)
    _by_kind: dict[What, tuple[OwnedResource, ...]] = field(default_factory=dict, repr=False)
    _targets: dict[tuple[str, str, str], Target] = field(default_factory=dict, repr=False)

    def of(self, invariant: Invariant, held: Held, subject: Subject) -> Iterator[Target]:
        """Give what an invariant means, for one who asks."""
        what = invariant.what
        if what.resource:
            for found in self._of_kind(what):
                same = self.account(found).id == subject.account
                if not (what.foreign and same) and not (what.own and not same):
                    yield self._without(what, self._owned(found))
            return
        for owner in self._owners(invariant, subject):
            yield from self._by_arn(invariant, held, subject, owner)

    def _without(self, what: What, target: Target) -> Target:
        """Leave out the parts of a resource that are named by ARN."""
        parts = [arn for arn in what.excepted if arn.startswith("arn:")]
        say, owner = self.vocabulary.text, target.owner
        excepted = tuple(say(arn, owner, owner) for arn in parts)
        return replace(target, excepted=excepted) if excepted else target

    def account(self, owned: OwnedResource) -> AccountFacts:
        """Tell whose a resource is."""
        return self.model.account(owned.account)

    def _of_kind(self, what: What) -> tuple[OwnedResource, ...]:
        if what not in self._by_kind:
            self._by_kind[what] = tuple(self._like(what))
        return self._by_kind[what]

    def _like(self, what: What) -> Iterator[OwnedResource]:
        for found in self.model.owned:
            if not any_like(found.kind, (what.resource,)):
                continue
            if what.kinds and self.account(found).kind not in what.kinds:
                continue
            if any_like(found.purpose, what.purposes) and not any_like(
                found.purpose, what.excepted
            ):
                yield found

    def _owners(self, invariant: Invariant, subject: Subject) -> Iterator[str]:
        what = invariant.what
        if what.outside:
            yield ELSEWHERE
        elif what.kinds:
            for account in self.model.accounts.values():
                if account.kind in what.kinds:
                    yield account.id
        elif subject.account:
            yield subject.account
        else:
            yield from self.vocabulary.account_ids

    def _by_arn(
        self, invariant: Invariant, held: Held, subject: Subject, owner: str
    ) -> Iterator[Target]:
        what, say = invariant.what, self.vocabulary.text
        # Where nobody is known to own a resource, its own account stands in its ARN.
        asking = subject.account or owner
        if what.kinds:
            asking = owner
        arns = tuple(say(arn, asking, owner) for arn in what.arns) or ("*",)
        excepted = tuple(say(arn, asking, owner) for arn in what.excepted)
        known: Known = self.known_of(owner)
        name = ", ".join(arns)
        yield Target(arns, owner, name, excepted=excepted, known=known)
        if held not in (Held.EVERYTHING, Held.OWN):
            return
        # What has a policy of its own may let somebody in past their own policies.
        services = {action.partition(":")[0] for action in invariant.never + invariant.can}
        same = owner == subject.account
        for found in self._with_policy.get(owner, ()):
            if same and not self._names(found, subject.principal):
                # It only takes away from what was asked above, of everything in the account.
                continue
            if not _asked_as(found.arn) & services and "*" not in services:
                continue
            theirs = tuple(
                arn if within(arn, own) else own
                for own in found.arns or (found.arn,)
                for arn in arns
                if overlap(own, arn)
            )
            if theirs:
                yield replace(self._owned(found), resources=theirs, excepted=excepted)

    def _names(self, owned: OwnedResource, principal: Principal) -> bool:
        asked = (f"{owned.source.root} {owned.source.address} {owned.arn}", principal)
        if asked not in self._named:
            self._named[asked] = _names(owned, principal)
        return self._named[asked]

    def _owned(self, found: OwnedResource) -> Target:
        name = (found.source.root, found.source.address, found.arn)
        if name not in self._targets:
            self._targets[name] = self._target(found)
        return self._targets[name]

    def _target(self, found: OwnedResource) -> Target:
        owner = self.account(found).id
        known = dict(self.known_of(owner))
        if found.kind == "key" and found.purpose:
            key = self.account(found).key
            known["kms:resourcealiases"] = (f"alias/{self.model.prefix}-{key}-{found.purpose}",)
        return Target(
            found.arns or (found.arn,),
            owner,
            found.address or found.arn,
            found.source,
            found,
            known=known,
        )

    def known_of(self, owner: str) -> Known:
        """Give the keys that tell whose a resource is."""
        return known_of_owner(owner, self.model.organization_id)

    @cached_property
    def _with_policy(self) -> Mapping[str, list[OwnedResource]]:
        found: dict[str, list[OwnedResource]] = {}
        for owned in self.model.owned:
            if owned.policy is not None:
                found.setdefault(self.account(owned).id, []).append(owned)
        return found


def _names(owned: OwnedResource, principal: Principal) -> bool:
    """Tell whether a resource lets somebody in by name, without their own policies."""
    return owned.policy is not None and any(
        statement.allows
        and statement.principals is not None
        and closest(statement.principals, principal) in (Named.IDENTITY, Named.SESSION)
        for statement in owned.policy.statements
    )


def _asked_as(arn: str) -> frozenset[str]:
    service = arn.split(":")[2] if arn.count(":") >= 2 else arn
    return frozenset(_ASKED_AS.get(service, (service,)))
