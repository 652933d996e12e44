// The routes of this area.
import { forAdmins } from "../parts.js";
import { Article } from "./article.js";
import { Coupons } from "./coupons.js";
import { FlashSale } from "./flash/flash_sale.js";
import { FlashSales } from "./flash/flash_sales.js";
import { Goods } from "./goods.js";
import { ShopOrder } from "./shop_order.js";
import { ShopOrders } from "./shop_orders.js";

export const ROUTES = [
  ["/goods", Goods],
  ["/goods/:goods_id", Article],
  ["/shop-orders", ShopOrders],
  ["/shop-orders/:order_no", ShopOrder],
  ["/flash-sales", FlashSales],
  ["/flash-sales/:sale_id", FlashSale],
  ["/coupons", Coupons],
].map(([path, page]) => [path, forAdmins(page)]);
