"""SageMaker models and endpoint configurations, as they were sent.

moto 5.2.5 forgets a model's network isolation and the newer members of both types, so that a
second plan would not be empty.
"""

from __future__ import annotations

from typing import Any

from twin.call import Call
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin


def _model(_twin: Twin, _call: Call, record: Record) -> Record:
    containers = [record.get("PrimaryContainer"), *(record.get("Containers") or [])]
    for container in filter(None, containers):
        container.setdefault("Mode", "SingleModel")
        container.setdefault("Environment", {})
    return {"EnableNetworkIsolation": bool(record.get("EnableNetworkIsolation", False))}


def _has_container(_twin: Twin, _call: Call, record: Record) -> None:
    if not record.get("PrimaryContainer") and not record.get("Containers"):
        raise ServiceError(
            "ValidationException", "A model must have a PrimaryContainer or Containers.", 400
        )


def _variants(_twin: Twin, _call: Call, record: Record) -> Record:
    for variant in _all_variants(record):
        if "InstanceType" in variant or "InitialInstanceCount" in variant:
            variant.setdefault("InitialVariantWeight", 1.0)
    return {"EnableNetworkIsolation": bool(record.get("EnableNetworkIsolation", False))}


def _can_serve(twin: Twin, call: Call, record: Record) -> None:
    """Refuse variants whose models are missing, and shadows of more than one variant.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
    """
    shadows, production = record.get("ShadowProductionVariants"), record["ProductionVariants"]
    if shadows and (len(shadows) != 1 or len(production) != 1):
        raise ServiceError(
            "ValidationException",
            "When ShadowProductionVariants is specified, exactly one variant must be specified for "
            "ProductionVariants and one for ShadowProductionVariants, got "
            f"{len(production)} and {len(shadows)}.",
            400,
        )
    names = [str(variant["VariantName"]) for variant in _all_variants(record)]
    if len(set(names)) != len(names):
        raise ServiceError(
            "ValidationException", f"Variant names must be unique, got {', '.join(names)}.", 400
        )
    models = twin.table("sagemaker/Model", call.account_id, call.region)
    for variant in _all_variants(record):
        name = variant.get("ModelName")
        if name is not None and name not in models:
            arn = f"arn:aws:sagemaker:{call.region}:{call.account_id}:model/{name}"
            raise ServiceError("ValidationException", f'Could not find model "{arn}".', 400)


def _all_variants(record: Record) -> list[dict[str, Any]]:
    return [
        *(record.get("ProductionVariants") or []),
        *(record.get("ShadowProductionVariants") or []),
    ]


TYPES = (
    ResourceType(
        service="sagemaker",
        noun="Model",
        key=("ModelName",),
        arn="model/{ModelName}",
        missing=Wording("ValidationException", 'Could not find model "{arn}".'),
        exists=Wording("ValidationException", 'Cannot create already existing model "{arn}".'),
        computed=_model,
        refuses=_has_container,
    ),
    ResourceType(
        service="sagemaker",
        noun="EndpointConfig",
        key=("EndpointConfigName",),
        arn="endpoint-config/{EndpointConfigName}",
        missing=Wording("ValidationException", 'Could not find endpoint configuration "{arn}".'),
        exists=Wording(
            "ValidationException",
            'Cannot create already existing endpoint configuration "{arn}".',
        ),
        computed=_variants,
        refuses=_can_serve,
    ),
)
