"""What people do about releases: pin keys, approve, stop, and tell it all in a dossier."""
