"""One symbol that was read, and where in the picture it lies."""

from dataclasses import dataclass

Corner = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Symbol:
    """One symbol that was read."""

    text: str
    symbology: str
    """EAN-13, EAN-8, Code128, QRCode, DataMatrix and the opt-in ones; a UPC-A and a UPC-E are EAN-13."""
    corners: tuple[Corner, ...]
    """In pixels of the frame, clockwise from the symbol's own top left."""
    aim: str = ""
    """AIM symbology identifier, such as "]E0"; empty where it is not known.

    Source: ISO/IEC 15424.
    """
    raw: bytes = b""
    """The bytes as the reader gave them, before any spelling of ours; a GS1 separator is 1D."""

    @property
    def box(self) -> Box:
        """The upright rectangle around the corners."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def touches(self, other: "Symbol") -> bool:
        """Whether both lie on one spot."""
        a, b = self.box, other.box
        return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
