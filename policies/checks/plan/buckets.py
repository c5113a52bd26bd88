"""Buckets: what each must have beside it, and what none may have."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    every,
    in_each_account,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import companions, has_companion
from policies.checks.plan.reading import State, blocks, reading, readings
from policies.checks.plan.rules import is_absent, is_set, linked, says, under_own_key
from policies.checks.plan.statements import KNOWN, allowing, document_of, refuses
from policies.iam import Policy
from policies.model import Model, PlannedResource, PolicyLayer

BUCKETS = every("aws_s3_bucket")
_ALL_FOUR = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)
_HINT = "use modules/secure-bucket, which makes a bucket with all that belongs to it"
_EXPIRES = ("abort_incomplete_multipart_upload", "noncurrent_version_expiration")
# What must stay as it was written. S3 takes no bucket with a default retention for access logs.
_LOCKED = ("evidence", "models", "trail")


def _bucket_part(kind: str) -> str:
    return f"aws_s3_bucket_{kind}"


def _all_four(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    for argument in _ALL_FOUR:
        yield from says(argument, True, hint=f"set `{argument} = true`")(model, it)


buckets_block_public_access: Claim = together(
    BUCKETS.must(
        has_companion(
            _bucket_part("public_access_block"), "bucket", _all_four, name="bucket", hint=_HINT
        )
    ),
    in_each_account().there_is(
        every("aws_s3_account_public_access_block"),
        "must block public access to every bucket of the account",
        "use modules/account-settings",
        _all_four,
    ),
)


def _keeps_logs(model: Model, bucket: PlannedResource) -> bool:
    """Tell whether S3 delivers access logs to a bucket, which it does under its own key only.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    delivers = _bucket_part("logging")
    if not companions(model, bucket, delivers, "target_bucket", "bucket"):
        return False
    policy = _policy(model, bucket)
    return policy is not None and any(
        statement.principals is not None
        and "logging.s3.amazonaws.com" in statement.principals.listed.get("Service", ())
        for statement in allowing(policy)
    )


def _keeps_data(model: Model, bucket: PlannedResource) -> bool:
    return not _keeps_logs(model, bucket)


_DEFAULT = "rule.apply_server_side_encryption_by_default"
_ENCRYPTION = _bucket_part("server_side_encryption_configuration")
buckets_encrypted: Claim = together(
    BUCKETS.where(_keeps_data).must(
        has_companion(
            _ENCRYPTION,
            "bucket",
            says(f"{_DEFAULT}.sse_algorithm", "aws:kms", "aws:kms:dsse", hint=_HINT),
            under_own_key(f"{_DEFAULT}.kms_master_key_id", "name a key of modules/customer-key"),
            says("rule.bucket_key_enabled", True, hint="set `bucket_key_enabled = true`"),
            name="bucket",
            hint=_HINT,
        )
    ),
    BUCKETS.where(_keeps_logs).must(
        has_companion(_ENCRYPTION, "bucket", name="bucket", hint=_HINT)
    ),
)

buckets_versioned: Claim = BUCKETS.must(
    has_companion(
        _bucket_part("versioning"),
        "bucket",
        says("versioning_configuration.status", "Enabled", hint='set `status = "Enabled"`'),
        name="bucket",
        hint=_HINT,
    )
)


def _is_locked(model: Model, bucket: PlannedResource) -> bool:
    if not isinstance(bucket.values.get("bucket"), str):
        return True
    written = {
        trail.values.get("s3_bucket_name")
        for trail in model.of_type("aws_cloudtrail")
        if trail.root == bucket.root
    }
    return bucket.values.get("bucket") in written or _purpose(model, bucket) in _LOCKED


buckets_locked: Claim = BUCKETS.where(_is_locked).must(
    has_companion(
        _bucket_part("object_lock_configuration"),
        "bucket",
        says("rule.default_retention.mode", "COMPLIANCE", "GOVERNANCE", hint=_HINT),
        name="bucket",
        hint="give modules/secure-bucket an `object_lock`",
    ),
)

buckets_own_objects: Claim = BUCKETS.must(
    has_companion(
        _bucket_part("ownership_controls"),
        "bucket",
        says("rule.object_ownership", "BucketOwnerEnforced", hint=_HINT),
        name="bucket",
        hint=_HINT,
    )
)


def _logs_here(model: Model, logging: PlannedResource) -> Iterator[Doubt]:
    """Say where access is logged: to a bucket of the same account that a plan makes."""
    must = "`target_bucket` must be a bucket of the same account"
    found = reading(logging, "target_bucket")
    ours = {
        bucket.values.get("bucket")
        for bucket in model.of_type("aws_s3_bucket")
        if bucket.account == logging.account
    }
    if found.state is State.UNKNOWN and not linked(logging, found):
        yield undecided(logging, must, found.shown(), _HINT)
    elif found.state is not State.UNKNOWN and found.value not in ours:
        yield violated(logging, must, found.shown(), "name the log bucket of the account")


