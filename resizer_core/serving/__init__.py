"""Serve derivatives over HTTP: what every server and every framework has in common."""
