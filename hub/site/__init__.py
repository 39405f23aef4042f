"""A site's files: read, checked, taken into the database, and what of them changed since."""
