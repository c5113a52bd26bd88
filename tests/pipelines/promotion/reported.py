"""What a test reports, made of the results that its parts give, for whoever reads reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.models.acceptance import Slicing
from pipelines.models.description import describe
from pipelines.promotion.checks import CONTRACT, MALFORMED, Check
from pipelines.promotion.examination import Result
from pipelines.promotion.pace import Pace
from pipelines.promotion.quality import LiveQuality, Slice, Sliced
from pipelines.promotion.rows import Comparison

ROWS = 143
_SLICING = Slicing("mean_radius", (), None, (12.0, 15.0), 20, 5, 0.88, 0.12)
_CHECKS = (
    Check(CONTRACT, "every row gets one answer", True, f"{ROWS} of {ROWS}"),
    Check(MALFORMED, "a row too short is refused", True, "400"),
)
_DECIDED = Slice("below 12", ROWS, 0.97, None, True)


def result(*slices: Slice) -> Result:
    """A result in which everything holds, but for slices that are given."""
    limits = describe("breast-cancer").acceptance
    return Result(
        limits,
        Comparison(ROWS, True, 0, 0.0, limits.tolerance),
        LiveQuality("auc", True, ROWS, 0.99, 0.99, limits.quality),
        (Sliced(_SLICING, "auc", True, slices or (_DECIDED,)),),
        _CHECKS,
        Pace(replace(limits.load, clients=1, requests=40), (10.0,) * 39 + (12.5,), ()),
        Pace(limits.load, (20.0,) * 190 + (30.0,) * 10, ()),
    )


def reported(found: Result | None = None) -> dict[str, Any]:
    """What a report tells about a result, and of which endpoint."""
    texts = ("name", "arn", "config_name", "model_name", "instance_type")
    capture = dict.fromkeys(("destination", "key_arn", "modes", "status"), "x")
    endpoint: dict[str, Any] = dict.fromkeys((*texts, "image_uri", "archive_uri"), "x") | {
        "status": "InService",
        "instance_count": 1,
        "traffic": {"variant": "AllTraffic", "current_weight": 1.0, "desired_weight": 1.0},
        "capture": {**capture, "percentage": 100},
    }
    return (found or result()).document() | {"endpoint": endpoint}
