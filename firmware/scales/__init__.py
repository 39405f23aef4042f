"""Scales: one protocol a file, each a pure codec, and the line that carries it."""
