"""What SageMaker asks KMS for in the name of whoever makes what a key encrypts.

Which principal lends SageMaker the key of a volume depends on the resource: for a domain, a
notebook or an endpoint it is the caller, for a job it is the job's role, once it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from twin.authorization.dependents import key_uses
from twin.authorization.dependents.dependent import Dependent
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_KEYS = "https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html"
_STUDIO = "https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-studio.html"
_ENDPOINTS = (
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html"
)
_FEATURES = "https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-security.html"

# The member that names the key, and where lending it is documented.
_LENT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "CreateDomain": (("KmsKeyId",), _STUDIO),
    "CreateFeatureGroup": (("OnlineStoreConfig", "SecurityConfig", "KmsKeyId"), _FEATURES),
    "CreateNotebookInstance": (("KmsKeyId",), _KEYS),
}


def sagemaker(twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the grants that a request to SageMaker brings about."""
    if call.operation in ("CreateEndpoint", "UpdateEndpoint"):
        return _endpoint(twin, call)
    found = _LENT.get(call.operation)
    if found is None:
        return ()
    path, page = found
    value: object = call.parameters
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return key_uses.grant(call, "sagemaker", str(value) if value else None, page)


def _endpoint(twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """The key of an endpoint's volumes stands in its configuration, which is made before."""
    table = twin.table("sagemaker/EndpointConfig", call.account_id, call.region)
    held = table.get(str(call.parameters.get("EndpointConfigName"))) or {}
    return key_uses.grant(call, "sagemaker", held.get("KmsKeyId"), _ENDPOINTS)
