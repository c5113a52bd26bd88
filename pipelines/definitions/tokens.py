"""Tokens: what a compiled definition leaves open until it is bound to an account."""

from __future__ import annotations

COMMIT = "build:commit"
DEFINITION_DIGEST = "build:definition-digest"
IMAGE_DIGEST = "build:image-digest"
IMAGE_URI = "build:image-uri"
BUILD_TOKENS = frozenset({COMMIT, DEFINITION_DIGEST, IMAGE_DIGEST, IMAGE_URI})

SUBNETS = "contract:network/subnet-ids"
WORKLOAD_SECURITY_GROUPS = "contract:network/workload-security-group-ids"

# The SDK looks up whatever does not look like a role's ARN; compiling takes this prefix away.
ROLE_DISGUISE = "arn:disguised:iam::"


def role(purpose: str) -> str:
    """Stand for the ARN of a role of the account, in the disguise that the SDK accepts."""
    return f"{ROLE_DISGUISE}contract:roles/{purpose}-arn"


def key(purpose: str) -> str:
    """Stand for the ARN of a customer key of the account."""
    return f"contract:keys/{purpose}-arn"


def function(purpose: str) -> str:
    """Stand for the ARN of a function of the account."""
    return f"contract:functions/{purpose}-arn"


def package_group(model: str) -> str:
    """Stand for the name of the model package group of a model."""
    return f"contract:registry/{model}/group-name"


def bucket_uri(purpose: str, path: str) -> str:
    """Stand for a place in a bucket of the account."""
    return f"s3://${{contract:buckets/{purpose}}}/{path}"
