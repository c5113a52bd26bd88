"""Manifest and configuration have canonical bytes, and a base lies below the program."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.images.image import (
    LAYER_TYPE,
    MANIFEST_TYPE,
    Descriptor,
    Image,
    digest_of,
    read_config,
    read_manifest,
)
from pipelines.images.layer import Layer
from pipelines.images.manifest import Assembled, Base, assemble

PROGRAM = Layer(b"program", "sha256:" + "a" * 64)
ADDRESS = "repository x"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def base(**changes: Any) -> Base:
    """Make a base image of one layer."""
    below = assemble(Layer(b"base", "sha256:" + "b" * 64))
    config = json.loads(below.config)
    config["config"] = {"Env": ["PATH=/venv/bin", "LANG=C.UTF-8"], "Entrypoint": ["sh"], "Cmd": []}
    return Base("base", below.image, config | changes)


def config_of(made: Assembled) -> dict[str, Any]:
    """Read the configuration back."""
    return read_config("config", made.config)


def test_the_manifest_reads_back_by_its_digest() -> None:
    made = assemble(PROGRAM)
    assert read_manifest(ADDRESS, made.image.manifest, made.image.digest) == made.image
    assert made.image.media_type == MANIFEST_TYPE
    assert made.image.config.digest == digest_of(made.config)


def test_the_program_starts_by_its_entry() -> None:
    config = config_of(assemble(PROGRAM))["config"]
    assert config["Entrypoint"] == ["python", "-m", "pipelines.entry"]
    assert config["WorkingDir"] == "/opt/program"
    assert {"PYTHONPATH=/opt/program", "PYTHONUNBUFFERED=1"} <= set(config["Env"])


def test_a_base_lies_below_the_program() -> None:
    made = assemble(PROGRAM, base())
    assert [layer.digest for layer in made.image.layers] == [
        digest_of(b"base"),
        digest_of(b"program"),
    ]
    config = config_of(made)
    assert config["rootfs"]["diff_ids"] == ["sha256:" + "b" * 64, PROGRAM.diff_id]
    assert "PATH=/venv/bin" in config["config"]["Env"]
    assert "LANG=C.UTF-8" in config["config"]["Env"]
    assert config["config"]["Entrypoint"] == ["python", "-m", "pipelines.entry"]
    assert "Cmd" not in config["config"]
    assert len(config["history"]) == 2


def test_a_base_in_the_other_format_keeps_its_layers() -> None:
    layer = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest_of(b"base"), 4)
    below = base()
    image = Image(below.image.manifest, below.image.media_type, below.image.config, (layer,))
    made = assemble(PROGRAM, Base("base", image, below.config))
    assert made.image.layers[0] == Descriptor(LAYER_TYPE, digest_of(b"base"), 4)


def test_a_base_for_another_processor_is_refused() -> None:
    with pytest.raises(Finding, match="linux/amd64, got linux/arm64"):
        assemble(PROGRAM, base(architecture="arm64"))


def test_a_base_whose_configuration_lists_other_layers_is_refused() -> None:
    with pytest.raises(Finding, match="must list 1 layers in its configuration, got 0"):
        assemble(PROGRAM, base(rootfs={"type": "layers", "diff_ids": []}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mediaType": "application/vnd.oci.image.index.v1+json"}, "one image for one platform"),
        ({"layers": None}, "must have a manifest with config and layers"),
        (
            {"layers": [{"mediaType": LAYER_TYPE, "size": 1, "digest": "latest"}]},
            "named by a digest",
        ),
        ({"layers": [{"mediaType": "x", "size": 1, "digest": ""}]}, "blobs of the types"),
        (
            {"layers": [{"mediaType": LAYER_TYPE, "size": -1, "digest": digest_of(b"")}]},
            "size of each blob",
        ),
    ],
)
def test_a_manifest_that_is_not_one_plain_image_is_refused(
    change: dict[str, Any], told: str
) -> None:
    content = canonical_json(json.loads(assemble(PROGRAM).image.manifest) | change)
    with pytest.raises(Finding, match=told):
        read_manifest(ADDRESS, content, digest_of(content))


@pytest.mark.parametrize("content", [b"[]", b"\xff", b"{"])
def test_a_manifest_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Finding, match="must be"):
        read_manifest(ADDRESS, content, digest_of(content))


@given(st.data())
def test_a_manifest_with_any_single_changed_byte_is_refused(data: st.DataObject) -> None:
    made = assemble(PROGRAM).image
    content = bytearray(made.manifest)
    index = data.draw(st.integers(0, len(content) - 1))
    content[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Finding, match=f"must answer with the manifest {made.digest}"):
        read_manifest(ADDRESS, bytes(content), made.digest)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_equal_documents_have_equal_bytes(document: dict[str, Any]) -> None:
    shuffled = dict(reversed(document.items()))
    assert canonical_json(document) == canonical_json(shuffled)
    assert json.loads(canonical_json(document)) == document
