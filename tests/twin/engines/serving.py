"""Short ways to serve models in a twin, and to ask them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from tests.twin.engines.accounts import unique, until
from tests.twin.engines.studio import Studio


def runtime(studio: Studio) -> Any:
    """Return the client that invokes endpoints."""
    return studio.lab.client("sagemaker-runtime")


def invoke(studio: Studio, name: str, body: bytes, **given: Any) -> str:
    """Invoke an endpoint and return its answer's text."""
    answer = runtime(studio).invoke_endpoint(EndpointName=name, Body=body, **given)
    return str(answer["Body"].read().decode())


def model(studio: Studio, says: str, uri: str | None = None, **given: Any) -> str:
    """Make a model that answers with a word before what it is sent."""
    name = unique("model")
    held = io.BytesIO()
    content = json.dumps({"says": says}).encode()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo("model.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    body = gzip.compress(held.getvalue())
    studio.lab.client("s3").put_object(Bucket=studio.bucket, Key=f"{name}/model.tar.gz", Body=body)
    studio.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=studio.role,
        EnableNetworkIsolation=True,
        PrimaryContainer={
            "Image": studio.image,
            "ModelDataUrl": uri or f"s3://{studio.bucket}/{name}/model.tar.gz",
        },
        **given,
    )
    return name


def config(studio: Studio, variants: dict[str, str], **given: Any) -> str:
    """Make a configuration of a model for each variant."""
    models = {variant: model(studio, says) for variant, says in variants.items()}
    return config_of(studio, models, **given)


def config_of(studio: Studio, models: dict[str, str], instances: int = 2, **given: Any) -> str:
    """Make a configuration of models that exist."""
    name = unique("config")
    studio.sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[
            {
                "VariantName": variant,
                "ModelName": model,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": instances,
            }
            for variant, model in models.items()
        ],
        **given,
    )
    return name


def endpoint(studio: Studio, config: str) -> str:
    """Create an endpoint and return its name."""
    name = unique("endpoint")
    studio.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    return name


def settled(studio: Studio, name: str) -> dict[str, Any]:
    """Wait for the end of a deployment."""

    def settled() -> Any:
        described = studio.sagemaker.describe_endpoint(EndpointName=name)
        return described if described["EndpointStatus"] not in ("Creating", "Updating") else None

    return dict(until(settled, f"the deployment of {name}"))


def processes(word: str) -> list[str]:
    """Return the command lines of running processes that have a word."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [line for line in lines if word in line]
