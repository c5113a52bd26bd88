"""Checks on plans: our own on the model of all plans, and our pack for checkov."""
