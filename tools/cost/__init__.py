"""Estimate the cost of the deployed loop, in USD, from counts and prices.

============ ================================================
`prices`     AWS's price for each item
`model`      the amount of each item that a view or a month uses
`attack`     the same for a day of an attack, and its tables
`freshness`  the same for originals that change, and its table
`beforehand` the same for derivatives made before anybody asks, and its table
`tables`     the other tables, in Markdown
============ ================================================

``python -m tools.cost`` prints every table. ``python -m tools.cost month --views 5e6`` prints one for other
figures. docs/cost.md explains the tables and has those of the defaults. `tools.documents` writes them there.
Nothing here asks AWS.
"""
