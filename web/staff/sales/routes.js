// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";
import { forAdmins } from "../parts.js";

const Article = lazy(() => import("./article.js"), "Article");
const Coupons = lazy(() => import("./coupons.js"), "Coupons");
const FlashSale = lazy(() => import("./flash/flash_sale.js"), "FlashSale");
const FlashSales = lazy(() => import("./flash/flash_sales.js"), "FlashSales");
const Goods = lazy(() => import("./goods.js"), "Goods");
const ShopOrder = lazy(() => import("./shop_order.js"), "ShopOrder");
const ShopOrders = lazy(() => import("./shop_orders.js"), "ShopOrders");

export const ROUTES = [
  ["/goods", Goods],
  ["/goods/:goods_id", Article],
  ["/shop-orders", ShopOrders],
  ["/shop-orders/:order_no", ShopOrder],
  ["/flash-sales", FlashSales],
  ["/flash-sales/:sale_id", FlashSale],
  ["/coupons", Coupons],
].map(([path, page]) => [path, forAdmins(page)]);
