"""The demonstration: a simulated floor. Nothing else of the hub knows of it."""
