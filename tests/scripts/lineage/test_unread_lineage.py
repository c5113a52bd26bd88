"""What nobody may read of a lineage is not known: neither agreement nor a mismatch."""

from __future__ import annotations

import pytest

from scripts.lineage.facts import Standing
from scripts.lineage.lineage import NoEndpointError
from tests.scripts.lineage.chain import ENDPOINT, EVIDENCE, Chain, fact_of, standings


@pytest.fixture
def chain() -> Chain:
    """A release that went the whole way."""
    return Chain()


def test_what_may_not_be_read_is_not_known_and_never_assumed(chain: Chain) -> None:
    chain.works.refuses = {"DescribePipelineExecution"}
    found = chain.lineage("rita")
    assert (found.holds, found.contradictions) == (None, ())
    assert standings(found, "pipeline run")["status"] == "not known"
    assert any("runs of the pipeline" in one for one in found.untold)


def test_without_evidence_the_promotions_own_record_names_the_version(chain: Chain) -> None:
    chain.bureau.objects.denied = (EVIDENCE,)
    found = chain.lineage()
    assert (found.holds, found.contradictions) == (None, ())
    arn = fact_of(found, "package", "arn")
    assert (arn.value, arn.standing) == (chain.release.package_arn, Standing.TOLD)
    assert "verified" not in {
        str(fact.standing) for node in found.tree.walk() for fact in node.facts
    }


def test_without_the_pinned_keys_nothing_is_verified(chain: Chain) -> None:
    parameter = chain.bureau.naming.trusted_keys_parameter("production")
    chain.bureau.parameters.values.pop(parameter)
    found = chain.lineage()
    assert found.holds is None
    assert standings(found, "release")["signature"] == "not known"
    assert "verified" not in {
        str(fact.standing) for node in found.tree.walk() for fact in node.facts
    }


def test_without_the_live_endpoint_what_it_runs_is_not_known(chain: Chain) -> None:
    chain.bureau.endpoints.denied = (ENDPOINT,)
    found = chain.lineage()
    assert found.holds is None
    stands = standings(found, "endpoint")
    assert {stands[name] for name in ("status", "archive", "image", "runs as released")} == {
        "not known"
    }
    assert standings(found, "commit")["commit"] == "verified"


def test_an_endpoint_that_is_being_changed_is_not_known_and_no_mismatch(chain: Chain) -> None:
    chain.works.status = "Updating"
    found = chain.lineage()
    assert (found.holds, found.contradictions) == (None, ())
    stands = standings(found, "endpoint")
    assert (stands["status"], stands["runs as released"]) == ("told", "not known")


def test_an_endpoint_that_is_not_there_is_no_lineage(chain: Chain) -> None:
    chain.bureau.endpoints.live.pop(ENDPOINT)
    with pytest.raises(NoEndpointError, match="must be there in production"):
        chain.lineage()
