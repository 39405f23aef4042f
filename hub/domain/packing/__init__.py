"""How goods go into a carton: as rigid boxes of whole millimetres, each let down from above onto what lies there."""
