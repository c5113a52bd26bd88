"""Joins registry, verifiers and waivers into one review of all accounts' plans."""
