"""Station logic: what a station shows and which facts it tells, out of what its devices say. Pure: no I/O, no clock."""
