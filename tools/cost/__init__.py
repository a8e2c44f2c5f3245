"""Estimate what the deployed loop costs, in USD: counts, prices, and what they come to.

============ ================================================
`prices`     what AWS asks for each item
`model`      how much of each item a view or a month uses
`attack`     the same for a day of an attack, and its tables
`freshness`  the same for originals that change, and its table
`beforehand` the same for derivatives that nobody asked for yet, and its table
`tables`     the other tables, in Markdown
============ ================================================

``python -m tools.cost`` prints every table, ``python -m tools.cost month --views 5e6`` one, for other
figures. docs/cost.md explains them, and holds what is printed for the defaults; `tools.documents` writes it
there. Nothing is asked of AWS.
"""
