"""Decide what will be done to a picture, from its header alone. No pixel is decoded here."""
