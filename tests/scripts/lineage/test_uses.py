"""The other way: who runs what was made of a package, a commit or some data."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from pipelines.errors import Misuse
from scripts.lineage.uses import Uses, kind_of, read_uses
from tests.pipelines.attestations.cast import NOW
from tests.scripts.lineage.chain import ENDPOINT, Chain
from tests.scripts.releases.bureau import ROOT

SCHEMA = json.loads((ROOT / "scripts" / "lineage" / "uses.schema.json").read_text())
STAGING = "gatehouse-staging-breast-cancer"


@pytest.fixture
def chain() -> Chain:
    """A release that went the whole way."""
    made = Chain()
    made.lay(made.statement, "staging")
    return made


def uses(chain: Chain, wanted: str) -> Uses:
    """Ask as the auditor."""
    return read_uses([chain.bureau.office("omar")], wanted, NOW)


def runs(found: Uses) -> dict[str, bool | None]:
    """Tell of each endpoint whether it runs it."""
    return {one.endpoint: one.runs for one in found.endpoints}


def test_everything_that_a_model_was_made_of_leads_to_its_endpoints(chain: Chain) -> None:
    release = chain.release
    for wanted in (
        *(release.package_arn, release.commit, release.commit[:7], release.data.sha256),
        *(release.image.digest, release.definition_sha256),
    ):
        found = uses(chain, wanted)
        assert runs(found) == {ENDPOINT: True, STAGING: True}, wanted
        assert found.packages == (release.package_arn,), wanted
        assert found.contradictions == ()


def test_an_archive_leads_to_its_endpoints_too(chain: Chain) -> None:
    assert runs(uses(chain, chain.release.archive.sha256)) == {ENDPOINT: True, STAGING: True}


def test_what_nothing_was_made_of_leads_nowhere(chain: Chain) -> None:
    for wanted in ("9" * 40, "9" * 64, f"{chain.release.package_arn}9"):
        found = uses(chain, wanted)
        assert runs(found) == {ENDPOINT: False, STAGING: False}, wanted
        assert found.packages == ()


def test_an_endpoint_that_may_not_be_seen_is_not_known_and_not_left_out(chain: Chain) -> None:
    chain.bureau.endpoints.denied = (ENDPOINT,)
    chain.bureau.objects.denied = ("gatehouse-staging-evidence-222222222222",)
    assert runs(uses(chain, chain.release.commit)) == {ENDPOINT: None, STAGING: None}
    assert runs(uses(chain, "9" * 40)) == {ENDPOINT: None, STAGING: None}


def test_an_endpoint_that_is_not_there_runs_nothing(chain: Chain) -> None:
    chain.bureau.endpoints.live.pop(STAGING)
    found = uses(chain, chain.release.commit)
    assert runs(found) == {ENDPOINT: True, STAGING: False}


def test_versions_that_may_not_be_listed_are_not_known(chain: Chain) -> None:
    chain.works.refuses = {"ListModelPackages"}
    assert uses(chain, chain.release.commit).packages is None


def test_a_mismatch_on_the_way_is_told(chain: Chain) -> None:
    chain.metadata(commit="f" * 40)
    found = uses(chain, chain.release.commit)
    assert any("f" * 40 in one for one in found.contradictions)
    assert {one.holds for one in found.endpoints} == {False}


def test_the_document_follows_its_schema(chain: Chain) -> None:
    document = json.loads(json.dumps(uses(chain, chain.release.commit).document()))
    Draft202012Validator(SCHEMA).validate(document)


def test_what_is_neither_package_commit_nor_digest_is_refused() -> None:
    for wanted in ("", "main", "ABCDEF0", "arn:aws:s3:::bucket", "e" * 41):
        with pytest.raises(Misuse, match="--from: must be the ARN of a package version"):
            kind_of(wanted)
