"""The command `seqruns check`."""
