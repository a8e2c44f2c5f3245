"""Read what a URL says, and write URLs: the grammar, signatures, paths, and markup for pages."""
