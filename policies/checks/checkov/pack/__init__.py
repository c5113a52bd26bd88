"""Checks of our own for checkov, which loads this folder as files of its own."""
# checkov-digest: 3045022100aecd5b6c516abd97462fc3658eadd766e6417a70011c0364503916495078e876022037feb8e38edc03ffcf695e010324cbcdad65b3ac1047d1d409e88f9cd2d526bb
