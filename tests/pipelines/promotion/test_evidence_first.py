"""A target makes nothing of a release before its evidence is kept there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault
from pipelines.promotion import deploy
from tests.pipelines.promotion.places import EVIDENCE
from tests.pipelines.promotion.stage import Stage


def test_where_no_evidence_can_be_kept_nothing_is_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = stage.aws.client

    def client(service: str, region: str) -> Any:
        made = make(service, region)
        if service == "s3":
            monkeypatch.setattr(made, "put_object", refusing(made.put_object))
        return made

    monkeypatch.setattr(stage.aws, "client", client)
    with pytest.raises(EnvironmentFault, match="must be written, got AccessDenied from PutObject"):
        deploy.run(stage.settings, stage, stage.surroundings())
    assert not (stage.tmp_path / "state" / "calls").exists(), "Terraform was started"
    assert stage.own.manifests == {}


def refusing(put: Any) -> Any:
    """Write objects anywhere but into the bucket of evidence."""

    def put_object(**request: Any) -> Any:
        if request["Bucket"] == EVIDENCE:
            answer: Any = {"Error": {"Code": "AccessDenied", "Message": "an explicit deny"}}
            raise ClientError(answer, "PutObject")
        return put(**request)

    return put_object
