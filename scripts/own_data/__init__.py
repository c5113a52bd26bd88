"""From somebody's own CSV to the description of a model: read, guessed, checked, written."""
