"""Documents that leave the house: what suppliers are sent."""
