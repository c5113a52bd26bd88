"""Where models and features are kept: whom the registry lets in, and where stores write."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import Claim, Doubt, Rule, every, undecided, violated
from policies.checks.plan.companions import made_from
from policies.checks.plan.reading import State, reading, readings
from policies.checks.plan.rules import buckets_of, is_absent_or_says, under_own_key
from policies.checks.plan.statements import (
    allowing,
    every_policy,
    foreigners,
    name,
    named_accounts,
    required,
    services,
)
from policies.iam import Policy
from policies.model import Model, PlannedResource, PolicyLayer

_READING = ("sagemaker:Describe", "sagemaker:List")
_KEY_HINT = "name a key of modules/customer-key"


def _not_reading(model: Model, policy: Policy) -> Iterator[str]:
    for statement in allowing(policy):
        strangers = foreigners(model, statement)
        if strangers or services(statement):
            yield f"{', '.join(strangers or services(statement))} in {name(statement)}"
        if named_accounts(statement) and not required(statement, "aws:PrincipalArn"):
            yield f"all of account {', '.join(named_accounts(statement))} in {name(statement)}"
        others = [it.text for it in statement.actions if not it.text.startswith(_READING)]
        if others or statement.excludes_actions:
            yield f"`{others or 'NotAction'}` in {name(statement)}"


package_group_policies_narrow: Claim = every_policy(
    PolicyLayer.RESOURCE,
    "aws_sagemaker_model_package_group_policy",
    must="the policy must let named roles of the organisation read, and nothing else",
    hint="use modules/model-registry",
    unless=_not_reading,
)


def _own_bucket(path: str) -> Rule:
    must = f"`{path}` must lie in a bucket of the account"
    hint = "name a bucket of modules/secure-bucket"

    def rule(model: Model, it: PlannedResource) -> Iterator[Doubt]:
        own = buckets_of(model, it)
        for found in readings(it, path):
            bucket = f"{found.value}".removeprefix("s3://").partition("/")[0]
            if found.state is State.UNKNOWN:
                if not any(each.type == "aws_s3_bucket" for each in made_from(model, it, path)):
                    yield undecided(it, must, found.shown(), hint)
            elif found.state is State.ABSENT or bucket not in own:
                yield violated(it, must, found.shown(), hint)

    return rule


_OFFLINE = "offline_store_config.s3_storage_config"


def _kept_here(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    if reading(it, "offline_store_config").state is not State.ABSENT:
        yield from _own_bucket(f"{_OFFLINE}.s3_uri")(model, it)
        yield from under_own_key(f"{_OFFLINE}.kms_key_id", _KEY_HINT)(model, it)
    if reading(it, "online_store_config").state is not State.ABSENT:
        path = "online_store_config.security_config.kms_key_id"
        yield from under_own_key(path, _KEY_HINT)(model, it)


feature_store_in_account: Claim = every("aws_sagemaker_feature_group").must(_kept_here)

mlflow_stores_encrypted: Claim = every("aws_sagemaker_mlflow_tracking_server").must(
    _own_bucket("artifact_store_uri"),
    is_absent_or_says(
        "automatic_model_registration", False, hint="register by a pipeline, which says the lineage"
    ),
)
