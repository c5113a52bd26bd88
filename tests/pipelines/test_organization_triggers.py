"""accounts/organization.yaml: what starts the training of a model without a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.organization import ORGANIZATION_FILE, SCHEMA_FILE, load_organization
from pipelines.organization_triggers import Triggers

ROOT = Path(__file__).resolve().parents[2]
_GOOD = (ROOT / ORGANIZATION_FILE).read_text("utf-8")
_NAMED = "triggers: { object: { prefix: arrivals/ } }"


def _load(folder: Path, triggers: str) -> Triggers:
    assert _GOOD.count(_NAMED) == 1
    (folder / "accounts").mkdir()
    (folder / SCHEMA_FILE).write_bytes((ROOT / SCHEMA_FILE).read_bytes())
    (folder / ORGANIZATION_FILE).write_text(_GOOD.replace(_NAMED, triggers), encoding="utf-8")
    return load_organization(folder).model("breast-cancer").triggers


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("business_unit: main", Triggers()),
        ("triggers: { push: true }", Triggers(push=True)),
        (
            "triggers: { push: false, schedule: 'cron(0 3 ? * MON *)' }",
            Triggers(schedule="cron(0 3 ? * MON *)"),
        ),
        (
            "triggers: { schedule: rate(7 days), object: { prefix: new-rows/ } }",
            Triggers(schedule="rate(7 days)", object="new-rows/"),
        ),
    ],
)
def test_a_model_names_what_starts_its_training(
    written: str, expected: Triggers, tmp_path: Path
) -> None:
    assert _load(tmp_path, written) == expected


def test_a_model_that_names_nothing_is_trained_on_demand_only(tmp_path: Path) -> None:
    assert not _load(tmp_path, "business_unit: main")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{ push: false }", "must name what starts training"),
        ("{}", "must have 1 or more entries"),
        ("{ drift: true }", 'got the unknown key "drift"'),
        ("{ push: 'yes' }", "must be true or false"),
        ("{ object: {} }", 'must have the key "prefix"'),
        ("{ object: { prefix: arrivals/, suffix: .csv } }", 'got the unknown key "suffix"'),
        ("{ object: { prefix: arrivals } }", "must be such as arrivals/"),
        ("{ object: { prefix: ../other/ } }", "must be such as arrivals/"),
        # What people start by hand lies below the moment at which they did.
        ("{ object: { prefix: 2026/ } }", "must be such as arrivals/"),
        ("{ object: { prefix: '*/' } }", "must be such as arrivals/"),
        ("{ schedule: daily }", "must be such as cron(0 3 ? * MON *) or rate(1 day)"),
        ("{ schedule: 'cron(* * * * ? *)' }", "at one minute of an hour"),
        ("{ schedule: rate(5 minutes) }", "at one minute of an hour"),
        ("{ schedule: rate(1 hours) }", "must be such as"),
        ("{ schedule: 'cron(0 3 * * * *)' }", "must have ? for exactly one of"),
        ("{ schedule: 'cron(0 3 ? * ? *)' }", "must have ? for exactly one of"),
    ],
)
def test_triggers_that_start_nothing_or_too_much_are_refused(
    written: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _load(tmp_path, f"triggers: {written}")
    assert told in str(refusal.value)
    assert "models.breast-cancer.triggers" in str(refusal.value)
