"""What every section of a site's files shares."""

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all configuration sections share: unknown keys are errors."""
