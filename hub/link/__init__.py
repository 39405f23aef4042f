"""MQTT in and out."""
