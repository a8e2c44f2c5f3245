"""A deployed stack, read back through AWS's API.

``python -m doctor`` says what is wrong with it, and tests walk the emulated loop that is made of it.

============ ====================================================================
`names`      where to look: the output ``stack`` of the Terraform configuration
`facts`      what AWS says, in the words of its API, without judgement
`reading`    asks AWS; the one package that knows boto3
`policies`   what a policy lets in
`loop`       the emulated loop of ``local_loop``, made of the facts alone
`findings`   what the doctor says: right, wrong, or not known
`checks`     facts that have to be so, one by one, with the rule of docs/loop.md
`visits`     the few GETs that show that the loop ends
`diagnosis`  why one address fails: its hops, and a table of faults
============ ====================================================================

Nothing here is on the path of a request, and nothing but the visits and the diagnosis changes anything: they
leave one derivative.
"""
