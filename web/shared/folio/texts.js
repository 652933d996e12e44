// Texts of a stay's folio, which both apps show: [Chinese, English].
import { addTexts } from "../language.js";

addTexts({
  "folio.title": ["账单", "Folio"],
  "folio.charges": ["消费合计", "Charges"],
  "folio.paid": ["已付（已减退款）", "Paid, less refunds"],
  "folio.owes": ["待付", "Balance due"],
  "folio.credit": ["多付", "Credit"],
  "folio.even": ["已结清", "Settled"],
  "folio.kind.room": ["房费", "Room"],
  "folio.kind.extra": ["附加服务", "Extra"],
  "folio.kind.discount": ["优惠", "Discount"],
  "folio.kind.change": ["订单变更", "Change"],
  "folio.kind.fee": ["费用", "Fee"],
  "folio.kind.adjustment": ["调整", "Adjustment"],
  "folio.kind.payment": ["付款", "Payment"],
  "folio.kind.refund": ["退款", "Refund"],
  "folio.of.extra guests": ["加人费", "Extra guests"],
  "folio.of.coupon": ["优惠券", "Coupon"],
  "folio.of.points": ["积分抵扣", "Points"],
  "folio.of.cancelled": ["订单已取消，原有费用作废", "Cancelled: nothing of it is charged"],
  "folio.of.refunding": ["订单已取消，原有费用作废", "Cancelled: nothing of it is charged"],
  "folio.of.refunded": ["订单已全额退款，原有费用作废", "Fully refunded: nothing of it is charged"],
  "folio.of.no_show": ["客人未到店，原有费用作废", "No-show: nothing of it is charged"],
  "folio.of.payment": ["付款", "Payment"],
  "folio.method.wechat": ["微信支付", "WeChat Pay"],
  "folio.kept": ["{reason}，按取消规则保留", "{reason}: kept by the cancellation policy"],
});
