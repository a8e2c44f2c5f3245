"""Keep derivatives in step with their originals: find what has outlived its original, and remove it."""
