"""Decide what will be done to a picture, from its header alone: no pixel is decoded here."""
