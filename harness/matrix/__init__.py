"""The plan of a run over several machines: which shard plays what, how the work is balanced, how a plan is written."""
