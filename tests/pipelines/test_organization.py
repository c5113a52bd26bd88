"""accounts/organization.yaml: what is read, and each way in which it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import GatehouseError, InvalidInput, Misuse
from pipelines.organization import (
    ORGANIZATION_FILE,
    SCHEMA_FILE,
    AccountKind,
    Persona,
    load_organization,
    parse_organization,
)
from pipelines.yaml_file import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
GOOD = (ROOT / ORGANIZATION_FILE).read_text("utf-8")


def _write(folder: Path, text: str) -> Path:
    (folder / "accounts").mkdir(exist_ok=True)
    (folder / ORGANIZATION_FILE).write_text(text, "utf-8")
    (folder / SCHEMA_FILE).write_text((ROOT / SCHEMA_FILE).read_text("utf-8"), "utf-8")
    return folder


def _line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_repositorys_own_file_is_read() -> None:
    organization = load_organization(ROOT)
    model = organization.model("breast-cancer")
    assert organization.business_units == ("main",)
    assert organization.home_of(model).id == "111111111111"
    assert [target.name for target in organization.targets_of(model)] == ["production", "staging"]
    assert organization.of_kind(AccountKind.STAGING, "main")[0].region == "eu-west-1"
    managers = organization.people_with(Persona.RELEASE_MANAGER, "main")
    assert [person.name for person in managers] == ["rita"]
    assert model.owner == "sofia"
    assert organization.approval_timeout_minutes == 10080
    assert organization.promotion.approval_valid_minutes == 1440
    assert dict(organization.promotion.approvals) == {
        AccountKind.STAGING: 0,
        AccountKind.PRODUCTION: 1,
    }


def test_a_region_of_an_account_wins_over_the_organisations(tmp_path: Path) -> None:
    text = GOOD.replace('id: "222222222222"', 'id: "222222222222"\n    region: us-east-1')
    organization = load_organization(_write(tmp_path, text))
    assert organization.account("staging").region == "us-east-1"
    assert organization.account("production").region == "eu-west-1"


def test_what_a_promotion_asks_for_has_defaults(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("promotion:")]
    promotion = load_organization(_write(tmp_path, text)).promotion
    assert promotion == load_organization(ROOT).promotion


def test_an_approval_that_is_not_named_has_its_default(tmp_path: Path) -> None:
    text = GOOD.replace("{ staging: 0, production: 1 }", "{ staging: 1 }")
    approvals = load_organization(_write(tmp_path, text)).promotion.approvals
    assert dict(approvals) == {AccountKind.STAGING: 1, AccountKind.PRODUCTION: 1}


CASES = {
    "an account id is no number": (
        ('id: "222222222222"', "id: 222222222222"),
        "accounts.staging.id must be 12 digits in quotes, got the bare number 222222222222\n\n"
        'hint: write "222222222222": YAML readers change bare numbers',
    ),
    "an account id with leading zero is no octal number": (
        ('id: "222222222222"', "id: 012345670123"),
        "accounts.staging.id must be 12 digits in quotes, got the bare number 012345670123, "
        'which YAML reads as octal\n\nhint: write "012345670123": YAML readers change bare numbers',
    ),
    "the management account id is no number": (
        ('management_account_id: "999999999999"', "management_account_id: 999999999999"),
        "organization.management_account_id must be 12 digits in quotes, "
        'got the bare number 999999999999\n\nhint: write "999999999999": '
        "YAML readers change bare numbers",
    ),
    "an account id has 12 digits": (
        ('id: "222222222222"', 'id: "22222222222"'),
        'accounts.staging.id must be 12 digits in quotes, got "22222222222"',
    ),
    "an account id ends with its digits": (
        ('id: "222222222222"', 'id: "222222222222\\n"'),
        'accounts.staging.id must be 12 digits in quotes, got "222222222222\\n"',
    ),
    "two accounts do not share an id": (
        ('id: "333333333333"', 'id: "222222222222"'),
        "accounts.production.id must differ from the id of every other account, "
        "got 222222222222, the id of staging\n\n"
        "hint: give each account the id that AWS Organizations shows for it; "
        "to try all of it in one account, set organization.single_account: true",
    ),
    "no account is the management account": (
        ('id: "333333333333"', 'id: "999999999999"'),
        "accounts.production.id must differ from the id of every other account, "
        "got 999999999999, the id of management\n\n"
        "hint: give each account the id that AWS Organizations shows for it; "
        "to try all of it in one account, set organization.single_account: true",
    ),
    "networks do not overlap": (
        ("10.18.0.0/16", "10.17.128.0/20"),
        "accounts.production.network.cidr must not overlap the network of another account, "
        "got 10.17.128.0/20, which overlaps 10.17.0.0/16 of staging\n\n"
        "hint: choose a block of its own for each account, so that they can be peered",
    ),
    "a network is its own address": (
        ("10.18.0.0/16", "10.18.0.9/16"),
        "accounts.production.network.cidr must be the address of the network itself, "
        "got 10.18.0.9/16\n\nhint: the network that holds this address is 10.18.0.0/16",
    ),
    "a network is an IPv4 block": (
        ("10.18.0.0/16", "10.18.0.300/16"),
        "accounts.production.network.cidr must be an IPv4 block such as 10.16.0.0/16, "
        "got 10.18.0.300/16",
    ),
    "a network is large enough": (
        ("10.18.0.0/16", "10.18.0.0/28"),
        "accounts.production.network.cidr must be an IPv4 block of size /16 to /22, "
        'got "10.18.0.0/28"\n\n'
        "hint: smaller blocks leave too few addresses for subnets in three zones",
    ),
    "an unknown key is named with its neighbour": (
        ("description: Tells", "descripton: Tells"),
        "models.breast-cancer must have no keys but description, answers, business_unit, owner, "
        "promotes, triggers, "
        'got the unknown key "descripton"\n\nhint: did you mean description?',
    ),
    "a missing key is named": (
        ('    id: "222222222222"\n', ""),
        'accounts.staging must have the key "id"',
    ),
    "a kind is one of three": (
        ("kind: staging", "kind: stagin"),
        "accounts.staging.kind must be one of data-science, staging, production, "
        'got "stagin"\n\nhint: did you mean staging?',
    ),
    "there is one data-science account": (
        ("kind: staging", "kind: data-science"),
        "accounts must have exactly one account of kind data-science for business unit main, "
        "got data-science, staging\n\nhint: name the other's business_unit, and targets for it",
    ),
    "there is a production account": (
        ("kind: production", "kind: staging"),
        "accounts must have an account of kind production for business unit main, got none\n\n"
        "hint: an account without business_unit belongs to main",
    ),
    "the owner of a model is a person": (
        ("owner: sofia", "owner: sophia"),
        'models.breast-cancer.owner must be a key of people, got "sophia"\n\n'
        "hint: did you mean sofia?",
    ),
    "a key stands once": (
        ("  production:\n", "  staging:\n"),
        'accounts must have each key once, got "staging" again (first on line 32)\n\n'
        "hint: remove one of the two; YAML readers disagree about which one counts",
    ),
    "an account is named in lower case": (
        ("  production:\n", "  Production:\n"),
        "accounts keys must be 3 to 20 lower-case letters, digits or hyphens, "
        'a letter first and no hyphen last, got "Production"',
    ),
    "a value is not repeated by reference": (
        ("region: eu-west-1", "region: &r eu-west-1\n  sign_in_role: *r"),
        "organization.sign_in_role must not be a YAML alias\n\n"
        "hint: write the value out; what is repeated by reference is easily overlooked",
    ),
    "zones are two or three": (
        ("10.18.0.0/16, zones: [a, b]", "10.18.0.0/16, zones: [a]"),
        'accounts.production.network.zones must have 2 or more entries, got ["a"]',
    ),
    "the schema version is known": (
        ("schema_version: 1", "schema_version: 2"),
        "schema_version must be 1, got 2",
    ),
}


@pytest.mark.parametrize("claim", CASES)
def test_is_refused_unless(claim: str, tmp_path: Path) -> None:
    (old, new), sentence = CASES[claim]
    assert GOOD.count(old) == 1, old
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, GOOD.replace(old, new)))
    address, _, rest = str(refusal.value).partition(": ")
    assert rest == sentence
    assert address.startswith(f"{ORGANIZATION_FILE}:")
    assert refusal.value.exit_code == 2


def test_a_refusal_names_the_line_of_the_value(tmp_path: Path) -> None:
    text = GOOD.replace("10.18.0.0/16", "10.17.128.0/20")
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, text))
    assert refusal.value.address == f"{ORGANIZATION_FILE}:{_line_of(text, '10.17.128.0/20')}"


def test_the_first_broken_line_is_told_first(tmp_path: Path) -> None:
    text = GOOD.replace("kind: staging", "kind: nothing").replace("prefix: gate", "prefix: Gate")
    with pytest.raises(InvalidInput, match=r"organization\.prefix"):
        load_organization(_write(tmp_path, text))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "must not be empty"),
        (b"# nothing\n", "must not be empty"),
        (b"- 1\n", "the file must be a mapping of keys to values, got [1]"),
        (b"a: [1\n", "must be one well-formed YAML document"),
        (b"a: 1\n---\nb: 2\n", "must be one well-formed YAML document"),
        (b"a: \xff\n", "must be UTF-8 text"),
        (b"a: \x07\n", "must be one well-formed YAML document"),
        (b"[" * 5000, "must not nest hundreds of levels deep"),
        (b"? [1, 2]\n: 3\n", "the file must have keys that are plain text"),
        (b"a: 1" + b" " * 1_000_000, "must be smaller than 1 MB"),
    ],
)
def test_what_is_no_mapping_is_refused_in_one_sentence(
    data: bytes, sentence: str, tmp_path: Path
) -> None:
    _write(tmp_path, "")
    (tmp_path / ORGANIZATION_FILE).write_bytes(data)
    with pytest.raises(InvalidInput) as refusal:
        load_organization(tmp_path)
    assert sentence in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="must be a readable file, got No such file"):
        load_organization(tmp_path)


def test_an_unknown_account_is_named_with_its_neighbour() -> None:
    with pytest.raises(Misuse, match=r'got "stagin"\n\nhint: did you mean staging\?'):
        load_organization(ROOT).account("stagin")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_but_never_breaks(text: str) -> None:
    schema = json.loads((ROOT / SCHEMA_FILE).read_text("utf-8"))
    with pytest.raises(GatehouseError):
        parse_organization(parse_yaml(text.encode("utf-8", "surrogatepass"), "file"), schema)
