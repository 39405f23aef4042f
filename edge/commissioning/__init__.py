"""Putting a station into service: its devices tried one by one, without agent and hub."""
