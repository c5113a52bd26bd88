"""Attacks on the applied platform, each a real sequence of calls that must be refused."""
