"""What accounts have roles, buckets, keys, builds and repositories for, as in modules/naming."""

from __future__ import annotations

from pipelines.organization import Account, Persona

_DATA_SCIENCE_ROLES = (
    *(persona.value for persona in Persona),
    *("apply", "branch-model-build", "branch-pipeline", "branch-processing", "branch-training"),
    *("branch-tuning", "bundle", "experiment-launch"),
    *("features", "features-pipeline", "features-processing", "features-store"),
    *("forecast", "forecast-promotion"),
    *("forecast-trigger", "model-build", "model-build-trigger"),
    *("pipeline", "plan", "processing", "promotion", "promotion-trigger"),
    *("serving", "studio", "training", "training-trigger", "trial", "trial-function", "tuning"),
)
# Whoever decides on releases, runs the platform or audits it looks into the targets as well.
TARGET_PERSONAS = (Persona.AUDITOR, Persona.PLATFORM_ADMIN, Persona.RELEASE_MANAGER)
_TARGET_ROLES = (
    *(persona.value for persona in TARGET_PERSONAS),
    *("apply", "consumer", "deploy", "monitoring", "plan"),
    *("release", "serving", "test", "verify"),
    # Where code is promoted, a target trains as well.
    *("data-loader", "pipeline", "processing", "training", "tuning"),
)
_DATA_SCIENCE_BUCKETS = (
    *("artifacts", "catalog", "configuration", "data", "decisions", "logs", "models"),
    *("source", "trail"),
)
_TARGET_BUCKETS = (
    *("capture", "configuration", "data", "evidence", "logs", "models", "releases", "trail"),
)
DATA_SCIENCE_KEYS = (
    *("artifacts", "audit", "data", "decisions", "logs", "models", "packages"),
    *("release-signing", "studio"),
)
TARGET_KEYS = ("audit", "capture", "data", "evidence", "logs", "models")
STAGING_KEYS = (*TARGET_KEYS, "test-signing")
_DATA_SCIENCE_PROJECTS = ("branch-model-build", "bundle", "forecast", "model-build")
_TARGET_PROJECTS = ("deploy", "test", "verify")
REPOSITORY_PURPOSES = ("build", "model")


def role_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has roles for."""
    return _TARGET_ROLES if account.is_target else _DATA_SCIENCE_ROLES


def bucket_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has buckets for."""
    return _TARGET_BUCKETS if account.is_target else _DATA_SCIENCE_BUCKETS


def project_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has build projects for."""
    return _TARGET_PROJECTS if account.is_target else _DATA_SCIENCE_PROJECTS
