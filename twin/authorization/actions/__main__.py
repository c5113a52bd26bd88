"""Prints the operations that would be refused because nobody knows what they ask for."""

from __future__ import annotations

import sys

from moto.core.utils import get_service_model

from twin.authorization.actions import UnknownAction, reader
from twin.authorization.actions.services import tables


def unknown(service: str) -> dict[str, str]:
    """Return the operations of a service that cannot be read, each with the reason."""
    found = {}
    for operation in get_service_model(service).operation_names:
        try:
            reader(service, operation)
        except UnknownAction as error:
            found[operation] = error.why
    return found


def main(services: list[str]) -> int:
    """Print what is not known of the named services, of all that have a table without names."""
    for service in services or sorted(tables()):
        for operation, why in unknown(service).items():
            print(f"{service}.{operation}: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
