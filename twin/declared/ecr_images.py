"""ECR's images: a manifest is taken by its digest, with all its layers, and given back as sent.

moto 5.2.5 believes any digest, needs no layers, and answers a manifest for any media type.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from typing import Any

from moto.ecr.models import Image

from twin.call import Call
from twin.declared.ecr_repository import repository_of, where
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

# One push at a time decides about tags; it takes microseconds.
_PUSHES = threading.Lock()


def register(registry: Registry) -> None:
    """Put the operations on images into the registry."""
    registry.answers("ecr", "PutImage")(_put)
    registry.answers("ecr", "BatchGetImage")(_batch_get)


def _put(_twin: Twin, call: Call) -> Mapping[str, Any]:
    repository, given = repository_of(call), call.parameters
    text = str(given["imageManifest"])
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    if given.get("imageDigest") not in (None, digest):
        raise ServiceError(
            "ImageDigestDoesNotMatchException",
            f"The specified image digest {given['imageDigest']} does not match the digest that "
            f"Amazon ECR calculated for the image: {digest}",
            400,
        )
    manifest = _manifest(text)
    media_type = given.get("imageManifestMediaType") or manifest.get("mediaType")
    if not media_type:
        raise _invalid("image manifest mediatype not provided in manifest or parameter")
    with _PUSHES:
        _require_parts(call, repository, manifest)
        image = _tagged(call, repository, digest)
        if image is None:
            tag = given.get("imageTag")
            name = repository.name
            image = Image(call.account_id, tag, text, name, media_type, digest, call.account_id)
            repository.images.append(image)
    return {"image": _image(call, image, digest, given.get("imageTag"))}


def _tagged(call: Call, repository: Any, digest: str) -> Any | None:
    """Move the tag to the image if it is here already; refuse what the repository forbids."""
    tag = call.parameters.get("imageTag")
    held = next((i for i in repository.images if i.get_image_digest() == digest), None)
    if held is not None and (tag is None or tag in held.image_tags):
        raise ServiceError(
            "ImageAlreadyExistsException",
            f"Image with digest '{digest}' and tag '{tag}' already exists in {where(call)}",
            400,
        )
    bearer = next((i for i in repository.images if tag in i.image_tags), None) if tag else None
    if bearer is not None:
        if repository.is_tag_immutable():
            raise ServiceError(
                "ImageTagAlreadyExistsException",
                f"The image tag '{tag}' already exists in {where(call)} and cannot be overwritten "
                "because the repository is immutable.",
                400,
            )
        bearer.remove_tag(tag)
    if held is not None:
        held.update_tag(tag)
    return held


def _require_parts(call: Call, repository: Any, manifest: Mapping[str, Any]) -> None:
    blobs = [manifest["config"]] if "config" in manifest else []
    blobs += manifest.get("layers") or []
    missing = [blob["digest"] for blob in blobs if blob["digest"] not in repository.layers]
    if missing:
        raise ServiceError(
            "LayersNotFoundException",
            f"The layers with digests {missing} do not exist within {where(call)}",
            400,
        )
    present = {image.get_image_digest() for image in repository.images}
    referenced = [entry["digest"] for entry in manifest.get("manifests") or []]
    absent = [digest for digest in referenced if digest not in present]
    if absent:
        raise ServiceError(
            "ReferencedImagesNotFoundException",
            f"The images with digests {absent} that the index refers to do not exist within "
            f"{where(call)}",
            400,
        )


def _batch_get(_twin: Twin, call: Call) -> Mapping[str, Any]:
    repository = repository_of(call)
    images, failures = [], []
    for wanted in call.parameters["imageIds"]:
        digest, tag = wanted.get("imageDigest"), wanted.get("imageTag")
        found = next(
            (
                image
                for image in list(repository.images)
                if digest in (None, image.get_image_digest())
                and (tag is None or tag in image.image_tags)
            ),
            None,
        )
        if found is None or not wanted:
            failures.append(
                {
                    "imageId": wanted,
                    "failureCode": "ImageNotFound",
                    "failureReason": "Requested image not found",
                }
            )
        else:
            images.append(_image(call, found, found.get_image_digest(), tag))
    return {"images": images, "failures": failures}


def _image(call: Call, image: Any, digest: str, tag: str | None) -> dict[str, Any]:
    image_id = {"imageDigest": digest} | ({"imageTag": tag} if tag else {})
    return {
        "registryId": call.account_id,
        "repositoryName": call.parameters["repositoryName"],
        "imageId": image_id,
        "imageManifest": image.image_manifest,
        "imageManifestMediaType": image.image_manifest_media_type,
    }


def _manifest(text: str) -> dict[str, Any]:
    try:
        manifest = json.loads(text)
    except ValueError as error:
        raise _invalid(f"'Invalid JSON syntax': {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schemaVersion") != 2:
        raise _invalid("'schemaVersion must be 2'")
    return manifest


def _invalid(reason: str) -> ServiceError:
    message = f"Invalid parameter at 'ImageManifest' failed to satisfy constraint: {reason}"
    return ServiceError("InvalidParameterException", message, 400)
