"""One question over the plans: may somebody do something, and under which circumstances.

The request as it is asked is decided and explained by the evaluator. Keys that nobody gave are then
left free: either nothing that such a request may carry gets it allowed, which is proved, or there
is a request that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.errors import Misuse
from pipelines.yaml_file import nearest
from policies.iam import Layers, MalformedPolicy, Principal, Request, Resource
from policies.iam.arn import parse_arn
from policies.iam.explain import Explanation, explain
from policies.iam.principal import Kind
from policies.iam.prover import Proof, Prover, Question, Reference
from policies.invariants.chains import Chains
from policies.invariants.invariant import Held
from policies.invariants.known import ELSEWHERE, OTHER_ORGANIZATION, Known, known_of_owner
from policies.invariants.plain import within
from policies.invariants.standing import EVERY_RIGHT, OPEN_TO_ALL, layers_for
from policies.invariants.subjects import Population, Subject
from policies.invariants.targets import Target
from policies.model import Model, OwnedResource, RoleFacts
from policies.verdict import Source

# What is taken of a request that is asked about, unless the question says otherwise.
USUAL = {"aws:securetransport": ("true",), "aws:viaawsservice": ("false",)}
_NAMES = "a role such as production/deploy or its ARN, a service, anonymous, or an account's root"
_ASKED = Source("", "the question")


@dataclass(frozen=True)
class Asking:
    """A question as somebody writes it; keys are in any case, with the values that they have."""

    who: str
    action: str
    resource: str
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the policies of the plans say.

    ``explanation`` is of the request with no other keys than those that were given or follow from
    the plans; None where action or resource stand for several. ``proof`` is about every request
    that agrees with what was given.
    """

    explanation: Explanation | None
    proof: Proof
    rests_on: tuple[str, ...] = ()
    """What no plan tells, and is taken for open."""


def ask(model: Model, reference: Reference, asking: Asking) -> Answer:
    """Answer a question over the plans of all accounts.

    Raises Misuse where nobody is known by that name, or nothing tells whose the resource is.
    """
    prover = Prover(reference)
    subject = _subject(model, prover, asking.who)
    target = _target(model, subject, asking.resource)
    given = {key.lower(): values for key, values in asking.given.items()}
    layers = _layers(model, subject, target)
    known: Known = {**subject.known, **target.known, **{k: v or None for k, v in given.items()}}
    proof = prover.never(
        Question(
            subject.principal,
            layers,
            (asking.action,),
            (asking.resource,),
            target.owner,
            known=known,
            always=frozenset(key for key, values in given.items() if values),
            any_session=False,
        )
    )
    undecided = () if subject.role is None else subject.role.undecided
    if target.owner not in {account.id for account in model.accounts.values()}:
        undecided += (f"{asking.resource}, which is of nobody in the plans",)
    explanation = None
    if "*" not in asking.action and (asking.resource == "*" or "*" not in asking.resource):
        explanation = explain(_request(model, subject, target, asking, known), layers)
    return Answer(explanation, proof, undecided)


def _request(
    model: Model, subject: Subject, target: Target, asking: Asking, known: Known
) -> Request:
    region = {"aws:requestedregion": (_region(model, subject, target),)}
    context = {**USUAL, **region, **known}
    carried = {key: values for key, values in context.items() if values}
    try:
        return Request.of(
            subject.principal,
            asking.action,
            asking.resource,
            carried,
            resource_account=target.owner,
        )
    except MalformedPolicy as error:
        raise Misuse(asking.resource, error.must_hold, got=error.got) from error


def _region(model: Model, subject: Subject, target: Target) -> str:
    for number in (target.owner, subject.account):
        for account in model.accounts.values():
            if account.id == number:
                return account.region
    return next(iter(model.accounts.values())).region


# Who asks.


