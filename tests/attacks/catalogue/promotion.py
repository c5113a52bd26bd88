"""Attacks on the way to production: approvals, artefacts, images, the promotion itself."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import Attacker
from tests.attacks.catalogue.layers import IDENTITY


def register(attacks: Attacks) -> None:
    """Put these attacks into the catalogue."""

    @attacks.by("data-scientist", "data-science", beyond="first of its kind")
    def approve_ones_own_model(at: Attacker) -> None:
        """A data scientist approves a version of their own model."""
        group = at.naming.model_package_group(at.model)
        arn = f"arn:aws:sagemaker:{at.stage.region}:{at.account_id('data-science')}:model-package"
        at.refused(
            at.client("sagemaker").update_model_package,
            Because(IDENTITY),
            ModelPackageArn=f"{arn}/{group}/{at.version}",
            ModelApprovalStatus="Approved",
        )
