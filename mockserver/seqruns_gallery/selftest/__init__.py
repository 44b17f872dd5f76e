"""The kit tried on the gallery: it should catch every fault and spare every lawful variant.

The mock is used as any user would, by its command: the kit does not import it.
"""
