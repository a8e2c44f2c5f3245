"""Push the image file that ``make image`` wrote to a registry.

Terraform calls this at apply. The machine may have nothing but Python 3.9 or newer, so the package imports
only the standard library and calls no container engine.
"""
