"""Trials: an approved version behind an endpoint of the account that builds, to be tried out."""
