"""What must never be possible, said so that a reviewer can read it, and proved over the plans."""
