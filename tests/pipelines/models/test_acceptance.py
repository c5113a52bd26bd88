"""A model asks as much of its test as the platform, or more; what is laxer is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.acceptance import Slicing
from pipelines.models.description import MODELS, ModelDescription, describe, read_description
from pipelines.models.limits import read_limits
from tests.pipelines.tabular_models import KINDS, describe_kind

SLICES = "slices: [{{ {} }}]"


def read(folder: Path, section: str, kind: str = "binary") -> ModelDescription:
    """Read the description of a kind of fruit with such an acceptance, which is one line."""
    path = describe_kind(kind, folder)
    text = path.read_text("utf-8")
    path.write_text(f"{text}acceptance: {{ {section} }}\n" if section else text, "utf-8")
    return read_description(path)


def test_what_a_model_leaves_out_is_as_the_platform_asks(tmp_path: Path) -> None:
    found, limits = read(tmp_path, "").acceptance, read_limits()
    assert found.tolerance == limits.tolerance
    assert (found.latency, found.load, found.slices) == (limits.latency, limits.load, ())
    assert (found.quality.threshold, found.quality.tolerance) == (0.5, limits.quality_tolerance)


def test_a_model_may_ask_for_more(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "predictions: { tolerance: 0 }, quality: { threshold: 0.7, tolerance: 0 }, "
        "latency: { requests: 50, p95_ms: 300 }, "
        "load: { clients: 8, requests: 400, p95_ms: 500, error_share: 0 }",
    ).acceptance
    assert found.tolerance == 0
    assert (found.quality.threshold, found.quality.tolerance) == (0.7, 0)
    assert (found.latency.requests, found.latency.p95_ms) == (50, 300)
    assert (found.load.clients, found.load.requests, found.load.p95_ms) == (8, 400, 500)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_slice_may_miss_the_threshold_by_a_share_of_it(tmp_path: Path, kind: str) -> None:
    [found] = read(tmp_path, SLICES.format("column: colour"), kind).acceptance.slices
    expected = 0.55 if kind == "regression" else 0.45
    assert found == Slicing("colour", (), None, (), 20, 5, expected, 0.1)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("predictions: { tolerance: 1 }", "predictions.tolerance must be at most 1e-06, as the"),
        ("quality: { tolerance: 0.1 }", "quality.tolerance must be at most 0.001, as the platform"),
        ("quality: { threshold: 0.4 }", "quality.threshold must be at least 0.5, as the platform"),
        ("quality: { threshold: .nan }", "quality.threshold must be at least 0.5, as the platform"),
        ("latency: { p95_ms: 2001 }", "latency.p95_ms must be at most 2000, as the platform asks"),
        ("latency: { p95_ms: .nan }", "latency.p95_ms must be at most 2000, as the platform asks"),
        ("latency: { requests: 39 }", "latency.requests must be at least 40, as the platform asks"),
        ("latency: { requests: 201 }", "latency.requests must be at most 200, got 201"),
        ("load: { clients: 3 }", "load.clients must be at least 4, as the platform asks, got 3"),
        ("load: { clients: 17 }", "load.clients must be at most 16, got 17"),
        ("load: { requests: 199 }", "load.requests must be at least 200, as the platform asks"),
        ("load: { p95_ms: 3000 }", "load.p95_ms must be at most 2000, as the platform asks"),
        ("load: { error_share: 0.01 }", "load.error_share must be at most 0, as the platform asks"),
        ("load: { p50_ms: 3 }", "acceptance.load must have no keys but clients, requests"),
        ("slices: []", "acceptance.slices must have 1 or more entries"),
        (SLICES.format("column: color"), "slices[0].column must be a numeric or categorical"),
        (SLICES.format("column: ripe"), "slices[0].column must be a numeric or categorical"),
        (SLICES.format("column: size"), "slices[0] must have either quantiles or edges"),
        (SLICES.format("column: size, edges: [1], quantiles: 2"), "must have either quantiles or"),
        (SLICES.format('column: size, edges: [1], values: ["1"]'), "must have either quantiles or"),
        (SLICES.format("column: colour, quantiles: 2"), "must have no quantiles and no edges"),
        (
            SLICES.format("column: size, edges: [2, 1]"),
            "edges must be numbers that rise, got [2, 1",
        ),
        (
            SLICES.format("column: size, edges: [1, 1]"),
            "edges must be numbers that rise, got [1, 1",
        ),
        (SLICES.format("column: size, edges: [.nan]"), "edges must be numbers that rise"),
        (SLICES.format("column: size, edges: [.inf]"), "edges must be numbers that rise"),
        (
            SLICES.format("column: colour, threshold: 0.4"),
            "threshold must be at least 0.45, as the",
        ),
        (SLICES.format("column: colour, largest_gap: 0.2"), "largest_gap must be at most 0.1, as"),
        (SLICES.format("column: colour, largest_gap: .nan"), "largest_gap must be at most 0.1, as"),
        (
            SLICES.format("column: colour, fewest_rows: 21"),
            "fewest_rows must be at most 20, as the",
        ),
        (SLICES.format("column: colour, fewest_of_class: 6"), "fewest_of_class must be at most 5"),
        (
            "slices: [{ column: colour }, { column: colour }]",
            "slices[1].column must be sliced once",
        ),
    ],
)
def test_what_is_laxer_or_cannot_be_cut_is_one_sentence_with_its_line(
    tmp_path: Path, section: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(tmp_path, section)
    path = tmp_path / "fruit-binary.yaml"
    assert refusal.value.address == f"{path}:{len(path.read_text('utf-8').splitlines())}"
    assert sentence in str(refusal.value)


def test_of_an_error_the_least_is_the_strictest(tmp_path: Path) -> None:
    assert read(tmp_path, "quality: { threshold: 0.4 }", "regression").acceptance.quality
    with pytest.raises(InvalidInput, match=r"quality\.threshold must be at most 0\.5, as the"):
        read(tmp_path, "quality: { threshold: 0.6 }", "regression")
    with pytest.raises(InvalidInput, match=r"threshold must be at most 0\.55, as the"):
        read(tmp_path, SLICES.format("column: colour, threshold: 0.6"), "regression")


def test_the_example_of_the_readme_is_read(tmp_path: Path) -> None:
    readme = (MODELS / "README.md").read_text("utf-8")
    example = "acceptance:" + readme.partition("```yaml\nacceptance:")[2].partition("```")[0]
    path = describe_kind("binary", tmp_path)
    text = path.read_text("utf-8").replace("threshold: 0.5", "threshold: 0.95")
    text = text.replace("[size, weight]", "[age]").replace("[colour]", "[sex, region]")
    path.write_text(text + example, "utf-8")
    found = read_description(path).acceptance
    assert (found.tolerance, found.quality.threshold, found.load.clients) == (1e-7, 0.97, 8)
    assert [one.column for one in found.slices] == ["sex", "age", "region"]


def test_the_demonstrated_model_is_judged_by_slices() -> None:
    assert [one.column for one in describe("breast-cancer").acceptance.slices] == [
        "mean_radius",
        "mean_texture",
    ]
