"""The function that starts training on a push, on a schedule and by a new data object."""