def _subject(model: Model, prover: Prover, who: str) -> Subject:
    role = _role(model, who)
    if role is not None:
        found = Population(model, Chains(model, prover)).subject(role)
        return _in_session(found, who)
    if who == "anonymous":
        return Subject(Principal.anonymous(), "", who, _ASKED, {"aws:principalorgid": None})
    if who.endswith(".amazonaws.com"):
        return Subject(Principal.service(who), "", who, _ASKED)
    arn = parse_arn(who)
    if arn is None or arn.service not in ("iam", "sts") or not arn.account:
        raise _unknown(model, who)
    ours = {account.id for account in model.accounts.values()}
    own = arn.account in ours
    known: Known = {"aws:principalorgid": (model.organization_id if own else OTHER_ORGANIZATION,)}
    if arn.resource == "root":
        return Subject(Principal.root(arn.account), arn.account, who, _ASKED, known)
    if own or not arn.resource.startswith("role/"):
        # A role of ours that no plan makes has policies that nobody can tell.
        raise _unknown(model, who)
    return Subject(Principal.role(who, "session"), arn.account, who, _ASKED, known)


def _role(model: Model, who: str) -> RoleFacts | None:
    if who in model.roles:
        return model.roles[who]
    account, _, purpose = who.replace(" ", "/").partition("/")
    for role in model.roles.values():
        if who == role.name or (model.account(role.account).key, role.purpose) == (
            account,
            purpose,
        ):
            return role
    arn = parse_arn(who)
    if arn is not None and arn.service == "sts" and arn.resource.startswith("assumed-role/"):
        name = arn.resource.split("/")[1]
        for role in model.roles.values():
            if role.name == name and model.account(role.account).id == arn.account:
                return role
    return None


def _in_session(found: Subject, who: str) -> Subject:
    if ":assumed-role/" not in who or found.role is None:
        return found
    principal = Principal.role(found.role.arn, who.rpartition("/")[2])
    return Subject(principal, found.account, found.name, found.source, found.known, found.role)


def _unknown(model: Model, who: str) -> Misuse:
    names = {f"{model.account(r.account).key}/{r.purpose}" for r in model.roles.values()}
    meant = nearest(who.replace(" ", "/"), sorted(names | set(model.roles)))
    hint = f"did you mean {meant}?" if meant else None
    return Misuse(who, f"must be {_NAMES}", got="nobody of the plans", hint=hint)


# What is asked for.


def _target(model: Model, subject: Subject, resource: str) -> Target:
    found = _owned(model, resource)
    if found is not None:
        owner = model.account(found.account).id
        return _of(model, resource, owner, found)
    arn = parse_arn(resource)
    if arn is not None and arn.account:
        return _of(model, resource, arn.account, None)
    if arn is not None:
        # A bucket that no plan makes is somebody else's.
        return _of(model, resource, ELSEWHERE, None)
    if resource == "*" and subject.account:
        return _of(model, resource, subject.account, None)
    raise Misuse(
        resource, "must be an ARN, or * for somebody of an account", got="no ARN of anybody's"
    )


def _of(model: Model, resource: str, owner: str, owned: OwnedResource | None) -> Target:
    known = dict(known_of_owner(owner, model.organization_id))
    if not any(account.id == owner for account in model.accounts.values()):
        known["aws:resourceorgid"] = (OTHER_ORGANIZATION,)
    if owned is not None and owned.aliases:
        known["kms:resourcealiases"] = owned.aliases
    return Target((resource,), owner, resource, None, owned, known=known)


def _owned(model: Model, resource: str) -> OwnedResource | None:
    for found in model.owned:
        if any(within(resource, own) for own in found.arns or (found.arn,)):
            return found
    return None


def _layers(model: Model, subject: Subject, target: Target) -> Layers:
    known = {account.id: account for account in model.accounts.values()}
    if subject.role is not None:
        layers = layers_for(model, Held.EVERYTHING, subject, target)
        return layers if target.owner in known else _open(layers)
    asking, owner = known.get(subject.account), known.get(target.owner)
    layers = Layers(
        identity=() if subject.principal.kind in _NOBODYS else (EVERY_RIGHT,),
        service_control=asking.service_control if asking else (),
        resource_control=owner.resource_control if owner else (),
        resource=None if target.owned is None else target.owned.policy,
        resource_counts=Resource.ORDINARY if target.owned is None else target.owned.counts,
    )
    return layers if owner else _open(layers)


_NOBODYS = (Kind.SERVICE, Kind.ANONYMOUS, Kind.FEDERATED)


def _open(layers: Layers) -> Layers:
    # Nobody knows what an account outside the organisation lets in.
    return Layers(
        identity=layers.identity,
        boundary=layers.boundary,
        service_control=layers.service_control,
        resource=OPEN_TO_ALL,
    )
