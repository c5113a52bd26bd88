"""All of it in one AWS account: laid out, held still, released through, and taken away again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.naming import Naming
from tests.journeys.stage import ACCOUNTS, MODEL, Stage
from tests.journeys.story import Story, table
from tests.roots import variants
from tests.scripts.command_line import copied_checkout

pytestmark = [pytest.mark.journey, pytest.mark.long]

_HOME, *_TARGETS = ACCOUNTS


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The variant of the guide, applied as the guide says."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    text = variants.organization_with(variants.blocks()["trial"])
    (root / "accounts" / "organization.yaml").write_text(text, "utf-8")
    stage = Stage(tmp_path_factory.mktemp("trial"), root)
    # One account lies in one unit, whose guardrails would refuse what the other kinds do.
    stage.open(guarded=False)
    try:
        stage.set_up(*ACCOUNTS)
        stage.apply_side_by_side(_HOME)
        stage.apply_side_by_side(*_TARGETS)
        stage.trust_keys()
        yield Story(stage)
    finally:
        stage.close()


@pytest.fixture(scope="module")
def released(trial: Story) -> int:
    """A version that went the whole way through the one account."""
    trial.stage.gatehouse("pipeline", "publish", "--as", "milo")
    version = trial.train()
    trial.decide_version(version, "approve")
    trial.wait_for_gate(version)
    trial.decide_release("approve")
    ended = trial.wait_for_end(version)
    assert ended["status"] == "Succeeded", trial.why(ended["execution"])
    return version


def test_every_account_is_the_one_account(trial: Story) -> None:
    naming = trial.stage.naming
    assert {naming.organization.account(name).id for name in ACCOUNTS} == {"111111111111"}


def test_what_aws_has_once_is_there_once_and_of_the_first_account(trial: Story) -> None:
    stage = trial.stage
    iam, config = (stage.client(name, _HOME) for name in ("iam", "config"))
    assert len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1
    assert len(stage.client("guardduty", _HOME).list_detectors()["DetectorIds"]) == 1
    assert len(config.describe_configuration_recorders()["ConfigurationRecorders"]) == 1
    trails = stage.client("cloudtrail", _HOME).list_trails()["Trails"]
    assert [trail["Name"] for trail in trails] == [_prefix(stage.naming, _HOME)]
    analyzers = stage.client("accessanalyzer", _HOME).list_analyzers()["analyzers"]
    assert {analyzer["name"].rpartition("-data-science")[0] for analyzer in analyzers} == {
        stage.naming.organization.prefix
    }
    functions = stage.client("lambda", _HOME).list_functions()["Functions"]
    assert [found["FunctionName"] for found in functions] == [
        f"{_prefix(stage.naming, _HOME)}-detective"
    ]
    block = stage.client("s3control", _HOME).get_public_access_block(AccountId="111111111111")
    assert set(block["PublicAccessBlockConfiguration"].values()) == {True}


def test_the_trail_records_the_data_of_every_account_in_it(trial: Story) -> None:
    naming = trial.stage.naming
    client = trial.stage.client("cloudtrail", _HOME)
    selectors = client.get_event_selectors(TrailName=_prefix(naming, _HOME))
    told = str(selectors)
    for account, purpose in (("data-science", "data"), *((name, "models") for name in _TARGETS)):
        assert naming.bucket_name(account, purpose) in told


def test_a_release_goes_the_whole_way(trial: Story, released: int) -> None:
    promotion = trial.promotion_of(released)
    assert promotion is not None
    release = trial.show(promotion["execution"])["release"]
    holdout = trial.read(release["holdout"]["uri"]).decode().splitlines()
    own = table(trial.read(release["predictions"]["uri"]).decode())
    features = "\n".join(line.rpartition(",")[0] for line in holdout) + "\n"
    answered = trial.ask("production", features.encode(), "text/csv; header=present")
    assert table(answered.decode()) == own
    for account in _TARGETS:
        live = trial.live(account)
        assert live is not None
        assert live["status"] == "InService"
        assert f"-{account}-models-111111111111/approved/" in live["archive"]


def test_a_second_plan_is_empty_in_every_root_and_nothing_stands_beside_it(
    trial: Story, released: int
) -> None:
    told = trial.stage.run_side_by_side(ACCOUNTS, "drift", "--beside", "--json")
    assert not [row for done in told.values() for row in done.json()["drift"]]


def test_an_inventory_tells_the_accounts_apart(trial: Story, released: int) -> None:
    listed = {
        account: trial.stage.gatehouse("inventory", "--account", account, "--json").json()["items"]
        for account in ACCOUNTS
    }
    names = {
        account: {(item["kind"], item["arn"] or item["name"]) for item in items}
        for account, items in listed.items()
    }
    for account in ACCOUNTS:
        for other in set(ACCOUNTS) - {account}:
            assert not names[account] & names[other]
    endpoint = trial.stage.naming.endpoint_name("production", MODEL)
    found = {item["name"] for item in listed["production"] if item["kind"] == "endpoint"}
    assert found == {endpoint}


def test_an_account_is_destroyed_without_harm_to_the_others(trial: Story, released: int) -> None:
    stage = trial.stage
    _destroy(stage, "staging")
    live = trial.live("production")
    assert live is not None
    assert live["status"] == "InService"
    assert stage.planned_changes("production") == []


def test_the_trial_ends_with_nothing_left(trial: Story, released: int) -> None:
    for account in ("production", _HOME):
        _destroy(trial.stage, account)
    for account in ACCOUNTS:
        found = trial.stage.gatehouse("inventory", "--account", account, "--json").json()
        assert not [item for item in found["items"] if item["counts"]]
    iam = trial.stage.client("iam", _HOME)
    assert not iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]


def _destroy(stage: Stage, account: str) -> None:
    stage.gatehouse(
        *("destroy", "--account", account, "--delete-data", "--bootstrap", "--confirm", account)
    )


def _prefix(naming: Naming, account: str) -> str:
    return naming.account_prefix(account)
