"""One module a command of `gatehouse`."""
