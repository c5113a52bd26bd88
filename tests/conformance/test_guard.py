"""A run on AWS touches no account but an empty sandbox that its owner typed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.guard import RefusedError, admit, platform
from tests.conformance.making import bucket, person, role
from tests.conformance.place import Place, allow
from tests.conformance.settings import UNDERSTOOD, read_settings
from tests.conformance.twin_place import twin_place

_NOBODYS = ("acme", frozenset(("000000000001",)))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with twin_place(tmp_path_factory.mktemp("twin")) as place:
        yield place


@pytest.fixture
def place(served: Place) -> Iterator[Place]:
    with served.clean():
        yield served
    assert served.left == []


def test_an_empty_account_that_was_typed_in_is_admitted(place: Place) -> None:
    assert admit(place.connect, [place.account_id], _NOBODYS) == place.account_id


def test_an_account_that_was_not_typed_in_is_refused(place: Place) -> None:
    with pytest.raises(RefusedError, match="must be one of those typed in"):
        admit(place.connect, ["123456789012"], _NOBODYS)


def test_an_account_of_the_platform_is_refused_though_it_was_typed_in(place: Place) -> None:
    known = ("acme", frozenset((place.account_id,)))
    with pytest.raises(RefusedError, match=r"none of accounts/organization\.yaml"):
        admit(place.connect, [place.account_id], known)


def test_an_account_with_a_bucket_of_the_platform_is_refused(place: Place) -> None:
    s3 = place.client("s3")
    s3.create_bucket(Bucket="acme-staging-models")
    place.later("bucket", lambda: s3.delete_bucket(Bucket="acme-staging-models"))
    with pytest.raises(RefusedError, match=r"nothing of the platform, got .*acme-staging-models"):
        admit(place.connect, [place.account_id], _NOBODYS)


def test_an_account_with_something_that_carries_the_platforms_tag_is_refused(place: Place) -> None:
    s3, name = place.client("s3"), bucket(place)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "project", "Value": "acme"}]})
    with pytest.raises(RefusedError, match="nothing of the platform"):
        admit(place.connect, [place.account_id], _NOBODYS)


def test_an_account_in_which_an_earlier_run_left_something_is_refused(place: Place) -> None:
    role(place)
    with pytest.raises(RefusedError, match="an earlier run left"):
        admit(place.connect, [place.account_id], _NOBODYS)


def test_an_account_that_cannot_be_looked_at_is_refused(place: Place) -> None:
    who = person(place, allow("iam:ListRoles"))
    with pytest.raises(RefusedError, match="must let itself be looked at"):
        admit(
            lambda service, keys=None: place.client(service, keys or who),
            [place.account_id],
            _NOBODYS,
        )


def test_the_platform_is_read_from_the_checkout() -> None:
    prefix, known = platform()
    assert prefix
    assert len(known) >= 2


_SETTINGS = f"""
accounts: ["123456789012"]
profile: sandbox
region: eu-west-1
understood: {UNDERSTOOD}
"""


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "settings.yaml"
    file.write_text(text, "utf-8")
    return file


def test_settings_name_accounts_and_profiles(tmp_path: Path) -> None:
    read = read_settings(_written(tmp_path, _SETTINGS))
    assert (read.accounts, read.profile, read.other_profile) == (("123456789012",), "sandbox", None)


@pytest.mark.parametrize(
    ("old", "new", "claim"),
    [
        ('["123456789012"]', "[]", "must be ids of 12 digits"),
        ('["123456789012"]', "[123456789012]", "must be ids of 12 digits"),
        ('["123456789012"]', '["*"]', "must be ids of 12 digits"),
        (UNDERSTOOD, "yes", "understood: must be"),
        ("profile: sandbox", "", "profile: must be given"),
        ("region: eu-west-1", "", "region: must be given"),
        ("profile: sandbox", "profil: sandbox", "must have no members but"),
    ],
)
def test_settings_that_are_not_meant_are_refused(
    tmp_path: Path, old: str, new: str, claim: str
) -> None:
    with pytest.raises(ValueError, match=claim):
        read_settings(_written(tmp_path, _SETTINGS.replace(old, new)))


def test_settings_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        read_settings(tmp_path / "none.yaml")
