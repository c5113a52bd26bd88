"""The one error of this package: a policy or a request that is not what AWS's grammar allows."""

from __future__ import annotations


class MalformedPolicy(Exception):
    """A policy that AWS would refuse, or whose meaning is not defined.

    ``address`` names the policy and the part of it; the text reads
    ``<address>: <must_hold>, got <got>``.
    """

    def __init__(self, address: str, must_hold: str, *, got: str) -> None:
        self.address = address
        self.must_hold = must_hold
        self.got = got
        super().__init__(f"{address}: {must_hold}, got {got}")
