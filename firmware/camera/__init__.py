"""Cameras that read symbols."""
