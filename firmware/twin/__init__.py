"""Simulated metal: a twin of each device, which speaks what the real one speaks."""
