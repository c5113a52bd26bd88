"""What an unknown value is made from: the instance that is named, else every one it may be."""

from __future__ import annotations

import pytest

from tests.policies.model.planned import model_of, resource

_KEYS = [resource(f'aws_kms_key.it["{key}"]', {}) for key in ("a", "b.c")]
_FIRST, _SECOND = ('aws_kms_key.it["a"]', 'aws_kms_key.it["b.c"]')


def _made_from(address: str, references: list[str]) -> tuple[str, ...]:
    asking = resource(address, {"name": "alias/it"}, {"target_key_id": references})
    (found,) = model_of(*_KEYS, asking).of_type("aws_kms_alias")
    return found.links.get("target_key_id", ())


@pytest.mark.parametrize(
    ("address", "references", "found"),
    [
        ("aws_kms_alias.it", ['aws_kms_key.it["a"].key_id', 'aws_kms_key.it["a"]'], (_FIRST,)),
        ("aws_kms_alias.it", ['aws_kms_key.it["b.c"].key_id'], (_SECOND,)),
        ('aws_kms_alias.it["b.c"]', ["aws_kms_key.it", "each.key"], (_SECOND,)),
        ("aws_kms_alias.it", ["aws_kms_key.it", "each.value.key"], (_FIRST, _SECOND)),
        ("aws_kms_alias.it", ["aws_kms_key.other.key_id"], ()),
        ("aws_kms_alias.it", ["var.none", "local.none", "module.none.out", "path.module"], ()),
    ],
)
def test_a_reference_leads_to_the_instances_that_it_may_mean(
    address: str, references: list[str], found: tuple[str, ...]
) -> None:
    assert _made_from(address, references) == found


def test_a_circle_of_references_ends() -> None:
    one = resource("aws_security_group.a", {}, {"name": ["aws_security_group.b.name"]})
    two = resource("aws_security_group.b", {}, {"name": ["aws_security_group.a.name"]})
    links = [each.links["name"] for each in model_of(one, two).of_type("aws_security_group")]
    assert all(set(each) <= {"aws_security_group.a", "aws_security_group.b"} for each in links)
