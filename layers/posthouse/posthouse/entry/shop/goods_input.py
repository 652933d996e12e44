"""Input: an article, from staff."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from posthouse.domain.goods import MAX_STOCK, Goods
from posthouse.domain.money import Money
from posthouse.entry.fields import Images, Name, Price, Text
from posthouse.entry.inputs import Input

Stock = Annotated[int, Meta(ge=0, le=MAX_STOCK)]


class GoodsText(Input):
    """An article's fields, without its stock."""

    name: Name
    price: Price
    description: Text = ""
    images: Images = ()
    on_sale: bool = True

    def to_goods(self, goods_id: str, version: int) -> Goods:
        """Returns the article in the given version."""
        return Goods(
            goods_id=goods_id,
            name=self.name,
            price=Money(self.price),
            description=self.description,
            images=self.images,
            on_sale=self.on_sale,
            version=version,
        )
