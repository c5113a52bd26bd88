"""All keys that the twin knows how to read, and with which requests they come."""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys import circumstances, principal, request_tags, resource, session
from twin.authorization.keys.ask import Family, Reader
from twin.authorization.keys.services import (
    builds,
    catalog,
    functions,
    identities,
    kms,
    networks,
    s3,
    sagemaker_jobs,
    sagemaker_studio,
    stores,
)

EVERYWHERE: Mapping[str, Reader] = {
    **principal.READERS,
    **circumstances.READERS,
    **resource.READERS,
    **session.READERS,
}
"""Keys that any request may carry, which the reference lists with no action."""

EVERYWHERE_FAMILIES: Mapping[str, Family] = principal.FAMILIES

READERS: Mapping[str, Reader] = {
    **request_tags.READERS,
    **builds.READERS,
    **catalog.READERS,
    **functions.READERS,
    **identities.READERS,
    **kms.READERS,
    **networks.READERS,
    **s3.READERS,
    **sagemaker_jobs.READERS,
    **sagemaker_studio.READERS,
    **stores.READERS,
}
"""Keys that come with the actions which the reference lists them with."""

FAMILIES: Mapping[str, Family] = {
    **request_tags.FAMILIES,
    **resource.FAMILIES,
    **builds.FAMILIES,
    **kms.FAMILIES,
    **networks.FAMILIES,
    **s3.FAMILIES,
    **sagemaker_studio.FAMILIES,
}
"""Templates of keys by what all of theirs begin with."""

OF_ACTION: Mapping[str, tuple[Family, ...]] = identities.OF_ACTION
"""Families whose keys have no common beginning, by the actions that carry them."""

OF_PROVIDERS = (":amr", ":aud", ":oaud", ":sub")
"""How keys end that begin with the name of an identity provider."""

BY_DEPENDENTS = frozenset({"iam:passedtoservice"})
"""Keys that whoever makes a dependent request knows, and adds to it."""
