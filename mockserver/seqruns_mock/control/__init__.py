"""The mock under control: its data, troubles, clock and journal, and the HTTP API that reaches them."""
