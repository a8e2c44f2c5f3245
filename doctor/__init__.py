"""Read a deployed stack through AWS's API, and say what is wrong with it.

``python -m doctor`` prints the faults. Tests walk an emulated loop that is made from the stack.

============ ====================================================================
`names`      where to look: the output ``stack`` of the Terraform configuration
`facts`      AWS's answers, in the words of its API, without judgement
`reading`    asks AWS; no other package uses boto3
`policies`   what a policy allows
`loop`       the emulated loop of ``local_loop``, made only from the facts
`findings`   the doctor's answers: right, wrong, or not known
`checks`     facts that must hold, one by one, with the rule of docs/loop.md
`visits`     a few GETs that show that the loop ends
`diagnosis`  why one address fails: its hops, and a table of faults
============ ====================================================================

Nothing here is on the path of a request. Only the visits and the diagnosis change something: they leave one
derivative.
"""