buckets_log_access: Claim = BUCKETS.where(_keeps_data).must(
    has_companion(
        _bucket_part("logging"), "bucket", _logs_here, name="bucket", hint="give it a `log_bucket`"
    )
)


def _clears_up(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    rules = blocks(it, "rule")
    if rules is None:
        yield undecided(it, "`rule` must be known", "a value that the plan does not know", _HINT)
        return
    enabled = [rule for rule in rules if rule.values.get("status") == "Enabled"]
    for part in _EXPIRES:
        if not any(rule.values.get(part) for rule in enabled):
            must = f"an enabled rule must have `{part}`"
            yield violated(it, must, f"{len(enabled)} enabled rules without", _HINT)


buckets_have_lifecycles: Claim = BUCKETS.must(
    has_companion(
        _bucket_part("lifecycle_configuration"), "bucket", _clears_up, name="bucket", hint=_HINT
    )
)


_WITHOUT_TLS = "Bool aws:securetransport [false]"
_WITH_OLD_TLS = "NumericLessThan s3:tlsversion [1.2]"
_DATA = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject")


def _refused_where(policy: Policy, condition: str) -> bool:
    """Tell whether everybody is denied everything under one condition, and no other beside it."""
    return any(
        refuses(statement, *_DATA) and [it.text for it in statement.conditions] == [condition]
        for statement in policy.statements
    )


def _requires_tls(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    found = document_of(model, it, PolicyLayer.RESOURCE)
    if found is None or found.policy is None:
        yield undecided(it, KNOWN, found.problem if found else "none", _HINT)
        return
    if not _refused_where(found.policy, _WITHOUT_TLS):
        must = "must deny everybody everything where aws:SecureTransport is false"
        yield violated(it, must, "no such statement", _HINT)
    if not _refused_where(found.policy, _WITH_OLD_TLS):
        must = "must deny everybody everything where s3:TlsVersion is below 1.2"
        yield violated(it, must, "no such statement", _HINT)


bucket_policies_require_tls: Claim = BUCKETS.must(
    has_companion(_bucket_part("policy"), "bucket", _requires_tls, name="bucket", hint=_HINT)
)

buckets_not_destroyed_full: Claim = BUCKETS.must(
    says("force_destroy", False, hint="set `force_destroy = false`")
)


def _names_origins(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "`cors_rule.allowed_origins` must name each origin"
    for found in readings(it, "cors_rule.allowed_origins"):
        origins = found.value if isinstance(found.value, list) else None
        if origins is None:
            yield undecided(it, must, found.shown(), "name the origins")
        elif any("*" in str(origin) for origin in origins):
            yield violated(it, must, found.shown(), "name the origins")


buckets_plain: Claim = together(
    every(
        _bucket_part("acl"),
        _bucket_part("website_configuration"),
        _bucket_part("request_payment_configuration"),
    ).must_not_exist(
        "no bucket may have access lists, a website or a requester that pays",
        "remove it: access is given by the bucket's policy, to named roles",
    ),
    BUCKETS.must(
        *(
            is_absent(attribute, f"remove `{attribute}`", provider_fills=True)
            for attribute in ("acl", "grant", "website", "cors_rule")
        )
    ),
    every(_bucket_part("cors_configuration")).must(_names_origins),
    every("aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy").must(
        is_absent("acl", "remove `acl`: whoever owns the bucket owns it", provider_fills=True)
    ),
    every("aws_s3_access_point").must(
        is_set("vpc_configuration.vpc_id", "give the access point a `vpc_configuration`")
    ),
)


def _goes_to_ours(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    hint = "replicate to a bucket of the organisation, whose owner owns the replica, under its key"
    accounts = {account.id for account in model.accounts.values()}
    names = {f"arn:aws:s3:::{b.values.get('bucket')}" for b in model.of_type("aws_s3_bucket")}
    bucket = reading(it, "rule.destination.bucket")
    if bucket.state is State.UNKNOWN and not linked(it, bucket):
        yield undecided(it, "the destination must be a declared bucket", bucket.shown(), hint)
    elif bucket.state is not State.UNKNOWN and bucket.value not in names:
        yield violated(it, "the destination must be a declared bucket", bucket.shown(), hint)
    yield from says("rule.destination.account", *sorted(accounts), hint=hint)(model, it)
    owner = "rule.destination.access_control_translation.owner"
    yield from says(owner, "Destination", hint=hint)(model, it)
    key = "rule.destination.encryption_configuration.replica_kms_key_id"
    yield from under_own_key(key, hint, of_anybody_here=True)(model, it)


replication_declared: Claim = every(_bucket_part("replication_configuration")).must(_goes_to_ours)


def _policy(model: Model, bucket: PlannedResource) -> Policy | None:
    for it in companions(model, bucket, _bucket_part("policy"), "bucket", "bucket"):
        found = document_of(model, it, PolicyLayer.RESOURCE)
        if found is not None:
            return found.policy
    return None


def _purpose(model: Model, bucket: PlannedResource) -> str:
    for owned in model.owned_of("bucket"):
        if (owned.source.root, owned.source.address) == (bucket.root, bucket.address):
            return owned.purpose
    return ""
