"""Attacks on what watches and guards: trails, alarms, guardrails, identities."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import Attacker
from tests.attacks.catalogue.layers import IDENTITY, SERVICE_CONTROL


def register(attacks: Attacks) -> None:
    """Put these attacks into the catalogue."""

    @attacks.by("platform-admin", "production", beyond="first of its kind")
    def stop_the_trail(at: Attacker) -> None:
        """A platform admin stops the trail of production."""
        at.refused(
            at.client("cloudtrail").stop_logging,
            Because(IDENTITY),
            Because(SERVICE_CONTROL, "DenyChangingTrails"),
            Name=f"{at.naming.account_prefix('production')}-trail",
        )
