"""Keys, queues, detectors and classification jobs: imported by what only their service knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.inventory.scope import Clients, pages
from scripts.leftovers.finder import Finder, Values, bears, planned_tags


def _key(clients: Clients, values: Values) -> Iterator[str]:
    """Find the enabled keys of a description; one that waits for its deletion is gone.

    A key may have its alias already or not: both are made after each other. Described in
    https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
    """
    if not planned_tags(values) or not values.get("description"):
        return
    client = clients("kms")
    for page in pages(client, "list_keys"):
        for listed in page["Keys"]:
            key = str(listed["KeyId"])
            told = client.describe_key(KeyId=key)["KeyMetadata"]
            if (
                told.get("KeyState") == "Enabled"
                and told.get("KeyManager", "CUSTOMER") == "CUSTOMER"
                and told.get("Description") == values["description"]
                and bears(_tags_of_key(client, key), values)
            ):
                yield key


def _tags_of_key(client: object, key: str) -> dict[str, str]:
    return {
        str(tag["TagKey"]): str(tag["TagValue"])
        for page in pages(client, "list_resource_tags", KeyId=key)
        for tag in page["Tags"]
    }


def _queue(clients: Clients, values: Values) -> Iterator[str]:
    """Find the queue of a name: one at most, imported by its URL."""
    if not planned_tags(values) or not values.get("name"):
        return
    client = clients("sqs")
    for page in pages(client, "list_queues", QueueNamePrefix=values["name"]):
        for url in page.get("QueueUrls", []):
            if url.rpartition("/")[2] == values["name"] and bears(
                client.list_queue_tags(QueueUrl=url).get("Tags", {}), values
            ):
                yield str(url)


def _detector(clients: Clients, values: Values) -> Iterator[str]:
    """Find the account's detector; GuardDuty has one at most in a region."""
    if not planned_tags(values):
        return
    client = clients("guardduty")
    for page in pages(client, "list_detectors"):
        for detector in page["DetectorIds"]:
            if bears(client.get_detector(DetectorId=detector).get("Tags", {}), values):
                yield str(detector)


def _classification_job(clients: Clients, values: Values) -> Iterator[str]:
    """Find the jobs of a name; one that was cancelled stays listed and is gone."""
    if not planned_tags(values) or not values.get("name"):
        return
    client = clients("macie2")
    # What Macie knows nothing of, as long as it is off.
    try:
        listed = list(pages(client, "list_classification_jobs"))
    except client.exceptions.AccessDeniedException:
        return
    for page in listed:
        for found in page["items"]:
            if found.get("name") != values["name"] or found.get("jobStatus") == "CANCELLED":
                continue
            told = client.describe_classification_job(jobId=found["jobId"])
            if bears(told.get("tags", {}), values):
                yield str(found["jobId"])


FINDERS: Mapping[str, Finder] = {
    "aws_guardduty_detector": _detector,
    "aws_kms_key": _key,
    "aws_macie2_classification_job": _classification_job,
    "aws_sqs_queue": _queue,
}
