"""The folio of a stay with the tax that its charges contain, by the rate that its hotel tells now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.services.folios import read_folio
from posthouse.store import hotels

if TYPE_CHECKING:
    from collections.abc import Callable

    from posthouse.domain.booking import Booking
    from posthouse.domain.folio import Folio
    from posthouse.domain.money import Money


class TaxedFolio(Value):
    """A folio, with the rate of the tax that its charges contain; None where the hotel tells none."""

    folio: Folio
    tax_rate_bp: int | None

    @property
    def tax(self) -> Money | None:
        """The tax that the charges contain."""
        return None if self.tax_rate_bp is None else self.folio.charges.tax_contained(self.tax_rate_bp)


def read_taxed_folio(find: Callable[[], Booking | NotFound]) -> TaxedFolio | NotFound:
    """Returns the folio of the booking that ``find`` reads, with its hotel's tax. AWS calls: three reads."""
    found: list[Booking] = []

    def find_once_more() -> Booking | NotFound:
        booking = find()
        found[:] = [] if isinstance(booking, NotFound) else [booking]
        return booking

    folio = read_folio(find_once_more)
    if isinstance(folio, NotFound):
        return folio
    hotel = hotels.get_hotel(found[0].hotel_id)
    return TaxedFolio(folio, None if hotel is None else hotel.tax_rate_bp)
