"""A registry in memory with the rules of Elastic Container Registry for layers and tags."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

PART_SIZE = 16
_SERVICE = botocore.session.get_session().get_service_model("ecr")


@dataclass
class MemoryEcr:
    """An `ecr` client over one repository; `opener` stands for downloads by address."""

    repository: str = "gatehouse/model"
    account: str = "111111111111"
    immutable: bool = True
    layers: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    uploads: dict[str, bytearray] = field(default_factory=dict)
    address: str = "memory://"

    def opener(self, url: str) -> BinaryIO:
        """Open a download address that this registry gave."""
        return io.BytesIO(self.layers[url.removeprefix(self.address)])

    def batch_check_layer_availability(self, **request: Any) -> dict[str, Any]:
        self._seen("BatchCheckLayerAvailability", request)
        held = [d for d in request["layerDigests"] if d in self.layers]
        lacking = [d for d in request["layerDigests"] if d not in self.layers]
        return {
            "layers": [{"layerDigest": d, "layerAvailability": "AVAILABLE"} for d in held],
            "failures": [{"layerDigest": d, "failureCode": "MissingLayerDigest"} for d in lacking],
        }

    def initiate_layer_upload(self, **request: Any) -> dict[str, Any]:
        self._seen("InitiateLayerUpload", request)
        upload = f"upload-{len(self.calls)}"
        self.uploads[upload] = bytearray()
        return {"uploadId": upload, "partSize": PART_SIZE}

    def upload_layer_part(self, **request: Any) -> dict[str, Any]:
        self._seen("UploadLayerPart", request)
        content, part = self.uploads[request["uploadId"]], request["layerPartBlob"]
        first, last = request["partFirstByte"], request["partLastByte"]
        if len(part) > PART_SIZE or first != len(content) or last != first + len(part) - 1:
            _refuse("InvalidLayerPartException", "The layer part is not valid.")
        content += part
        return {"uploadId": request["uploadId"], "lastByteReceived": len(content) - 1}

    def complete_layer_upload(self, **request: Any) -> dict[str, Any]:
        self._seen("CompleteLayerUpload", request)
        content = bytes(self.uploads.pop(request["uploadId"]))
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if not content:
            _refuse("EmptyUploadException", "The upload has no parts.")
        if request["layerDigests"] != [digest]:
            _refuse("InvalidLayerException", "The layer digest does not match.")
        if digest in self.layers:
            _refuse("LayerAlreadyExistsException", "The layer is there.")
        self.layers[digest] = content
        return {"layerDigest": digest}

    def put_image(self, **request: Any) -> dict[str, Any]:
        self._seen("PutImage", request)
        manifest, tag = request["imageManifest"].encode(), request["imageTag"]
        digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        if request["imageDigest"] != digest:
            _refuse("ImageDigestDoesNotMatchException", "The digest does not match.")
        document = json.loads(manifest)
        if any(
            blob["digest"] not in self.layers for blob in [document["config"], *document["layers"]]
        ):
            _refuse("LayersNotFoundException", "Layers are missing.")
        if self.tags.get(tag) == digest:
            _refuse("ImageAlreadyExistsException", "Nothing has changed.")
        if self.immutable and tag in self.tags:
            _refuse("ImageTagAlreadyExistsException", "The tag is immutable.")
        self.manifests[digest] = (manifest, request["imageManifestMediaType"])
        self.tags[tag] = digest
        return {"image": {"imageId": {"imageDigest": digest, "imageTag": tag}}}

    def batch_get_image(self, **request: Any) -> dict[str, Any]:
        self._seen("BatchGetImage", request)
        asked = request["imageIds"][0]
        digest = asked.get("imageDigest") or self.tags.get(asked["imageTag"], "")
        if digest not in self.manifests:
            return {"images": [], "failures": [{"imageId": asked, "failureCode": "ImageNotFound"}]}
        manifest, media_type = self.manifests[digest]
        if media_type not in request["acceptedMediaTypes"]:
            failure = {"imageId": asked, "failureCode": "UnsupportedImageType"}
            return {"images": [], "failures": [failure]}
        return {"images": [{"imageManifest": manifest.decode()}], "failures": []}

    def get_download_url_for_layer(self, **request: Any) -> dict[str, Any]:
        self._seen("GetDownloadUrlForLayer", request)
        if request["layerDigest"] not in self.layers:
            _refuse("LayersNotFoundException", "The layer is missing.")
        return {"downloadUrl": f"{self.address}{request['layerDigest']}"}

    def _seen(self, operation: str, request: dict[str, Any]) -> None:
        shape = _SERVICE.operation_model(operation).input_shape
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()
        self.calls.append(operation)
        if (request["registryId"], request["repositoryName"]) != (self.account, self.repository):
            _refuse("RepositoryNotFoundException", "The repository does not exist.")


def _refuse(code: str, message: str) -> NoReturn:
    raise ClientError({"Error": {"Code": code, "Message": message}}, "operation")
