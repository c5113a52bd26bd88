"""ECR's layers: uploaded in parts, verified by SHA-256, downloaded through links.

moto 5.2.5 counts the bytes of a layer without keeping them and accepts any digest.
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.ecr_repository import DIGEST, place_of, repository_of, where
from twin.errors import ServiceError
from twin.layer_store import Upload
from twin.registry import Registry
from twin.twin import Twin

PART_SIZE = 20 * 1024 * 1024
_SMALLEST_PART = 5 * 1024 * 1024
_MEDIA_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def register(registry: Registry) -> None:
    """Put the operations on layers into the registry."""
    registry.answers("ecr", "InitiateLayerUpload")(_initiate)
    registry.answers("ecr", "UploadLayerPart")(_upload_part)
    registry.answers("ecr", "CompleteLayerUpload")(_complete)
    registry.answers("ecr", "BatchCheckLayerAvailability")(_check)
    registry.answers("ecr", "GetDownloadUrlForLayer")(_download_url)


def _initiate(twin: Twin, call: Call) -> Mapping[str, Any]:
    repository_of(call)
    return {"uploadId": twin.layers.begin(place_of(call)), "partSize": PART_SIZE}


def _upload_part(twin: Twin, call: Call) -> Mapping[str, Any]:
    upload, given = _upload(twin, call), call.parameters
    part = bytes(given["layerPartBlob"])
    with upload.lock:
        first, last = int(given["partFirstByte"]), int(given["partLastByte"])
        if first != upload.size or last - first + 1 != len(part) or len(part) > PART_SIZE:
            raise ServiceError(
                "InvalidLayerPartException",
                f"The layer part of bytes {first} to {last} with {len(part)} bytes is not valid: "
                f"the last byte received was {upload.size - 1}",
                400,
            )
        upload.add(part)
        return {**_named(call), "lastByteReceived": upload.size - 1}


def _complete(twin: Twin, call: Call) -> Mapping[str, Any]:
    repository = repository_of(call)
    upload = _upload(twin, call)
    with upload.lock:
        digest = f"sha256:{upload.digest.hexdigest()}"
        _require_whole(call, upload)
        if digest not in call.parameters["layerDigests"]:
            twin.layers.drop(str(call.parameters["uploadId"]))
            raise ServiceError(
                "InvalidLayerException",
                "The layer digest calculation performed by Amazon ECR upon receipt of the image "
                f"layer does not match the digest specified: computed {digest}",
                400,
            )
        if digest in repository.layers:
            twin.layers.drop(str(call.parameters["uploadId"]))
            raise ServiceError(
                "LayerAlreadyExistsException",
                f"The layer with digest '{digest}' already exists in {where(call)}",
                400,
            )
        twin.layers.keep(str(call.parameters["uploadId"]), digest)
        repository.layers[digest] = upload.size
    return {**_named(call), "layerDigest": digest}


def _check(_twin: Twin, call: Call) -> Mapping[str, Any]:
    held = repository_of(call).layers
    layers, failures = [], []
    for digest in call.parameters["layerDigests"]:
        if not DIGEST.fullmatch(digest):
            failures.append(_failure(digest, "InvalidLayerDigest", "is not a digest"))
        elif digest not in held:
            failures.append(_failure(digest, "MissingLayerDigest", "is not in the repository"))
        else:
            layers.append(
                {
                    "layerDigest": digest,
                    "layerAvailability": "AVAILABLE",
                    "layerSize": held[digest],
                    "mediaType": _MEDIA_TYPE,
                }
            )
    return {"layers": layers, "failures": failures}


def _download_url(twin: Twin, call: Call) -> Mapping[str, Any]:
    digest = str(call.parameters["layerDigest"])
    path = twin.layers.layer(digest) if digest in repository_of(call).layers else None
    if path is None:
        message = f"The layer with digest '{digest}' does not exist within {where(call)}"
        raise ServiceError("LayersNotFoundException", message, 400)
    # Whoever fetches the layer does so from where the link was asked for.
    address = twin.address_of(call.position)
    return {"downloadUrl": twin.blobs.link(address, path), "layerDigest": digest}


def _upload(twin: Twin, call: Call) -> Upload:
    repository_of(call)
    identifier = str(call.parameters["uploadId"])
    upload = twin.layers.upload(identifier)
    if upload is None or upload.place != place_of(call):
        message = f"The upload with id '{identifier}' could not be found for {where(call)}"
        raise ServiceError("UploadNotFoundException", message, 400)
    return upload


def _require_whole(call: Call, upload: Upload) -> None:
    if not upload.parts:
        message = f"No parts were received for the upload '{call.parameters['uploadId']}'"
        raise ServiceError("EmptyUploadException", message, 400)
    if any(size < _SMALLEST_PART for size in upload.parts[:-1]):
        raise ServiceError(
            "LayerPartTooSmallException", "Layer parts must be at least 5 MiB in size.", 400
        )


def _named(call: Call) -> dict[str, Any]:
    return {
        "registryId": call.account_id,
        "repositoryName": call.parameters["repositoryName"],
        "uploadId": call.parameters["uploadId"],
    }


def _failure(digest: str, code: str, reason: str) -> dict[str, str]:
    text = f"Layer digest '{digest}' {reason}"
    return {"layerDigest": digest, "failureCode": code, "failureReason": text}
