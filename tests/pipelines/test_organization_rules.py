"""accounts/organization.yaml: refusals that several entries of the file bring about together."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.errors import InvalidInput
from pipelines.organization import ORGANIZATION_FILE, SCHEMA_FILE, load_organization

ROOT = Path(__file__).resolve().parents[2]
GOOD = (ROOT / ORGANIZATION_FILE).read_text("utf-8")


CASES = {
    "models or code are promoted, and nothing else": (
        ("    owner: sofia\n", "    owner: sofia\n    promotes: weights\n"),
        'models.breast-cancer.promotes must be one of model, code, got "weights"',
    ),
    "what reaches no target promotes no code": (
        ("    owner: sofia\n", "    owner: sofia\n    promotes: code\n    answers: batch\n"),
        "models.breast-cancer.promotes must be model where answers is batch, got code\n\n"
        "hint: what answers in batches reaches no target that could train it anew",
    ),
    "accounts of a trial share one id": (
        ("  units:", "  single_account: true\n  units:"),
        "accounts.staging.id must be the id of every other account in a single-account trial, "
        "got 222222222222, where data-science has 111111111111\n\n"
        "hint: leave organization.single_account out where accounts differ",
    ),
    "a switch is true or false": (
        ("  units:", '  single_account: "yes"\n  units:'),
        'organization.single_account must be true or false, got "yes"',
    ),
    "an organisational unit has an id": (
        ("ou-a1b2-57a91234", "r-a1b2"),
        "organization.units.staging must be the id of an organisational unit "
        'such as ou-a1b2-c3d4e5f6, got "r-a1b2"',
    ),
    "every kind of account has an organisational unit": (
        ("    staging: ou-a1b2-57a91234\n", ""),
        'organization.units must have the key "staging"',
    ),
    "an issuer is a host": (
        ("issuer: token", "issuer: https://token"),
        "forge.issuer must be a host, and a path where it has one, without https://, "
        'got "https://token.actions.githubusercontent.com"',
    ),
    "a subject is no pattern": (
        ("repo:example/gatehouse:pull_request", "repo:example/*"),
        "forge.plan_subject must be exact: no patterns, and no placeholder but {account}, "
        'got "repo:example/*"',
    ),
    "a subject has no other placeholder": (
        ("environment:{account}", "environment:{name}"),
        "forge.apply_subject must be exact: no patterns, and no placeholder but {account}, "
        'got "repo:example/gatehouse:environment:{name}"',
    ),
    "whoever plans does not apply": (
        ("environment:{account}", "pull_request"),
        'forge.apply_subject must differ from forge.plan_subject, got "repo:example/gatehouse:'
        'pull_request" for both\n\n'
        "hint: let a protected environment apply, and pull requests only plan",
    ),
    "a network is made or brought": (
        ("10.18.0.0/16, zones: [a, b]", "10.18.0.0/16, zones: [a, b], vpc_id: vpc-0123abcd"),
        "accounts.production.network must have either zones or vpc_id, subnet_ids, "
        "route_table_ids, got zones and vpc_id\n\n"
        "hint: leave zones out to use the network that exists",
    ),
    "a network has zones": (
        ("10.18.0.0/16, zones: [a, b]", "10.18.0.0/16"),
        "accounts.production.network must have either zones or vpc_id, subnet_ids, "
        "route_table_ids, got no zones\n\n"
        "hint: name zones to have a network made, or all ids of one that exists",
    ),
    "a brought network has all its ids": (
        ("10.18.0.0/16, zones: [a, b]", "10.18.0.0/16, vpc_id: vpc-0123abcd"),
        "accounts.production.network must have either zones or vpc_id, subnet_ids, "
        "route_table_ids, got no subnet_ids, route_table_ids\n\n"
        "hint: name zones to have a network made, or all ids of one that exists",
    ),
    "a business unit has an account that builds": (
        ("    kind: staging\n", "    kind: staging\n    business_unit: risk\n"),
        "accounts must have an account of kind staging for business unit main, got none\n\n"
        "hint: an account without business_unit belongs to main",
    ),
    "a model belongs to a business unit that exists": (
        ("    owner: sofia", "    owner: sofia\n    business_unit: mian"),
        'models.breast-cancer.business_unit must be the business unit of an account, got "mian"'
        "\n\nhint: did you mean main?",
    ),
    "a person belongs to a business unit that exists": (
        ("email: omar@example.com }", "email: omar@example.com, business_unit: risk }"),
        'people.omar.business_unit must be the business unit of an account, got "risk"\n\n'
        "hint: accounts have main",
    ),
    "production has an approval": (
        ("production: 1 }", "production: 0 }"),
        "promotion.approvals.production must be at least 1, got 0",
    ),
    "an approval counts for a while": (
        ("approval_valid_minutes: 1440", "approval_valid_minutes: 4"),
        "promotion.approval_valid_minutes must be at least 5, got 4",
    ),
    "there are people to approve": (
        ("production: 1 }", "production: 2 }"),
        "promotion.approvals.production must be no more than the release managers of business "
        "unit main, got 2, where people has rita\n\n"
        "hint: give more people the persona release-manager, or ask for fewer approvals",
    ),
    "somebody can approve": (
        ("rita: { persona: release-manager", "rita: { persona: lead"),
        "promotion.approvals.production must be no more than the release managers of business "
        "unit main, got 1, where people has none\n\n"
        "hint: give more people the persona release-manager, or ask for fewer approvals",
    ),
    "a person has no dot": (
        ("  omar: {", "  omar.o: {"),
        "people keys must be 3 to 32 lower-case letters, digits or hyphens, "
        'a letter first and no hyphen last, got "omar.o"',
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


def test_a_person_leaves_room_for_a_role_name(tmp_path: Path) -> None:
    name = "maximiliane-of-the-seven-hills-x"
    text = GOOD.replace("prefix: gatehouse", "prefix: abcdefghijkl").replace("omar:", f"{name}:")
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, text))
    role = f"abcdefghijkl-data-science-studio-{name}"
    assert str(refusal.value).partition(": ")[2] == (
        f"people.{name} must be at most 31 characters long, so that role names end at 64, "
        f"got {role} of 65\n\nhint: shorten the name, organization.prefix or the account's key"
    )


def test_a_trial_has_one_business_unit(tmp_path: Path) -> None:
    text = GOOD.replace("  units:", "  single_account: true\n  units:", 1)
    text = text.replace("    kind: staging\n", "    kind: staging\n    business_unit: risk\n")
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, text))
    assert str(refusal.value).partition(": ")[2] == (
        "organization.single_account must not be true where there are several business units, "
        "got main, risk\n\nhint: units are kept apart by their accounts: try one of them"
    )


def test_a_business_unit_is_in_two_regions_at_most(tmp_path: Path) -> None:
    text = GOOD
    for account_id, region in (("222222222222", "us-east-1"), ("333333333333", "ap-south-1")):
        text = text.replace(f'"{account_id}"', f'"{account_id}"\n    region: {region}')
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, text))
    assert str(refusal.value).partition(": ")[2] == (
        "accounts.production.region must be one of at most two regions in business unit main, "
        "got eu-west-1, us-east-1, ap-south-1\n\n"
        "hint: make a business unit of the accounts that are elsewhere"
    )


def test_the_owner_of_a_model_works_in_its_unit(tmp_path: Path) -> None:
    content = yaml.safe_load(GOOD)
    for second, kind in ((20, "data-science"), (21, "staging"), (22, "production")):
        content["accounts"][f"risk-{kind}"] = {
            "kind": kind,
            "id": f"{444444444400 + second}",
            "business_unit": "risk",
            "network": {"cidr": f"10.{second}.0.0/16", "zones": ["a", "b"]},
        }
    content["people"]["sofia"]["business_unit"] = "main"
    content["models"]["breast-cancer"]["business_unit"] = "risk"
    with pytest.raises(InvalidInput) as refusal:
        load_organization(_write(tmp_path, yaml.safe_dump(content)))
    assert str(refusal.value).partition(": ")[2] == (
        "models.breast-cancer.owner must work in the model's business unit, risk, "
        "got sofia of main\n\n"
        "hint: leave the business_unit of a person out who works in all of them"
    )


def _write(folder: Path, text: str) -> Path:
    (folder / "accounts").mkdir(exist_ok=True)
    (folder / ORGANIZATION_FILE).write_text(text, "utf-8")
    (folder / SCHEMA_FILE).write_text((ROOT / SCHEMA_FILE).read_text("utf-8"), "utf-8")
    return folder
