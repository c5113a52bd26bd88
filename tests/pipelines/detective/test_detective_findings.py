"""Findings of AWS's own services, in words that people read."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.detective.control import tell
from pipelines.detective.findings import findings_of
from pipelines.detective.subjects import Kind
from tests.pipelines.detective.world import SETTINGS, world


@pytest.mark.parametrize(
    ("kind", "detail", "title", "word"),
    [
        (
            "GuardDuty Finding",
            {"title": "Crypto\nmining", "severity": 8, "type": "CryptoCurrency:EC2", "id": "f-1"},
            "Threat: Crypto mining",
            "CryptoCurrency:EC2",
        ),
        (
            "Access Analyzer Finding",
            {
                "resource": "arn:aws:s3:::data",
                "principal": {"AWS": "2"},
                "action": ["s3:GetObject"],
            },
            "Access: arn:aws:s3:::data",
            "s3:GetObject",
        ),
        (
            "Macie Finding",
            {
                "title": "The S3 object contains credentials data",
                "severity": {"description": "High", "score": 3},
                "resourcesAffected": {
                    "s3Bucket": {"name": "acme-data"},
                    "s3Object": {"key": "raw/keys.csv"},
                },
                "id": "f-3",
            },
            "Data: The S3 object contains credentials data",
            "object:   raw/keys.csv",
        ),
        (
            "Inspector2 Finding",
            {
                "title": "CVE-2026-1 - zlib",
                "severity": "HIGH",
                "resources": [{"id": "arn:aws:ecr:image", "type": "AWS_ECR_CONTAINER_IMAGE"}],
                "findingArn": "f-4",
            },
            "Vulnerability: CVE-2026-1 - zlib",
            "resource: arn:aws:ecr:image",
        ),
        (
            "Security Hub Findings - Imported",
            {"findings": [{"Title": "KMS.4", "Resources": [{"Id": "arn:key"}], "Id": "f-2"}]},
            "Setting: KMS.4",
            "arn:key",
        ),
    ],
)
def test_a_finding_is_told_in_words(
    kind: str, detail: dict[str, Any], title: str, word: str
) -> None:
    found = findings_of({"detail-type": kind, "detail": detail, "account": "111111111111"})

    assert found is not None
    assert found[0].title == title
    assert word in found[0].text
    assert "account: 111111111111" in found[0].text


def test_a_title_fits_the_subject_of_a_mail() -> None:
    (found,) = (
        findings_of({"detail-type": "GuardDuty Finding", "detail": {"title": "ä" * 200}}) or ()
    )

    assert len(found.title) == 100
    assert found.title.isascii()


def test_another_event_carries_no_finding() -> None:
    assert findings_of({"detail-type": "AWS API Call via CloudTrail"}) is None


def test_each_finding_is_a_notice_of_its_own() -> None:
    event = {
        "detail-type": "Security Hub Findings - Imported",
        "detail": {"findings": [{"Title": "one"}, {"Title": "two"}]},
    }
    found = world(Kind.MODEL)

    tell(findings_of(event) or (), SETTINGS, found.clients)

    assert [notice["Subject"] for notice in found.sns.said] == ["Setting: one", "Setting: two"]
