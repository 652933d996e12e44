// Texts of the login: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "login.expired": [
    "登录已过期，重新登录后可继续；已填写的内容仍会保留",
    "Your login has expired: log in again to go on, nothing that you typed is lost",
  ],
  "login.title": ["员工登录", "Staff login"],
  "login.motto": ["有客远来，一间好房。", "A good room at the end of the road."],
  "login.username": ["用户名", "Username"],
  "login.password": ["密码", "Password"],
  "login.submit": ["登录", "Log in"],
  "login.demo": ["演示账号", "Demo accounts"],
  "login.demo_hint": ["点一下直接登录，密码都是 {password}", "One press logs in; the password is {password}"],
  "login.demo.admin": ["集团管理员", "Admin of the group"],
  "login.demo.chengdu": ["成都宽窄巷子店", "Hotel in Chengdu"],
  "login.demo.shenzhen": ["深圳店", "Hotel in Shenzhen"],
  "login.demo.beijing": ["北京店", "Hotel in Beijing"],
});
