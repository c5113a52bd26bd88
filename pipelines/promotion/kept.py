"""What a target keeps of a model's releases, read again: what ran, what runs, what may come back.

Moments are those of S3, which no build can set; the objects are locked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pipelines.attestations.evidence import Document
from pipelines.attestations.refusal import asking
from pipelines.attestations.rules_of_kept_releases import KeptRelease
from pipelines.attestations.rules_of_rollbacks import Runs
from pipelines.aws_call import aws_call
from pipelines.closed_json import LARGEST
from pipelines.errors import Finding
from pipelines.organization_models import Promotes
from pipelines.promotion.endpoint import Live, check_live
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.kept_terraform import LARGEST_ARCHIVE, TERRAFORM_FILE, unpack
from pipelines.promotion.release import RELEASE_ENVELOPE, RELEASE_FILE, Release, parse_release
from pipelines.promotion.retrained import RETRAINING_FILE, parse_retraining
from pipelines.promotion.target import Target

DEPLOYMENT_FILE = "deployment.json"
VERIFICATION_FILE = "verification.json"
ROLLBACK_FILE = "rollback.json"
ROLLBACK_ENVELOPE = "rollback.dsse.json"
BEGUN, DONE = "begun", "done"
_TESTED, _REPORT = "Tested_", "test-report.json"


class EvidenceClient(Protocol):
    """The operations of the `s3` client that are used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...
    def list_objects_v2(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Bundle:
    """What lies under one release and execution: when each document came, by its name."""

    release_id: str
    execution_id: str
    came: Mapping[str, datetime]

    @property
    def promoted(self) -> bool:
        """Tell whether a promotion brought it; what a rollback leaves is no evidence of its own."""
        return RELEASE_ENVELOPE in self.came


class Kept:
    """The evidence that one account keeps of one model."""

    def __init__(self, s3: EvidenceClient, bucket: str, model: str, account: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._root = f"releases/{model}/"
        self.account = account
        self.model = model
        self.bundles = tuple(self._listed())

    def moment(self, bundle: Bundle) -> datetime:
        """Tell when a bundle was deployed here, or was about to be."""
        deployed = bundle.came.get(f"{self.account}/{DEPLOYMENT_FILE}")
        return deployed or max(bundle.came.values())

    def promoted(self) -> list[Bundle]:
        """Give what promotions brought, the latest first."""
        found = [bundle for bundle in self.bundles if bundle.promoted]
        return sorted(found, key=self.moment, reverse=True)

    def release(self, bundle: Bundle) -> Release:
        """Read the release of a bundle as it ran here; raises Finding where it is none."""
        document = self.document(bundle, RELEASE_FILE)
        release = parse_release(document.address, document.content)
        name = f"{self.account}/{RETRAINING_FILE}"
        if release.promotes is Promotes.MODEL or name not in bundle.came:
            return release
        made = self.document(bundle, name)
        return parse_retraining(
            made.address, made.content, release, self.account, bundle.execution_id
        )

    def rollback(self, bundle: Bundle) -> dict[str, Any] | None:
        """Read what a rollback of this account has left in a bundle, if one has."""
        name = f"{self.account}/{ROLLBACK_FILE}"
        return self._facts(bundle, name) if name in bundle.came else None

    def document(self, bundle: Bundle, name: str) -> Document:
        """Read one document; what is not there or too large raises Finding."""
        key = f"{self._root}{bundle.release_id}/{bundle.execution_id}/{name}"
        address = f"s3://{self._bucket}/{key}"
        most = LARGEST_ARCHIVE if name == TERRAFORM_FILE else LARGEST
        if name not in bundle.came:
            raise Finding(address, "must be kept", got="nothing")
        with aws_call(address, "must be evidence that can be read"):
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(most + 1)
        if len(content) > most:
            raise Finding(address, f"must have at most {most} bytes", got="more")
        return Document(address, content)

    def kept_release(self, bundle: Bundle, folder: Path) -> KeptRelease:
        """Read all that a release is judged by; its Terraform is unpacked into a new folder."""
        with asking("kept-here"):
            names = [name for name in sorted(bundle.came) if self._counts(name)]
            documents = {name: self.document(bundle, name) for name in names}
            terraform = None
            if TERRAFORM_FILE in bundle.came:
                archive = self.document(bundle, TERRAFORM_FILE)
                terraform = unpack(archive.address, archive.content, folder)
        return KeptRelease(
            bundle.release_id,
            bundle.execution_id,
            documents,
            terraform,
            bundle.came.get(f"{self.account}/{DEPLOYMENT_FILE}"),
            bundle.came.get(f"{self.account}/{VERIFICATION_FILE}"),
        )

    def runs(self, live: Live | None, target: Target) -> Runs | None:
        """Tell which release an endpoint runs, and since when; None where no release says so.

        The latest deployment or rollback that left this configuration; without one, a release
        whose deployment did not come to its end.
        """
        if live is None:
            return None
        for came, bundle, name in sorted(self._records(), key=lambda one: one[0], reverse=True):
            told = self._facts(bundle, name)
            endpoint = told.get("endpoint") or {}
            done = name.endswith(DEPLOYMENT_FILE) or told.get("outcome") == DONE
            if done and endpoint.get("config_name") == live.config_name:
                return Runs(self._released(bundle), came)
        for bundle in self.promoted():
            release = self.release(bundle)
            if _is(live, release, target):
                return Runs(release, self.moment(bundle))
        return None

    def _released(self, bundle: Bundle) -> Release:
        own = [one for one in self.promoted() if one.release_id == bundle.release_id]
        if not own:
            raise Finding(
                f"release {bundle.release_id}", f"must be kept in {self.account}", got="nothing"
            )
        return self.release(own[0])

    def _records(self) -> Iterator[tuple[datetime, Bundle, str]]:
        for bundle in self.bundles:
            for file in (DEPLOYMENT_FILE, ROLLBACK_FILE):
                name = f"{self.account}/{file}"
                if name in bundle.came:
                    yield bundle.came[name], bundle, name

    def _facts(self, bundle: Bundle, name: str) -> dict[str, Any]:
        document = self.document(bundle, name)
        try:
            # An earlier build may have followed an earlier schema; a few members are asked for.
            told = json.loads(document.content)
        except ValueError as error:
            raise Finding(document.address, "must be JSON", got=str(error)) from error
        if not isinstance(told, dict):
            raise Finding(document.address, "must be a JSON object", got=type(told).__name__)
        return told

    def _counts(self, name: str) -> bool:
        folder, _, file = name.rpartition("/")
        if folder == self.account:
            return file in (DEPLOYMENT_FILE, RETRAINING_FILE, VERIFICATION_FILE)
        if folder.startswith(_TESTED):
            return file in (_REPORT, REPORT_ENVELOPE)
        if folder == "approvals":
            return True
        return name in (RELEASE_FILE, RELEASE_ENVELOPE)

    def _listed(self) -> Iterator[Bundle]:
        found: dict[tuple[str, str], dict[str, datetime]] = {}
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": self._root}
        while True:
            with aws_call(f"s3://{self._bucket}/{self._root}", "must let evidence be listed"):
                page = self._s3.list_objects_v2(**request)
            for one in page.get("Contents") or ():
                release, _, rest = str(one["Key"]).removeprefix(self._root).partition("/")
                execution, _, name = rest.partition("/")
                if name:
                    found.setdefault((release, execution), {})[name] = one["LastModified"]
            if not page.get("IsTruncated"):
                break
            request["ContinuationToken"] = page["NextContinuationToken"]
        for (release, execution), came in found.items():
            yield Bundle(release, execution, came)


def _is(live: Live, release: Release, target: Target) -> bool:
    try:
        check_live(live, release, target)
    except Finding:
        return False
    return True
