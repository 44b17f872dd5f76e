"""Findings as inline SVG."""
