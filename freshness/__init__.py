"""Let derivatives follow their originals: delete what is stale, and let the CDN forget it."""
