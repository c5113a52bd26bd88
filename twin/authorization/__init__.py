"""Whether a request may be made: what it asks for, in which circumstances, and who decides it."""
