"""Keep originals and derivatives: in memory, in a folder, or in a bucket."""
