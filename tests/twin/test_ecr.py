"""Images: every byte is what its digest says, or it is refused."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import letting_in, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as error:
        act()
    return str(error.value.response["Error"]["Code"])


def repository(ecr: Any, **more: str) -> str:
    name = unique("images")
    ecr.create_repository(repositoryName=name, **more)
    return name


def upload(ecr: Any, name: str, *parts: bytes, told: str | None = None, **place: str) -> str:
    begun = ecr.initiate_layer_upload(repositoryName=name, **place)
    named = {"repositoryName": name, "uploadId": begun["uploadId"], **place}
    first = 0
    for part in parts:
        last = first + len(part) - 1
        ecr.upload_layer_part(**named, partFirstByte=first, partLastByte=last, layerPartBlob=part)
        first = last + 1
    whole = told or digest(b"".join(parts))
    return str(ecr.complete_layer_upload(**named, layerDigests=[whole])["layerDigest"])


def manifest(config: bytes, layer: bytes) -> str:
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "c", "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": "l", "size": len(layer), "digest": digest(layer)}],
    }
    # Blanks and order are part of what the digest is taken of.
    return json.dumps(document, indent=3)


def push(ecr: Any, name: str, layer: bytes, tag: str) -> str:
    upload(ecr, name, b"{}")
    upload(ecr, name, layer)
    text = manifest(b"{}", layer)
    told = digest(text.encode())
    ecr.put_image(repositoryName=name, imageManifest=text, imageTag=tag, imageDigest=told)
    return text


def test_image_comes_back_byte_for_byte(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name, layer = repository(ecr), b"layer" * 1000
    text = push(ecr, name, layer, "one")

    for image_id in ({"imageTag": "one"}, {"imageDigest": digest(text.encode())}):
        [image] = ecr.batch_get_image(repositoryName=name, imageIds=[image_id])["images"]
        assert image["imageManifest"] == text
        assert image["imageManifestMediaType"] == MANIFEST
    url = ecr.get_download_url_for_layer(repositoryName=name, layerDigest=digest(layer))
    with urllib.request.urlopen(url["downloadUrl"], timeout=10) as answer:  # noqa: S310
        assert answer.read() == layer
    [told] = ecr.describe_images(repositoryName=name)["imageDetails"]
    assert (told["imageDigest"], told["imageTags"]) == (digest(text.encode()), ["one"])


def test_layer_in_parts_is_one_layer(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name, large = repository(ecr), bytes(5 * 1024 * 1024)

    assert upload(ecr, name, large, b"rest") == digest(large + b"rest")


def test_changed_byte_of_a_layer_is_refused(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr)

    code = refused(lambda: upload(ecr, name, b"changed", told=digest(b"promised")))

    assert code == "InvalidLayerException"
    checked = ecr.batch_check_layer_availability(
        repositoryName=name, layerDigests=[digest(b"changed"), digest(b"promised")]
    )
    assert [f["failureCode"] for f in checked["failures"]] == ["MissingLayerDigest"] * 2


def test_changed_byte_of_a_manifest_is_refused(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr)
    upload(ecr, name, b"{}")
    upload(ecr, name, b"layer")
    text = manifest(b"{}", b"layer")
    changed = {"imageManifest": text + " ", "imageDigest": digest(text.encode())}

    code = refused(lambda: ecr.put_image(repositoryName=name, imageTag="x", **changed))

    assert code == "ImageDigestDoesNotMatchException"


def test_image_without_its_layers_is_refused(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr)
    wanted = {"repositoryName": name, "imageManifest": manifest(b"{}", b"nowhere")}

    assert refused(lambda: ecr.put_image(**wanted, imageTag="x")) == "LayersNotFoundException"


def test_part_out_of_order_is_refused(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    named = {"repositoryName": repository(ecr)}
    named["uploadId"] = ecr.initiate_layer_upload(**named)["uploadId"]
    part = {"partFirstByte": 4, "partLastByte": 7, "layerPartBlob": b"late"}

    assert refused(lambda: ecr.upload_layer_part(**named, **part)) == "InvalidLayerPartException"


def test_layer_twice_is_refused(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr)
    upload(ecr, name, b"layer")

    assert refused(lambda: upload(ecr, name, b"layer")) == "LayerAlreadyExistsException"


def test_immutable_tag_does_not_move(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr, imageTagMutability="IMMUTABLE")
    first = push(ecr, name, b"one", "v1")
    upload(ecr, name, b"two")
    other = {"repositoryName": name, "imageManifest": manifest(b"{}", b"two")}

    code = refused(lambda: ecr.put_image(**other, imageTag="v1"))
    assert code == "ImageTagAlreadyExistsException"
    [image] = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "v1"}])["images"]
    assert image["imageManifest"] == first


def test_mutable_tag_moves_to_the_new_image(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    name = repository(ecr)
    push(ecr, name, b"one", "live")
    upload(ecr, name, b"two")
    text = manifest(b"{}", b"two")
    ecr.put_image(repositoryName=name, imageManifest=text, imageTag="live")

    [image] = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "live"}])["images"]
    assert image["imageManifest"] == text


def test_missing_image_is_a_failure_with_its_identifier(running_twin: RunningTwin) -> None:
    ecr = running_twin.client("ecr")
    wanted = {"imageDigest": digest(b"nothing")}

    answer = ecr.batch_get_image(repositoryName=repository(ecr), imageIds=[wanted])

    assert answer["failures"][0]["imageId"] == wanted
    assert answer["failures"][0]["failureCode"] == "ImageNotFound"


def test_registry_of_another_account_is_reached_by_its_id(running_twin: RunningTwin) -> None:
    there, here = running_twin.client("ecr", DATA_SCIENCE), running_twin.client("ecr", STAGING)
    name = repository(there)
    text = push(there, name, b"layer", "one")
    wanted = {"repositoryName": name, "imageIds": [{"imageTag": "one"}]}
    shared = json.loads(letting_in(STAGING, "ecr:BatchGetImage"))
    del shared["Statement"][0]["Resource"]
    there.set_repository_policy(repositoryName=name, policyText=json.dumps(shared))

    [image] = here.batch_get_image(registryId=DATA_SCIENCE, **wanted)["images"]

    assert image["imageManifest"] == text
    assert image["registryId"] == DATA_SCIENCE
    assert refused(lambda: here.batch_get_image(**wanted)) == "RepositoryNotFoundException"
