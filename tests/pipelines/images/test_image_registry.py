"""Images are pushed and copied blob by blob; nothing passes whose digest is another."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from pipelines.errors import EnvironmentFault, Finding
from pipelines.images import Image, Registry, copy_image
from pipelines.images.build import build_image, push_image
from pipelines.images.image import digest_of
from pipelines.images.layer import PROGRAM
from tests.pipelines.images.memory_ecr import MemoryEcr

TARGET_ACCOUNT = "222222222222"


def program(root: Path) -> Path:
    """Write a checkout that has all that an image needs."""
    for entry in PROGRAM:
        path = root / "pipelines" / (entry if entry.endswith(".py") else f"{entry}/__init__.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {entry}\n")
    return root


def registry(ecr: MemoryEcr) -> Registry:
    """See a registry in memory as its client's holder."""
    return Registry(ecr, ecr.account, ecr.repository, ecr.opener)


@pytest.fixture
def source(tmp_path: Path) -> tuple[MemoryEcr, Image]:
    """A registry that holds the image of a small program."""
    ecr = MemoryEcr()
    return ecr, push_image(program(tmp_path / "checkout"), registry(ecr), "c0ffee", tmp_path)


def test_a_pushed_image_is_the_one_that_was_built(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    assert ecr.tags == {"c0ffee": image.digest}
    assert registry(ecr).image(image.digest) == image
    assert build_image(tmp_path / "checkout").digest == image.digest
    assert list(tmp_path.iterdir()) == [tmp_path / "checkout"]


def test_pushing_the_same_image_again_uploads_nothing(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    ecr.calls.clear()
    assert push_image(tmp_path / "checkout", registry(ecr), "c0ffee", tmp_path) == image
    assert ecr.calls == ["BatchGetImage"]


def test_the_same_image_takes_a_second_tag(source: tuple[MemoryEcr, Image], tmp_path: Path) -> None:
    ecr, image = source
    push_image(tmp_path / "checkout", registry(ecr), "decade", tmp_path)
    assert ecr.tags == {"c0ffee": image.digest, "decade": image.digest}


@pytest.mark.parametrize("immutable", [True, False])
def test_a_tag_never_moves_to_another_image(
    source: tuple[MemoryEcr, Image], tmp_path: Path, immutable: bool
) -> None:
    ecr, image = source
    ecr.immutable = immutable
    (tmp_path / "checkout/pipelines/entry.py").write_text("changed\n")
    with pytest.raises(Finding, match=f"must have the tag c0ffee free .* got {image.digest}"):
        push_image(tmp_path / "checkout", registry(ecr), "c0ffee", tmp_path)
    assert ecr.tags == {"c0ffee": image.digest}


def test_a_tag_taken_in_the_meantime_is_refused(
    source: tuple[MemoryEcr, Image], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ecr, image = source
    (tmp_path / "checkout/pipelines/entry.py").write_text("changed\n")
    other = push_image(tmp_path / "checkout", registry(ecr), "decade", tmp_path)
    answers = iter([None, other.digest])
    slow = registry(ecr)
    monkeypatch.setattr(slow, "digest_of_tag", lambda _tag: next(answers))
    with pytest.raises(Finding, match="must have the tag decade free"):
        slow.put(image, "decade")


def test_an_image_upon_a_base_carries_its_layers(tmp_path: Path) -> None:
    build, model = MemoryEcr("gatehouse/build"), MemoryEcr("gatehouse/model")
    below = push_image(program(tmp_path / "base"), registry(build), "base", tmp_path)
    checkout = program(tmp_path / "checkout")
    (checkout / "pipelines/entry.py").write_text("upon\n")
    base = (registry(build), below.digest)
    made = push_image(checkout, registry(model), "c0ffee", tmp_path, base)
    assert [layer.digest for layer in made.layers][:1] == [below.layers[0].digest]
    assert {blob.digest for blob in made.blobs} == set(model.layers)


def test_a_copy_is_the_same_image_in_another_account(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    target = MemoryEcr(account=TARGET_ACCOUNT)
    copied = copy_image(registry(ecr), registry(target), image.digest, "release", tmp_path)
    assert copied == image
    assert target.layers == ecr.layers
    assert list(tmp_path.iterdir()) == [tmp_path / "checkout"]


def test_an_interrupted_copy_goes_on_where_it_ended(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    target = MemoryEcr(account=TARGET_ACCOUNT)
    first = image.layers[0].digest
    target.layers[first] = ecr.layers[first]
    ecr.calls.clear()
    copy_image(registry(ecr), registry(target), image.digest, "release", tmp_path)
    assert ecr.calls == ["BatchGetImage", "GetDownloadUrlForLayer"]
    target.calls.clear()
    copy_image(registry(ecr), registry(target), image.digest, "release", tmp_path)
    assert set(target.calls) == {"BatchGetImage", "BatchCheckLayerAvailability"}


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_single_changed_byte_of_a_layer_is_refused(
    source: tuple[MemoryEcr, Image], tmp_path: Path, data: st.DataObject
) -> None:
    ecr, image = source
    blob = data.draw(st.sampled_from(image.blobs))
    content = bytearray(ecr.layers[blob.digest])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    forged = MemoryEcr(layers=ecr.layers | {blob.digest: bytes(content)}, manifests=ecr.manifests)
    target = MemoryEcr(account=TARGET_ACCOUNT)
    with pytest.raises(Finding, match=f"must answer with the {blob.size} bytes of {blob.digest}"):
        copy_image(registry(forged), registry(target), image.digest, "release", tmp_path)
    assert not target.tags
    assert blob.digest not in target.layers
    assert list(tmp_path.iterdir()) == [tmp_path / "checkout"]


def test_a_layer_with_more_bytes_is_refused_before_they_are_all_read(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    layer = image.layers[0]
    ecr.layers[layer.digest] += b"x" * (1 << 22)
    with pytest.raises(Finding, match="got more than"):
        registry(ecr).download(layer, tmp_path / "layer")


def test_an_image_that_is_not_there_is_named(source: tuple[MemoryEcr, Image]) -> None:
    digest = digest_of(b"other")
    with pytest.raises(Finding, match=f"must hold the image {digest}, got no such image"):
        registry(source[0]).image(digest)


def test_an_index_of_several_images_is_told_as_what_it_is(
    source: tuple[MemoryEcr, Image],
) -> None:
    ecr, image = source
    index = "application/vnd.oci.image.index.v1+json"
    ecr.manifests[image.digest] = (image.manifest, index)
    with pytest.raises(
        Finding, match=f"must let the image {image.digest} be read, got Unsupported"
    ):
        registry(ecr).image(image.digest)


def test_a_registry_that_stored_other_bytes_is_refused(
    source: tuple[MemoryEcr, Image], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecr, image = source
    path = tmp_path / "layer"
    path.write_bytes(ecr.layers.pop(image.layers[0].digest))
    forged = {"layerDigest": digest_of(b"other")}
    monkeypatch.setattr(ecr, "complete_layer_upload", lambda **_: forged)
    with pytest.raises(Finding, match=f"must have stored the blob {image.layers[0].digest}"):
        registry(ecr).upload(image.layers[0], path)


def test_a_layer_that_somebody_else_uploaded_meanwhile_is_fine(
    source: tuple[MemoryEcr, Image], tmp_path: Path
) -> None:
    ecr, image = source
    path = tmp_path / "layer"
    path.write_bytes(ecr.layers[image.layers[0].digest])
    registry(ecr).upload(image.layers[0], path)


def test_an_image_is_never_read_by_a_name(source: tuple[MemoryEcr, Image]) -> None:
    with pytest.raises(Finding, match="must be named by a digest"):
        registry(source[0]).image("latest")


def test_what_the_registry_refuses_is_told(source: tuple[MemoryEcr, Image]) -> None:
    elsewhere = Registry(source[0], TARGET_ACCOUNT, "gatehouse/model")
    with pytest.raises(EnvironmentFault, match="must let images be read, got RepositoryNotFound"):
        elsewhere.image(digest_of(b""))


def test_the_service_model_of_the_registry_takes_what_is_pushed(tmp_path: Path) -> None:
    with mock_aws():
        client = boto3.client(
            "ecr",
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        made = client.create_repository(
            repositoryName="gatehouse/model", imageTagMutability="IMMUTABLE"
        )
        target = Registry(client, made["repository"]["registryId"], "gatehouse/model")
        checkout = program(tmp_path / "checkout")
        image = push_image(checkout, target, "c0ffee", tmp_path)
        assert push_image(checkout, target, "c0ffee", tmp_path) == image
        assert push_image(checkout, target, "decade", tmp_path) == image
        assert target.image(image.digest) == image
        (checkout / "pipelines/entry.py").write_text("changed\n")
        with pytest.raises(Finding, match="must have the tag c0ffee free"):
            push_image(checkout, target, "c0ffee", tmp_path)


def test_the_lock_of_the_image_agrees_with_the_lock_of_the_platform() -> None:
    root = Path(__file__).parents[3]
    image, platform = (
        _pins(root / path)
        for path in ("pipelines/images/requirements.txt", "requirements/runtime.txt")
    )
    assert {"xgboost-cpu", "fastapi", "pandas"} <= set(image)
    assert not [name for name in image if image[name] != platform.get(name)]


def _pins(path: Path) -> dict[str, tuple[str, ...]]:
    pins: dict[str, tuple[str, ...]] = {}
    for block in path.read_text().split("\n"):
        if "==" in block and not block.startswith((" ", "#")):
            name = block.partition("==")[0]
            pins[name] = (block,)
        elif "--hash" in block:
            pins[name] += (block.strip(" \\"),)
    return pins


def test_a_manifest_is_stored_with_the_bytes_that_were_built(
    source: tuple[MemoryEcr, Image],
) -> None:
    ecr, image = source
    stored, media_type = ecr.manifests[image.digest]
    assert stored == image.manifest
    assert json.loads(stored)["mediaType"] == media_type
