"""Models as data: what each is made of, what it must reach and how large it runs."""
