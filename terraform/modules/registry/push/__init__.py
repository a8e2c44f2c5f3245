"""Bring the image that ``make image`` wrote into a file to a registry.

Terraform calls it at apply, on a machine that has Python 3.9 or newer and maybe nothing else: it imports the
standard library alone, and asks no engine.
"""
