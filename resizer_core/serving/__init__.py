"""Serve derivatives over HTTP, for every server and every framework."""
