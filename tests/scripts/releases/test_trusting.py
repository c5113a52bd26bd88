"""Pinning keys: once for each target, never another in place of one without its being named."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from pipelines.attestations.keys import TrustedKeys
from pipelines.errors import EnvironmentFault
from scripts import main
from tests.pipelines.attestations.cast import Holder, approver, builder, staging_key
from tests.scripts.releases.bureau import Bureau

PRODUCTION = "/gatehouse/production/release/trusted-keys"
STAGING = "/gatehouse/staging/release/trusted-keys"


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """An organisation in which nothing is pinned yet, and the command at its desk."""
    made = Bureau()
    made.pin()
    monkeypatch.setattr("scripts.commands.release_trust.desk", lambda: made.desk(None))
    return made


def trust(*arguments: str) -> int:
    """Run the command."""
    return main.main(["release", "trust", *arguments])


def trusted(bureau: Bureau, parameter: str) -> TrustedKeys:
    """Read what is pinned."""
    return TrustedKeys.parse(parameter, bureau.parameters.values[parameter].encode())


def keys_of(*holders: Holder) -> set[str]:
    """Give the keyids of holders."""
    return {one.key.keyid for one in holders}


def test_each_target_pins_those_who_sign_for_it(bureau: Bureau) -> None:
    assert trust("--yes") == 0
    found = {key.keyid for key in trusted(bureau, PRODUCTION).keys}
    assert found == keys_of(builder(), staging_key(), approver("rita"), approver("rob"))
    # What staging's test says counts in production only.
    found = {key.keyid for key in trusted(bureau, STAGING).keys}
    assert found == keys_of(builder(), approver("rita"), approver("rob"))


def test_it_is_done_as_the_apply_role_under_a_platform_admins_name(bureau: Bureau) -> None:
    trust("--yes", "--account", "production")
    assert bureau.taken == [
        ("arn:aws:iam::333333333333:role/OrganizationAccountAccessRole", None),
        ("arn:aws:iam::333333333333:role/gatehouse-production-apply", "petra"),
    ]
    assert trusted(bureau, STAGING) == TrustedKeys()


def test_a_second_run_changes_nothing_and_says_so(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    trust("--yes")
    written = len(bureau.parameters.written)
    capsys.readouterr()
    assert trust() == 0
    assert len(bureau.parameters.written) == written
    assert "production: nothing to change" in capsys.readouterr().err


def test_what_terraform_says_of_the_parameter_stays(bureau: Bureau) -> None:
    trust("--yes", "--account", "staging")
    [written] = bureau.parameters.written
    assert written["Description"] == "Public keys."
    assert written["Tier"] == "Intelligent-Tiering"


def test_nothing_is_written_unasked(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert trust() == 2
    assert not bureau.parameters.written
    told = capsys.readouterr()
    assert "--yes: must be said where nobody can be asked" in told.err
    # What would be pinned is shown before, to be compared.
    assert approver("rita").key.fingerprint[:30] in told.out.replace("\n", "")


def another_of_rita(bureau: Bureau) -> Holder:
    """Rita signs with another key than the one that was pinned."""
    trust("--yes")
    bureau.parameters.written.clear()
    second = approver("rita", 2)
    alias = bureau.naming.key_alias_arn("data-science", "approval-rita")
    bureau.keys.holders[alias] = second
    return second


def test_another_key_is_refused_while_the_pinned_one_is_not_named(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    second = another_of_rita(bureau)
    assert trust("--yes") == 2
    assert not bureau.parameters.written
    told = capsys.readouterr().err
    assert f"is pinned as {approver('rita').key.fingerprint} and must stay so" in told
    assert second.key.fingerprint in told


@pytest.mark.parametrize("spelt", ["keyid", "fingerprint"])
def test_another_key_takes_the_place_of_one_that_is_named_with_a_reason(
    bureau: Bureau, spelt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    second = another_of_rita(bureau)
    name = getattr(approver("rita").key, spelt)
    capsys.readouterr()
    assert trust("--yes", "--replace", name, "--reason", "she lost it", "--json") == 0
    for parameter in (PRODUCTION, STAGING):
        found = {key.keyid for key in trusted(bureau, parameter).keys}
        assert second.key.keyid in found
        assert approver("rita").key.keyid not in found
    told = json.loads(capsys.readouterr().out)
    assert [one["changed"] for one in told] == [True, True]
    assert {one["reason"] for one in told} == {"she lost it"}
    states = {key["person"]: key["state"] for key in told[0]["keys"]}
    assert states["rita"] == "differs"
    assert states["rob"] == "pinned"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--replace", "0" * 64], "--replace: must come with --reason"),
        (["--reason", "why"], "--replace: must come with --reason"),
        (["--replace", "0" * 64, "--reason", "why"], "must name a key that is pinned"),
        (["--replace", "0" * 8, "--reason", "why"], "must be a keyid or a whole fingerprint"),
        (["--account", "data-science"], "must be an account that receives releases"),
        (["--account", "producton"], "did you mean production?"),
        (["--as", "sofia"], "must name a platform admin"),
    ],
)
def test_what_makes_no_sense_is_refused(
    bureau: Bureau,
    arguments: Sequence[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trust("--yes")
    bureau.parameters.written.clear()
    assert trust("--yes", *arguments) == 2
    assert sentence in capsys.readouterr().err
    assert not bureau.parameters.written


def test_a_key_that_still_signs_is_not_dropped(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    trust("--yes")
    keyid = approver("rita").key.keyid
    assert trust("--yes", "--replace", keyid, "--reason", "because") == 2
    assert "must name a key that signs no longer" in capsys.readouterr().err


def test_the_key_of_somebody_who_left_stays_until_it_is_named(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.pin(*bureau.pinned(), approver("milo"), target="production")
    assert trust("--yes", "--account", "production") == 0
    assert approver("milo").key in trusted(bureau, PRODUCTION).keys
    assert "signer gone" in capsys.readouterr().out
    keyid = approver("milo").key.keyid
    assert trust("--yes", "--replace", keyid, "--reason", "milo has left") == 0
    assert approver("milo").key not in trusted(bureau, PRODUCTION).keys


def test_one_key_never_stands_for_two_signers(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    alias = bureau.naming.key_alias_arn("data-science", "approval-rita")
    bureau.keys.holders[alias] = builder()
    assert trust("--yes") == 1
    assert "must pin a key for one signer" in capsys.readouterr().err
    assert not bureau.parameters.written


@pytest.mark.parametrize("what", ["parameter", "key"])
def test_an_account_that_is_not_laid_out_is_named(
    bureau: Bureau, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if what == "parameter":
        bureau.parameters.values.clear()
    else:
        bureau.keys.holders.clear()
    assert trust("--yes", "--account", "staging") == EnvironmentFault.exit_code
    account = "staging" if what == "parameter" else "data-science"
    assert f"make apply ACCOUNT={account}" in capsys.readouterr().err


def test_a_document_that_nobody_here_wrote_is_not_built_on(bureau: Bureau) -> None:
    bureau.parameters.values[PRODUCTION] = '{"keys": []}'
    assert trust("--yes", "--account", "production") == 1
    assert not bureau.parameters.written
