"""The lineage of promoted code tells what the account of the endpoint has trained itself."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from scripts.lineage.page import drawing, page
from scripts.lineage.tree import tree_lines
from scripts.lineage.uses import read_uses
from tests.pipelines.attestations.cast import NOW
from tests.scripts.lineage.chain import ENDPOINT, Chain, fact_of, standings, told
from tests.scripts.lineage.test_lineage import SCHEMA
from tests.scripts.releases.promoted_code import ARCHIVES, DATA, VERSION, retraining, run_of


@pytest.fixture
def chain() -> Chain:
    """Code that production has trained, and that went the whole way."""
    return Chain(code=True)


def test_a_whole_chain_of_code_is_known_and_agrees(chain: Chain) -> None:
    found = chain.lineage()
    assert (found.holds, found.contradictions, found.untold) == (True, (), ())
    Draft202012Validator(SCHEMA).validate(told(found))
    stands = standings(found, "training")
    proven = {name for name, standing in stands.items() if standing == "verified"}
    # What was signed; the rest is the account's own word.
    assert proven == {"release", "definition", "image"}
    assert set(stands.values()) == {"verified", "told"}
    values = {
        "run": run_of("production"),
        "version of the data": VERSION,
        "sha256 of the data": DATA["production"],
        "archive": ARCHIVES["production"],
        "definition": chain.release.definition_sha256,
        "measured": "auc 0.972, at least 0.95, on 114 held-out rows",
    }
    for name, value in values.items():
        assert fact_of(found, "training", name).value == value
    assert fact_of(found, "endpoint", "archive").value == ARCHIVES["production"]
    assert fact_of(found, "endpoint", "runs as released").value == "yes"


def test_tree_page_and_drawing_tell_the_training(chain: Chain) -> None:
    found = chain.lineage()
    lines = "\n".join(tree_lines(found.tree))
    for text in (lines, page(found)):
        assert "training in production" in text
        assert VERSION in text
    assert run_of("production") in page(found)
    assert "training in production" in drawing(found)


def test_a_model_has_no_training_in_its_account() -> None:
    assert Chain().lineage().tree.find("training") is None


def test_an_archive_that_the_account_has_not_trained_is_a_mismatch(chain: Chain) -> None:
    chain.bureau.runs("production", chain.release)
    found = chain.lineage()
    assert found.holds is False
    assert standings(found, "endpoint")["archive"] == "MISMATCH"
    assert standings(found, "training")["archive"] == "MISMATCH"


def test_a_training_of_another_definition_is_told_loudly(chain: Chain) -> None:
    other = {"sha256": "0" * 64, "bound_sha256": "0" * 64}
    chain.keep(
        "production/retraining.json", retraining(chain.release, "production", definition=other)
    )
    found = chain.lineage()
    assert found.holds is False
    assert any("must be of the definition" in one for one in found.contradictions)


def test_code_whose_training_is_not_kept_is_told_loudly(chain: Chain) -> None:
    del chain.bureau.objects.kept[chain.place("production/retraining.json")]
    found = chain.lineage()
    assert found.holds is False
    assert standings(found, "training")["run"] == "MISMATCH"
    assert standings(found, "endpoint")["archive"] == "not known"
    assert standings(found, "endpoint")["runs as released"] != "verified"


def test_a_report_that_is_none_is_told_loudly_and_no_crash(chain: Chain) -> None:
    chain.keep("production/retraining.json", b'{"run":1}')
    found = chain.lineage()
    assert found.holds is False
    assert any("retraining.json" in one for one in found.contradictions)


def test_data_of_an_account_lead_to_its_endpoint_and_those_of_scientists_do_not(
    chain: Chain,
) -> None:
    def runs(wanted: str) -> bool | None:
        found = read_uses([chain.bureau.office("omar")], wanted, NOW)
        return {one.endpoint: one.runs for one in found.endpoints}[ENDPOINT]

    assert runs(DATA["production"]) is True
    assert runs(ARCHIVES["production"]) is True
    assert runs(chain.release.definition_sha256) is True
    assert runs(chain.release.commit) is True
    assert runs(chain.release.data.sha256) is False
    assert runs(chain.release.archive.sha256) is False


def test_the_document_names_the_training_below_the_deployment(chain: Chain) -> None:
    document = json.loads(json.dumps(told(chain.lineage())))
    [deployment] = [one for one in document["tree"]["made_of"] if one["kind"] == "deployment"]
    assert [one["kind"] for one in deployment["made_of"]] == ["training"]
