"""Signed statements about releases, and the rules by which a target believes them."""
