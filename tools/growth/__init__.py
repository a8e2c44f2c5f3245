"""Show how costs grow: a table and plots of the points that ``bench/growth.py`` measured."""
