"""The gallery: mocks with one realistic fault each, and right ones that use the freedom of the contract.

The honest mock does not know them. Nothing here is imported until `serve` is asked for an exhibit or a list.
"""
