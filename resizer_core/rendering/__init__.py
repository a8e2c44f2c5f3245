"""Carry a plan out with libvips. Nothing is decided here."""
