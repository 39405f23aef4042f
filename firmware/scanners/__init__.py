"""Handheld scanners: a keyboard that the station owns, or a serial line."""
