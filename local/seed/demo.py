"""What the demo data is: three hotels with their rooms, and the coupons of API and README."""

from typing import Any

NIGHTS_OPEN = 60

HOTELS: list[dict[str, Any]] = [
    {
        "staff": "chengdu",
        "hotel": {
            "name": "驿站·成都宽窄巷子 Posthouse Chengdu",
            "city": "成都",
            "address": "青羊区长顺上街 127 号 127 Changshun Shangjie, Qingyang",
            "phone": "028-86600127",
            "latitude": 30.6697,
            "longitude": 104.0555,
            "description": "A courtyard house beside the Kuanzhai Alleys. 宽窄巷子旁的院落。",
        },
        "rooms": [
            {"name": "庭院大床房 Courtyard King", "price": 42800, "list_price": 56800, "units": 8, "area": 32},
            {"name": "巷景双床房 Alley Twin", "price": 36800, "list_price": 46800, "units": 12, "area": 28},
            {"name": "天府套房 Tianfu Suite", "price": 88800, "list_price": 108800, "units": 3, "area": 58},
        ],
    },
    {
        "staff": "shenzhen",
        "hotel": {
            "name": "驿站·深圳湾 Posthouse Shenzhen Bay",
            "city": "深圳",
            "address": "南山区望海路 1088 号 1088 Wanghai Road, Nanshan",
            "phone": "0755-26881088",
            "latitude": 22.4858,
            "longitude": 113.9405,
            "description": "Rooms over the bay, ten minutes from the science park. 俯瞰海湾。",
        },
        "rooms": [
            {"name": "海景大床房 Bay King", "price": 52800, "list_price": 68800, "units": 10, "area": 35},
            {"name": "城景双床房 City Twin", "price": 45800, "list_price": 58800, "units": 14, "area": 30},
        ],
    },
    {
        "staff": "beijing",
        "hotel": {
            "name": "驿站·北京鼓楼 Posthouse Beijing Drum Tower",
            "city": "北京",
            "address": "东城区鼓楼东大街 46 号 46 Gulou East Street, Dongcheng",
            "phone": "010-64040046",
            "latitude": 39.9408,
            "longitude": 116.3968,
            "description": "Behind the Drum Tower, around an old courier yard. 鼓楼下的老驿院。",
        },
        "rooms": [
            {"name": "胡同大床房 Hutong King", "price": 58800, "list_price": 72800, "units": 6, "area": 30},
            {"name": "四合院双床房 Siheyuan Twin", "price": 49800, "list_price": 62800, "units": 9, "area": 27},
        ],
    },
]

COUPON_TEMPLATES: list[dict[str, Any]] = [
    {
        "name": "欢迎券 Welcome",
        "kind": "welcome",
        "amount": 2000,
        "minimum_spend": 10000,
        "scope": "any",
        "valid_days": 30,
        "description": "20 yuan off an order of 100 or more.",
    },
    {
        "name": "再会券 Come again",
        "kind": "check_out",
        "amount": 3000,
        "minimum_spend": 20000,
        "scope": "any",
        "valid_days": 30,
        "description": "30 yuan off an order of 200 or more.",
    },
]

GOODS: list[dict[str, Any]] = [
    {"name": "驿站香薰 Courier Candle", "price": 12800, "stock": 120, "description": "Cedar and ink. 雪松与墨。"},
    {"name": "手工皮质行李牌 Luggage Tag", "price": 8800, "stock": 200, "description": "Hand-stitched. 手工缝制。"},
    {
        "name": "川红工夫茶 Sichuan Black Tea",
        "price": 16800,
        "stock": 80,
        "description": "A tin of 100 g. 罐装。",
    },
]

FLASH_SALE: dict[str, Any] = {"price": 6900, "stock": 20, "days": 30}
"""One sale that is open, of the first article."""
