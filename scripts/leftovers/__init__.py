"""What a run that was cut off made and noted nowhere, found where AWS gives the identifiers."""
