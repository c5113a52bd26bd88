"""AWS as a place: sandbox accounts of an adopter, reached through their profiles."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from tests.conformance.guard import RefusedError, admit, platform
from tests.conformance.place import Connect, Keys, Place
from tests.conformance.settings import Settings

# IAM tells all of AWS of a change within seconds, mostly.
_PATIENCE = 60.0


def aws_place(settings: Settings) -> Place:
    """Return the first account, with the second where there is one.

    Raises RefusedError where one of them may not be touched; nothing is made before that is known.
    """
    place = _place(settings, settings.profile)
    if settings.other_profile:
        place.other = _place(settings, settings.other_profile)
        if place.other.account_id == place.account_id:
            raise RefusedError(f"{place.account_id}: the other profile must be of another account")
    return place


def _place(settings: Settings, profile: str) -> Place:
    session = boto3.Session(profile_name=profile, region_name=settings.region)
    connect = _connect(session, settings.region)
    account_id = admit(connect, settings.accounts, platform())
    return Place(account_id, settings.region, connect, patience=_PATIENCE)


def _connect(session: Any, region: str) -> Connect:
    def connect(service: str, keys: Keys | None = None) -> Any:
        config = Config(
            signature_version="s3v4" if service == "s3" else None,
            retries={"mode": "standard", "total_max_attempts": 4},
        )
        if keys is None:
            return session.client(service, config=config)
        return session.client(
            service,
            region_name=region,
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=keys.session_token,
            config=config,
        )

    return connect
