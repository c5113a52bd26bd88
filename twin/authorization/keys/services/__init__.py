"""The condition keys that services have of their own, one module for each family of services."""
