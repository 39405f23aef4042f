"""One flow a file: load what the decision needs, decide, apply, in one transaction."""
