"""Resize pictures from the command line, and write addresses for pages."""
