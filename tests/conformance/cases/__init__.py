"""Cases that need more than one call: each makes what it needs and returns what is tried."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.cases import (
    authorisation,
    creation,
    endpoints,
    keys,
    links,
    pipelines,
    sessions,
    storage,
)
from tests.conformance.cases.case import Case

CASES: Mapping[str, Case] = {
    **authorisation.CASES,
    **creation.CASES,
    **endpoints.CASES,
    **keys.CASES,
    **links.CASES,
    **pipelines.CASES,
    **sessions.CASES,
    **storage.CASES,
}
