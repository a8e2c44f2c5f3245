"""Keep derivatives in step with their originals: find stale derivatives, and remove them."""
