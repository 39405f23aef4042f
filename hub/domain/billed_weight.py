"""What a carrier bills a parcel as: its weight, or its size, whichever is more."""

MG_PER_KG = 1_000_000


def billed_mg(weight_mg: int, sides_mm: tuple[int, int, int], *, mm3_per_kg: int) -> int:
    """The greater of weight and dimensional weight, in milligrams.

    Args:
        weight_mg: What the parcel weighs.
        sides_mm: Its sides.
        mm3_per_kg: How much room is billed as a kilogram: 5,000,000 for a divisor of 5000 cm3 a kilogram.

    Source: the rule of the carriers' own tariffs (divisors of 5000 and 6000 cm3 a kilogram are usual).

    >>> billed_mg(800_000, (300, 200, 100), mm3_per_kg=5_000_000)
    1200000
    """
    length, width, height = sides_mm
    return max(weight_mg, -(-length * width * height * MG_PER_KG // mm3_per_kg))
