"""The pictures that a station keeps of what its camera read: evidence, for a while."""
