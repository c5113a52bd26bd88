"""Keys, queues, detectors and jobs are found by their description or name, and by our tags."""

from __future__ import annotations

import pytest

from scripts.adoption import Place, adoptable
from scripts.leftovers.look import asking
from scripts.terraform_events import Diagnostic
from tests.scripts.leftovers.accounts import REGION, TAGS, PretendedAccount, tags
from tests.scripts.leftovers.listed import Listed, found_in

_WORDS = "Protects data of gatehouse-staging."
_JOB = {"jobId": "0a1b", "name": "data", "jobStatus": "RUNNING"}


def test_a_key_is_found_by_its_description_with_or_without_an_alias(
    account: PretendedAccount,
) -> None:
    kms = account.client("kms")
    key = _key(account)
    assert account.found("aws_kms_key", description=_WORDS) == key
    kms.create_alias(AliasName="alias/data", TargetKeyId=key)
    assert account.found("aws_kms_key", description=_WORDS) == key
    assert account.found("aws_kms_key", description="Protects logs.") is None


@pytest.mark.parametrize("ending", ["schedule_key_deletion", "disable_key"])
def test_a_key_that_ends_or_rests_is_not_meant(account: PretendedAccount, ending: str) -> None:
    getattr(account.client("kms"), ending)(KeyId=_key(account))
    assert account.found("aws_kms_key", description=_WORDS) is None


def test_a_key_of_others_is_not_meant(account: PretendedAccount) -> None:
    _key(account, TAGS | {"account": "production"})
    assert account.found("aws_kms_key", description=_WORDS) is None


def test_a_queue_is_adopted_by_the_address_that_its_service_gives(
    account: PretendedAccount,
) -> None:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="undelivered", tags=TAGS)["QueueUrl"]
    sqs.create_queue(QueueName="undelivered-too", tags=TAGS)
    assert account.found("aws_sqs_queue", name="undelivered") == url
    change = {"after": {"name": "undelivered", "tags_all": TAGS}}
    plan = {"resource_changes": [{"address": "it", "type": "aws_sqs_queue", "change": change}]}
    place = Place("222222222222", REGION, asking(account.client))
    told = "creating SQS Queue (undelivered): api error QueueAlreadyExists: A queue already exists"
    assert adoptable(plan, [Diagnostic("error", told, "", "it")], place) == {"it": url}


def test_a_queue_of_others_is_not_meant(account: PretendedAccount) -> None:
    account.client("sqs").create_queue(QueueName="undelivered", tags={"account": "production"})
    assert account.found("aws_sqs_queue", name="undelivered") is None


def test_a_detector_of_ours_is_found(account: PretendedAccount) -> None:
    made = account.client("guardduty").create_detector(Enable=True, Tags=TAGS)["DetectorId"]
    assert account.found("aws_guardduty_detector") == made


def test_a_detector_of_others_is_not_meant(account: PretendedAccount) -> None:
    account.client("guardduty").create_detector(Enable=True, Tags={})
    assert account.found("aws_guardduty_detector") is None


def test_a_classification_job_is_found_by_name_and_tags() -> None:
    macie = Listed(list_classification_jobs={"items": [_JOB]}, describe_classification_job=_tagged)
    assert found_in(macie, "aws_macie2_classification_job", name="data") == "0a1b"
    assert found_in(macie, "aws_macie2_classification_job", name="logs") is None
    assert found_in(macie, "aws_macie2_classification_job", name="data", tags_all={}) is None


def test_a_cancelled_classification_job_is_gone() -> None:
    cancelled = _JOB | {"jobStatus": "CANCELLED"}
    macie = Listed(
        list_classification_jobs={"items": [cancelled]}, describe_classification_job=_tagged
    )
    assert found_in(macie, "aws_macie2_classification_job", name="data") is None


def test_macie_that_is_off_has_no_jobs() -> None:
    assert found_in(Listed(), "aws_macie2_classification_job", name="data") is None


def _tagged(jobId: str) -> dict[str, object]:
    assert jobId == "0a1b"
    return {"tags": TAGS}


def _key(account: PretendedAccount, given: dict[str, str] = TAGS) -> str:
    made = account.client("kms").create_key(
        Description=_WORDS, Tags=tags(given, "TagKey", "TagValue")
    )
    return str(made["KeyMetadata"]["KeyId"])
