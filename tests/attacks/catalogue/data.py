"""Attacks on data, models and keys: reading, taking out, decrypting, replacing."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import Attacker
from tests.attacks.catalogue.layers import IDENTITY, RESOURCE


def register(attacks: Attacks) -> None:
    """Put these attacks into the catalogue."""

    @attacks.by("data-scientist", "data-science", beyond="first of its kind")
    def read_production_data_from_development(at: Attacker) -> None:
        """A data scientist reads what production has captured."""
        bucket = at.naming.bucket_name("production", "capture")
        client = at.client("s3", vpc="data-science")
        at.refused(client.list_objects_v2, Because(IDENTITY), Because(RESOURCE, "x"), Bucket=bucket)
