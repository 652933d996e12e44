// Texts of the login: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "login.title": ["员工登录", "Staff login"],
  "login.username": ["用户名", "Username"],
  "login.password": ["密码", "Password"],
  "login.submit": ["登录", "Log in"],
});
