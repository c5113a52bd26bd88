"""Policies that AWS enforces, as data, and how they are rendered."""
