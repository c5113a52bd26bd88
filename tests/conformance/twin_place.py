"""The twin as a place: an account of a twin within the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.conformance.place import Connect, Keys, Place
from tests.twin.engines.accounts import REGION, STAGING, TOOLS, Lab
from tests.twin.engines.laboratory import laboratory
from twin.call import Position

# In every VPC that a case makes.
_PRIVATE = "10.9.1.7"


@contextmanager
def twin_place(folder: Path) -> Iterator[Place]:
    """Serve a twin that refuses what is not allowed, with a second account beside the first."""
    with laboratory(folder) as lab:
        session = boto3.Session()
        places = {
            each: Place(each, REGION, _connect(lab, session, each)) for each in (TOOLS, STAGING)
        }
        place = places[TOOLS]
        place.other = places[STAGING]
        place.inside = lambda vpc: _connect(
            lab, session, TOOLS, Position(vpc_id=vpc, address=_PRIVATE)
        )
        yield place


def _connect(lab: Lab, session: Any, account_id: str, position: Position | None = None) -> Connect:
    made: dict[tuple[str, Keys], Any] = {}
    found = lab.credentials(account_id)
    assert found.session_token is not None
    own = Keys(found.access_key_id, found.secret_access_key, found.session_token)

    def connect(service: str, keys: Keys | None = None) -> Any:
        held = (service, keys or own)
        if held not in made:
            made[held] = session.client(
                service,
                region_name=REGION,
                endpoint_url=lab.twin.address_of(position or Position()),
                aws_access_key_id=held[1].access_key_id,
                aws_secret_access_key=held[1].secret_access_key,
                aws_session_token=held[1].session_token,
                # In the first region boto3 would sign links in the old way.
                config=Config(
                    signature_version="s3v4" if service == "s3" else None,
                    retries={"total_max_attempts": 1},
                    proxies={},
                ),
            )
        return made[held]

    return connect
