"""The `gatehouse` command: it parses, wires and prints; what it wires lives elsewhere."""
