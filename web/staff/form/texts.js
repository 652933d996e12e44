// Texts of forms: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "form.yuan": ["元", "yuan"],
  "form.percent": ["%", "%"],
  "form.optional": ["选填", "optional"],
  "form.required": ["请填写", "Required"],
  "form.no_number": ["请填写数字", "Enter a number"],
  "form.no_percent": ["请填写百分比", "Enter a percentage"],
  "form.no_integer": ["请填写整数", "Enter a whole number"],
  "form.no_yuan": ["请填写金额，最多两位小数", "Enter an amount with up to two decimals"],
  "form.no_signed_yuan": [
    "请填写金额，最多两位小数，减价写负数",
    "Enter an amount with up to two decimals; less is negative",
  ],
  "form.night_free": ["一晚会低于 0.01 元", "A night would cost less than ¥0.01"],
  "form.deposit_only": ["只有付订金的方案才有，且必须填写", "It belongs to a deposit, and to no other way to pay"],
  "form.least_above_most": ["最多不能小于最少", "The most cannot be less than the least"],
  "form.ends_first": ["不能早于开始日期", "It cannot be before the first date"],
  "form.no_url": ["请填写网址，或以 / 开头的站内路径", "Enter a web address, or a path that begins with /"],
  "form.no_pattern": ["格式不正确", "The format is not valid"],
  "form.included_missing": [
    "设了加成人价，就要填房价包含几位",
    "With a price of an extra adult, say how many are in the room's price",
  ],
  "form.included_above": ["不能多于每间最多成人", "It cannot be above the adults at most"],
  "form.past": ["已经过去了", "It is in the past"],
  "form.after_stay": ["不能晚于住期", "It cannot be after the stay"],
  "form.not_zero": ["不能为 0", "It cannot be 0"],
  "form.at_least": ["不能小于 {limit}", "Enter {limit} or more"],
  "form.at_most": ["不能大于 {limit}", "Enter {limit} or less"],
  "form.shortest": ["至少 {limit} 个字符", "Enter at least {limit} characters"],
  "form.longest": ["最多 {limit} 个字符", "Enter at most {limit} characters"],
  "form.most_items": ["最多 {limit} 项", "At most {limit} items"],
  "form.image": ["图片 {number} 的地址", "Address of picture {number}"],
  "form.add_image": ["添加图片", "Add a picture"],
  "form.remove_image": ["移除图片 {number}", "Remove picture {number}"],
  "form.image_hint": [
    "网址，或以 / 开头的站内路径；第一张用作封面",
    "A web address, or a path that begins with /. The first picture is the cover.",
  ],
  "form.zone": ["按您所在时区填写：{zone}", "In your time zone: {zone}"],
  "form.conflict": [
    "在您编辑时，内容已被他人修改。刷新会保留您的修改，请核对后再保存。",
    "Someone else has changed this meanwhile. Reloading keeps what you typed. Check it, then save again.",
  ],
  "form.rebase": ["刷新并保留我的修改", "Reload and keep my changes"],
});
