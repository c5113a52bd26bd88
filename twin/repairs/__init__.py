"""Corrections around operations that moto answers, but not as AWS does."""
