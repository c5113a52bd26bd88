"""One line of the table of parameters that pass a role."""

from __future__ import annotations

from dataclasses import dataclass

DOCS = "https://docs.aws.amazon.com/"


@dataclass(frozen=True)
class Row:
    """A parameter of some operations that names a role.

    ``api`` and ``operations`` are botocore's names; in ``path`` are members, ``[]`` for the items
    of a list, ``{}`` for the values of a map, and ``$`` where a text holds JSON. ``service`` is
    the principal that will take the role; ``page`` documents it.
    """

    api: str
    operations: tuple[str, ...]
    path: str
    service: str
    page: str
