"""Serial Shipping Container Codes: one number for each parcel, anywhere.

Source: GS1 General Specifications, section 3.2.1 (AI 00), section 7.9 (check digit); section 5.4 (GS1-128 symbols).
"""

from dataclasses import dataclass

from hub.domain.gtin import check_digit

DIGITS = 18
PLATES_APART = 5
"""A plate's extension digit is so many after that of parcels."""


class NoMoreNumbers(ValueError):
    """The serial number does not fit behind the company prefix."""


def sscc(prefix: str, serial: int, *, extension: int = 0) -> str:
    """The 18 digits of a parcel.

    Args:
        prefix: The GS1 company prefix, 7 to 10 digits.
        serial: The parcel's number, from 0.
        extension: One digit of the company's choice.

    Raises:
        NoMoreNumbers: all serial numbers of this extension digit have been given.

    >>> sscc("0614141", 123456789)
    '006141411234567890'
    """
    room = DIGITS - 2 - len(prefix)
    digits = f"{serial:0{room}d}"
    if len(digits) > room:
        raise NoMoreNumbers(
            f"Expected a serial number of at most {room} digits behind the GS1 prefix {prefix}, got {serial}."
            " Take the next extension digit (sscc_extension of shipping.toml) and a new sscc_first."
        )
    body = f"{extension}{prefix}{digits}"
    return body + check_digit(body)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers that a site gives its parcels."""

    prefix: str
    extension: int = 0
    first: int = 0
    """The serial number before the first parcel's."""

    def of(self, parcel: int) -> str:
        """The number of the site's so-manieth parcel, from 1. Raises: NoMoreNumbers."""
        return sscc(self.prefix, self.first + parcel, extension=self.extension)

    @property
    def plate_extension(self) -> int:
        """The extension digit of plates, so that no plate has the number of a parcel."""
        return (self.extension + PLATES_APART) % 10

    def of_plate(self, plate: int) -> str:
        """The number of a plate. Raises: NoMoreNumbers."""
        return sscc(self.prefix, plate, extension=self.plate_extension)

    def plate_of(self, number: str) -> int | None:
        """The plate of a number; None: it is not of one of ours.

        >>> Numbers(prefix="0614141").plate_of(Numbers(prefix="0614141").of_plate(77))
        77
        """
        head = f"{self.plate_extension}{self.prefix}"
        is_ours = len(number) == DIGITS and number.startswith(head) and number.isdecimal()
        return int(number[len(head) : -1]) if is_ours else None


def element_string(number: str) -> str:
    """What a GS1-128 symbol of the number reads as: application identifier 00 before it.

    >>> element_string("006141411234567890")
    '00006141411234567890'
    """
    return "00" + number
