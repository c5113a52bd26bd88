"""A row finds exactly one partner, or the join is refused with key and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import GatehouseError
from scripts.own_data.join import Join, join
from scripts.own_data.sheet import read_sheet

CLAIMS = "id,amount\nb,10\na,20\n"
CUSTOMERS = "age,id\n30,a\n40,b\n"


def joined(folder: Path, left: str, right: str, key: str = "id") -> Join:
    paths = []
    for name, text in (("claims", left), ("customers", right)):
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, "utf-8")
    return join(read_sheet(paths[0]), read_sheet(paths[1]), key)


def test_each_row_gets_its_partner_in_the_order_of_the_first_file(tmp_path: Path) -> None:
    found = joined(tmp_path, CLAIMS, CUSTOMERS)
    assert found.sheet.text() == "id,amount,age\nb,10,40\na,20,30\n"
    assert found.told == "2 rows joined with customers.csv by id, one to one"


def test_many_rows_may_share_a_partner_and_partners_may_stay_alone(tmp_path: Path) -> None:
    found = joined(tmp_path, f"{CLAIMS}a,30\n", f"{CUSTOMERS}50,c\n60,d\n")
    assert [row[2] for row in found.sheet.rows] == ["40", "30", "30"]
    assert (found.shared, found.unused) == (2, 2)
    assert "many to one; 2 rows of customers.csv without partner" in found.told


@pytest.mark.parametrize(
    ("left", "right", "key", "sentence"),
    [
        (CLAIMS, f"{CUSTOMERS}50,a\n", "id", "customers.csv line 4, column id: must have each key"),
        (f"{CLAIMS}c,1\nd,1\n", CUSTOMERS, "id", "claims.csv line 4, column id: must be a key of"),
        (f"{CLAIMS},1\n", CUSTOMERS, "id", "claims.csv line 4, column id: must have a key in ev"),
        (CLAIMS, f"{CUSTOMERS}50,\n", "id", "customers.csv line 4, column id: must have a key in"),
        (CLAIMS, "age,id,amount\n3,a,4\n", "id", "must share no column with claims.csv but id"),
        (CLAIMS, CUSTOMERS, "amount", "--on: must be a column of customers.csv (age, id)"),
    ],
)
def test_keys_that_do_not_pair_are_refused(
    tmp_path: Path, left: str, right: str, key: str, sentence: str
) -> None:
    with pytest.raises(GatehouseError) as caught:
        joined(tmp_path, left, right, key)
    assert sentence in str(caught.value)


def test_a_doubled_key_tells_where_it_was_first(tmp_path: Path) -> None:
    with pytest.raises(GatehouseError, match="got 'a' again \\(first on line 2\\)"):
        joined(tmp_path, CLAIMS, f"{CUSTOMERS}50,a\n")


def test_rows_without_partner_are_counted(tmp_path: Path) -> None:
    lost = "".join(f"x{place},1\n" for place in range(8))
    with pytest.raises(GatehouseError) as caught:
        joined(tmp_path, CLAIMS + lost, CUSTOMERS)
    assert "8 rows without partner: lines 4, 5, 6, 7, 8 and 3 more" in str(caught.value)
