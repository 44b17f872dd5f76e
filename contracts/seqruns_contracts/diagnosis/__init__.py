"""From findings to causes: which one wrong piece of the target predicts every answer that the contract does not."""
