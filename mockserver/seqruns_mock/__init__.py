"""The mock: a Flask server that answers *List Sequence Runs* by the contract, over runs held in memory."""
