"""Work out what many originals cost, and how long they take: a formula, and a simulator beside it.

============ =======================================================================
`quotas`     what AWS allows and asks, each with its source
`model`      the formula: what a job uses, and which stage is the slowest
`simulator`  a job event by event: starts of processes, S3's partitions, 503, new attempts
`viewers`    the share of first views that find no free run: Erlang's formula, and events
`tables`     the tables of docs/scale.md, in Markdown
`plots`      its plots; ``python -m tools.scale.plots`` writes them into docs/scale/
`svg`        a chart with axes, as SVG
============ =======================================================================

``python -m tools.scale`` prints every table; docs/scale.md explains them. Nothing is asked of AWS.
"""
