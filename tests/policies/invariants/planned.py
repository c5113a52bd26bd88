"""The platform's own plans as a model, and the policies in them that stand by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from policies.model import Model, PolicyFacts, PolicyLayer, read_plans, required_roots
from tests.platform_plans import platform_plan
from tests.policies.guardrails.guardrails import CHECKOUT, naming
from tests.policies.invariants.mutants import Mutant, alike, mutants_of

KINDS = ("bucket", "endpoint", "key", "other", "trust")
_BY_TYPE = {"aws_s3_bucket_policy": "bucket", "aws_kms_key": "key"}
_BY_LAYER = {PolicyLayer.ENDPOINT: "endpoint", PolicyLayer.TRUST: "trust"}


@cache
def planned() -> Model:
    """Return the model of the plans of all roots."""
    organization = naming().organization
    plans = {name: platform_plan(name) for name in required_roots(organization)}
    return read_plans(plans, organization, CHECKOUT)


def kind_of(facts: PolicyFacts) -> str:
    """Tell of which kind a policy of a resource is, or "" of any other policy."""
    if facts.layer is PolicyLayer.RESOURCE:
        types = {(it.root, it.address): it.type for it in planned().resources}
        return _BY_TYPE.get(types[facts.source.root, facts.source.address], "other")
    return _BY_LAYER.get(facts.layer, "")


def mutants(kind: str) -> Iterator[Mutant]:
    """Give the mutants of one kind of policy, one of those that are the same up to names."""
    names = _names()
    seen: set[tuple[str, ...]] = set()
    for facts in planned().policies:
        if kind_of(facts) == kind:
            for mutant in mutants_of(facts):
                found = alike(mutant, names)
                if found not in seen:
                    seen.add(found)
                    yield mutant


def _names() -> list[tuple[str, str]]:
    accounts = planned().accounts.values()
    ids = [(each.id, "<id>") for each in accounts]
    return ids + [(f"-{each.key}", "-<account>") for each in accounts]
