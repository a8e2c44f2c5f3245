"""Hold the tags of ``{% load resizer %}``."""
