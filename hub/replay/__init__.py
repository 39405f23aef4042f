"""Months of real orders through the hub's own code and storage, with a floor that takes no time and no MQTT."""
