"""The command `seqruns serve`."""
