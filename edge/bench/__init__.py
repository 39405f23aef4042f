"""Benchmarks that a person runs on a station: they measure, and change nothing."""
