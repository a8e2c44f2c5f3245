"""Compare ``resize()`` with the ready-made calls of other programs."""
