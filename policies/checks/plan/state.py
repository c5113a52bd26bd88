"""Where Terraform keeps its state: encrypted, with every version, and closed to all others."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import Doubt, Outcome, undecided, violated
from policies.checks.plan.companions import has_companion
from policies.checks.plan.rules import account_id, says, under_own_key
from policies.model import Model, PlannedResource
from policies.verdict import Source

_HINT = "lay the account out with terraform/bootstrap"
_DEFAULT = "rule.apply_server_side_encryption_by_default"


def state_buckets_protected(model: Model) -> Outcome:
    """PIPE-10: each account has a bucket for state that keeps versions under a key of its own."""
    judged: list[Source] = []
    doubts: list[Doubt] = []
    for account in model.accounts.values():
        if account.kind == "management":
            continue
        root = f"bootstrap/{account.key}"
        place = Source(root, account.key)
        buckets = [
            it for it in model.of_type("aws_s3_bucket") if it.root == root and _is_state(model, it)
        ]
        judged += [place, *(it.source for it in buckets)]
        if not any(it.root == root for it in model.resources):
            must = "must keep its state in a bucket"
            doubts.append(undecided(place, must, "no plan of its set-up", _HINT))
        elif not buckets:
            doubts.append(violated(place, "must keep its state in a bucket", "none", _HINT))
        doubts += [doubt for bucket in buckets for doubt in _protected(model, bucket)]
    return Outcome(tuple(judged), tuple(doubts))


def _is_state(model: Model, bucket: PlannedResource) -> bool:
    return f"{bucket.values.get('bucket')}".endswith(f"-tfstate-{account_id(model, bucket)}")


def _protected(model: Model, bucket: PlannedResource) -> Iterator[Doubt]:
    versions = says("versioning_configuration.status", "Enabled", hint=_HINT)
    key = under_own_key(f"{_DEFAULT}.kms_master_key_id", _HINT)
    closed = says("restrict_public_buckets", True, hint=_HINT)
    for part, rules in {
        "versioning": (versions,),
        "server_side_encryption_configuration": (key,),
        "public_access_block": (closed,),
        "policy": (),
    }.items():
        kind = f"aws_s3_bucket_{part}"
        yield from has_companion(kind, "bucket", *rules, name="bucket", hint=_HINT)(model, bucket)
