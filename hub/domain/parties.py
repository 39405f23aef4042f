"""Who sends and who receives: names and addresses as documents and carriers need them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Party:
    """A sender or a recipient. ``country`` as orders name it."""

    name: str
    street: str = ""
    more: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    tax_id: str = ""
    eori: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as it is written on a label, empty lines left out."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return tuple(line for line in (self.name, self.street, self.more, town, self.region, self.country) if line)
