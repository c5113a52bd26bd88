"""The condition keys that a request carries for one action on one resource, with true values."""

from __future__ import annotations

from twin.authorization.keys.assembly import is_modelled, keys, unknown_keys

__all__ = ["is_modelled", "keys", "unknown_keys"]
