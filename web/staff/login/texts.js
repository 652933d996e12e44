// Texts of the login: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "login.ended": [
    "您的账号刚被修改，请重新登录，已填写的内容会保留",
    "Your account was changed. Log in again. What you typed is kept.",
  ],
  "login.role": ["角色", "Role"],
  "login.change_password": ["修改密码", "Change password"],
  "login.change_password_about": [
    "修改后，您在其他设备上的登录会在一分钟内失效。",
    "Your logins on other devices end within a minute.",
  ],
  "login.current_password": ["当前密码", "Current password"],
  "login.new_password": ["新密码", "New password"],
  "login.new_password_hint": ["至少 8 个字符", "At least 8 characters"],
  "login.password_changed": ["密码已修改", "Your password is changed."],
  "login.expired": [
    "登录已过期，请重新登录，已填写的内容会保留",
    "Your session has expired. Log in again. What you typed is kept.",
  ],
  "login.title": ["员工登录", "Staff login"],
  "login.motto": ["有客远来，一间好房。", "A good room for every traveller."],
  "login.username": ["用户名", "Username"],
  "login.password": ["密码", "Password"],
  "login.submit": ["登录", "Log in"],
  "login.demo": ["演示账号", "Demo accounts"],
  "login.demo_hint": ["点击即可登录，密码都是 {password}", "Press one to log in. The password is {password}."],
  "login.demo.admin": ["集团管理员", "Group admin"],
  "login.demo.chengdu": ["成都店", "Chengdu hotel"],
  "login.demo.shenzhen": ["深圳店", "Shenzhen hotel"],
  "login.demo.beijing": ["北京店", "Beijing hotel"],
});
