// Texts of forms: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "form.yuan": ["元", "yuan"],
  "form.percent": ["%", "%"],
  "form.optional": ["选填", "optional"],
  "form.required": ["请填写", "This is needed"],
  "form.no_number": ["请填写数字", "This is no number"],
  "form.no_percent": ["请填写百分比", "This is no percentage"],
  "form.no_integer": ["请填写整数", "This must be a whole number"],
  "form.no_yuan": ["请填写金额，最多两位小数", "An amount has two decimals at most"],
  "form.no_url": ["请填写网址，或以 / 开头的站内路径", "This must be an address, or a path that begins with /"],
  "form.no_pattern": ["格式不正确", "It does not have the right form"],
  "form.not_zero": ["不能为 0", "It must not be 0"],
  "form.at_least": ["不能小于 {limit}", "It must be {limit} or more"],
  "form.at_most": ["不能大于 {limit}", "It must be {limit} or less"],
  "form.shortest": ["至少 {limit} 个字符", "It needs {limit} characters or more"],
  "form.longest": ["最多 {limit} 个字符", "It may have {limit} characters at most"],
  "form.most_items": ["最多 {limit} 项", "There may be {limit} at most"],
  "form.image": ["图片 {number} 的地址", "Address of picture {number}"],
  "form.add_image": ["添加图片", "Add a picture"],
  "form.remove_image": ["移除图片 {number}", "Remove picture {number}"],
  "form.image_hint": [
    "网址，或以 / 开头的站内路径；第一张用作封面",
    "An address, or a path that begins with /; the first one is the cover",
  ],
  "form.zone": ["按您所在时区填写：{zone}", "In your time zone: {zone}"],
  "form.conflict": [
    "您编辑期间，内容已被他人修改。刷新后会保留您改过的字段，请核对后再保存。",
    "Somebody else has changed it meanwhile. Reloading keeps the fields that you changed: look through it, then save again.",
  ],
  "form.rebase": ["刷新并保留我的修改", "Reload and keep what I typed"],
});
