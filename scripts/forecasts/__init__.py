"""What a forecast says, for those who look at it: as a table, and as a chart in one file."""
