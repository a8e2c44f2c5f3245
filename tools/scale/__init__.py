"""Work out the cost and the time of many originals, by a formula and by a simulator.

============ =======================================================================
`quotas`     AWS's quotas and prices, each with its source
`model`      the formula: the usage of a job, and its slowest stage
`simulator`  a job event by event: starts of processes, S3's partitions, 503, new attempts
`viewers`    the share of first views that find no free run: Erlang's formula, and events
`tables`     the tables of docs/scale.md, in Markdown
`plots`      its plots; ``python -m tools.scale.plots`` writes them to docs/scale/
`svg`        a chart with axes, as SVG
============ =======================================================================

``python -m tools.scale`` prints every table. docs/scale.md explains them. Nothing here asks AWS.
"""
