"""One repository of Elastic Container Registry, through the registry's own API only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.errors import Finding
from pipelines.images.download import Open, download, open_url
from pipelines.images.image import (
    MANIFEST_TYPES,
    Descriptor,
    Image,
    check_digest,
    digest_of,
    read_manifest,
)

_CHECKED_AT_ONCE = 100


class EcrClient(Protocol):
    """The operations of the `ecr` client that are used here."""

    def batch_check_layer_availability(self, **request: Any) -> dict[str, Any]: ...
    def batch_get_image(self, **request: Any) -> dict[str, Any]: ...
    def complete_layer_upload(self, **request: Any) -> dict[str, Any]: ...
    def get_download_url_for_layer(self, **request: Any) -> dict[str, Any]: ...
    def initiate_layer_upload(self, **request: Any) -> dict[str, Any]: ...
    def put_image(self, **request: Any) -> dict[str, Any]: ...
    def upload_layer_part(self, **request: Any) -> dict[str, Any]: ...


class Registry:
    """A repository of one account, as the holder of an `ecr` client sees it."""

    def __init__(
        self, client: EcrClient, account_id: str, repository: str, opener: Open = open_url
    ) -> None:
        self._client = client
        self._place = {"registryId": account_id, "repositoryName": repository}
        self._opener = opener
        self.address = f"repository {account_id}/{repository}"

    def image(self, digest: str) -> Image:
        """Read the manifest with this digest and verify its bytes."""
        found = self._manifest({"imageDigest": check_digest(self.address, digest)})
        if found is None:
            raise Finding(self.address, f"must hold the image {digest}", got="no such image")
        return read_manifest(f"{self.address}@{digest}", found, digest)

    def digest_of_tag(self, tag: str) -> str | None:
        """Tell to which image a tag points, or None where the tag is free."""
        found = self._manifest({"imageTag": tag})
        return None if found is None else digest_of(found)

    def missing(self, blobs: Sequence[Descriptor]) -> Iterator[str]:
        """List the digests of the blobs that the repository does not hold yet."""
        digests = [blob.digest for blob in blobs]
        for start in range(0, len(digests), _CHECKED_AT_ONCE):
            asked = digests[start : start + _CHECKED_AT_ONCE]
            with aws_call(self.address, "must tell which layers it holds"):
                answer = self._client.batch_check_layer_availability(
                    **self._place, layerDigests=asked
                )
            held = {
                layer["layerDigest"]
                for layer in answer.get("layers", [])
                if layer.get("layerAvailability") == "AVAILABLE"
            }
            yield from (digest for digest in asked if digest not in held)

    def download(self, blob: Descriptor, path: Path) -> None:
        """Write a blob into a file; refuse any bytes but its own."""
        with aws_call(self.address, f"must hold the blob {blob.digest}"):
            answer = self._client.get_download_url_for_layer(**self._place, layerDigest=blob.digest)
        download(blob, answer["downloadUrl"], path, self.address, self._opener)

    def small_blob(self, blob: Descriptor, scratch: Path) -> bytes:
        """Read a blob that fits into memory, such as a configuration."""
        path = scratch / blob.digest.replace(":", "-")
        try:
            self.download(blob, path)
            return path.read_bytes()
        finally:
            path.unlink(missing_ok=True)

    def upload(self, blob: Descriptor, path: Path) -> None:
        """Upload a blob in the parts that the registry asks for."""
        with aws_call(self.address, f"must accept the blob {blob.digest}"):
            begun = self._client.initiate_layer_upload(**self._place)
            self._upload_parts(path, begun["uploadId"], int(begun["partSize"]))
            try:
                done = self._client.complete_layer_upload(
                    **self._place, uploadId=begun["uploadId"], layerDigests=[blob.digest]
                )
            except ClientError as error:
                if error_code(error) != "LayerAlreadyExistsException":
                    raise
                return
        if done["layerDigest"] != blob.digest:
            raise Finding(
                self.address, f"must have stored the blob {blob.digest}", got=done["layerDigest"]
            )

    def put(self, image: Image, tag: str) -> None:
        """Store a manifest under a tag; twice is once, and a tag never moves."""
        held = self.digest_of_tag(tag)
        if held == image.digest:
            return
        if held is not None:
            raise self._tag_taken(tag, image, held)
        with aws_call(self.address, f"must accept the image {image.digest}"):
            try:
                self._client.put_image(
                    **self._place,
                    imageManifest=image.manifest.decode(),
                    imageManifestMediaType=image.media_type,
                    imageTag=tag,
                    imageDigest=image.digest,
                )
            except ClientError as error:
                if error_code(error) not in {
                    "ImageAlreadyExistsException",
                    "ImageTagAlreadyExistsException",
                }:
                    raise
                # Somebody else was faster: the tag decides whether it was with the same image.
                held = self.digest_of_tag(tag)
                if held != image.digest:
                    raise self._tag_taken(tag, image, held) from error

    def _tag_taken(self, tag: str, image: Image, held: str | None) -> Finding:
        return Finding(
            self.address,
            f"must have the tag {tag} free or upon {image.digest}",
            got=held or "another image",
            hint="a tag names one image for ever: push under another tag",
        )

    def _upload_parts(self, path: Path, upload_id: str, part_size: int) -> None:
        first = 0
        with path.open("rb") as file:
            while part := file.read(part_size):
                self._client.upload_layer_part(
                    **self._place,
                    uploadId=upload_id,
                    partFirstByte=first,
                    partLastByte=first + len(part) - 1,
                    layerPartBlob=part,
                )
                first += len(part)

    def _manifest(self, image_id: dict[str, str]) -> bytes | None:
        with aws_call(self.address, "must let images be read"):
            answer = self._client.batch_get_image(
                **self._place, imageIds=[image_id], acceptedMediaTypes=list(MANIFEST_TYPES)
            )
        if answer.get("images"):
            return str(answer["images"][0]["imageManifest"]).encode()
        for failure in answer.get("failures", []):
            if failure.get("failureCode") != "ImageNotFound":
                raise Finding(
                    self.address,
                    f"must let the image {next(iter(image_id.values()))} be read",
                    got=f"{failure.get('failureCode')} ({failure.get('failureReason')})",
                )
        return None
