"""`python -m seqruns` is the command `seqruns`."""

from seqruns.command import main

main()
