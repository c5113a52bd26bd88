"""Feature groups as data: their columns, and rows that become records of the offline store."""
