"""The demo data: three hotels with their rooms, the shop, and the guests and coupons of API and README."""

from typing import Any

NIGHTS_OPEN = 60


NON_REFUNDABLE: dict[str, Any] = {
    "name": "不可取消 Non-refundable",
    "adjustment_bp": -1000,
    "breakfasts": 2,
    "free_cancel_hours": None,
    "cancel_fee_bp": 10000,
    "payment": "full",
}
MEMBERS: dict[str, Any] = {
    "name": "会员专享 Members",
    "adjustment_bp": -500,
    "breakfasts": 2,
    "cancel_fee_bp": 0,
    "min_level": "member",
    "payment": "full",
}
DEPOSIT: dict[str, Any] = {
    "name": "三成订金 Deposit of 30 %",
    "breakfasts": 2,
    "free_cancel_hours": 48,
    "cancel_fee_bp": 0,
    "payment": "deposit",
    "deposit_bp": 3000,
}
THREE_NIGHTS: dict[str, Any] = {
    "name": "连住三晚 Three nights",
    "adjustment_bp": -1500,
    "breakfasts": 2,
    "free_cancel_hours": None,
    "cancel_fee_bp": 10000,
    "min_stay": 3,
    "payment": "deposit",
    "deposit_bp": 3000,
}


def _twin_plans(breakfast: int, breakfasts: int) -> list[dict[str, Any]]:
    more = {"name": f"{breakfasts} 份早餐 {breakfasts} breakfasts", "adjustment": breakfast, "breakfasts": breakfasts}
    at_hotel = {"name": "到店付款 Pay on arrival", "adjustment": 2000, "breakfasts": breakfasts - 1}
    return [
        {**more, "cancel_fee_bp": 0, "payment": "full"},
        {**at_hotel, "cancel_fee_bp": 0, "payment": "at_hotel"},
    ]


def _extras(breakfast: int, pick_up: int, late: int) -> list[dict[str, Any]]:
    return [
        {"name": "加一份早餐 One more breakfast", "price": breakfast, "per": "night"},
        {"name": "接机 Airport pick-up", "price": pick_up, "per": "stay"},
        {"name": "延至 18:00 退房 Check-out at 18:00", "price": late, "per": "stay"},
    ]


HOTELS: list[dict[str, Any]] = [
    {
        "staff": "chengdu",
        "extras": _extras(4800, 18000, 16000),
        "hotel": {
            "name": "驿站·成都宽窄巷子 Posthouse Chengdu",
            "city": "成都",
            "address": "青羊区长顺上街 127 号 127 Changshun Shangjie, Qingyang",
            "phone": "028-86600127",
            "latitude": 30.6697,
            "longitude": 104.0555,
            "tax_number": "91510105MA0DEM0001",
            "tax_rate_bp": 600,
            "description": (
                "宽窄巷子旁的一座老院子：灰瓦、竹影、檐下的灯。二十五间客房围着两进天井，茶室从早到晚有一壶热水。\n"
                "An old courtyard house beside the Kuanzhai Alleys: grey tiles, bamboo, lanterns under the eaves. "
                "Twenty-five rooms around two courts, and a tea room where the water is always hot."
            ),
            "images": ["/images/hotel-chengdu.svg", "/images/hotel-chengdu-tea-room.svg"],
            "tags": ["庭院 Courtyard", "茶室 Tea room", "近地铁 Metro nearby"],
        },
        "rooms": [
            {
                "name": "庭院大床房 Courtyard King",
                "plans": [NON_REFUNDABLE, MEMBERS, DEPOSIT],
                "price": 42800,
                "list_price": 56800,
                "units": 8,
                "floor": 1,
                "area": 32,
                "bed": "1.8 m 大床 King 1.8 m",
                "max_adults": 2,
                "max_children": 1,
                "included_adults": 2,
                "extra_child_price": 6000,
                "breakfasts": 2,
                "description": "落地窗朝向竹院，傍晚点灯。Full-height windows onto the bamboo court, lit at dusk.",
                "images": ["/images/room-courtyard-king.svg", "/images/detail-breakfast.svg"],
            },
            {
                "name": "巷景双床房 Alley Twin",
                "plans": _twin_plans(4800, 3),
                "price": 36800,
                "list_price": 46800,
                "units": 12,
                "floor": 2,
                "area": 28,
                "bed": "1.2 m 双床 Twin 1.2 m",
                "max_adults": 3,
                "max_children": 1,
                "included_adults": 2,
                "extra_adult_price": 12000,
                "extra_child_price": 6000,
                "breakfasts": 2,
                "description": "窗下是老巷，夜里很静。Above the old alley, and quiet at night.",
                "images": ["/images/room-alley-twin.svg", "/images/detail-breakfast.svg"],
            },
            {
                "name": "天府套房 Tianfu Suite",
                "plans": [THREE_NIGHTS, DEPOSIT],
                "price": 88800,
                "weekend_price": 99800,
                "saturday_min_stay": 2,
                "list_price": 108800,
                "units": 3,
                "floor": 3,
                "area": 58,
                "bed": "2 m 大床 King 2 m",
                "max_adults": 4,
                "max_children": 2,
                "included_adults": 2,
                "extra_adult_price": 18000,
                "extra_child_price": 8000,
                "breakfasts": 2,
                "description": (
                    "卧室与客厅相连，浴缸临窗，远处是雪山的方向。"
                    "A bedroom that opens into a sitting room, a bath by the window, and the mountains to the west."
                ),
                "images": ["/images/room-tianfu-suite.svg", "/images/detail-bath.svg"],
                "free_cancel_hours": 72,
                "cancel_fee_bp": 5000,
            },
            {
                "name": "听竹钟点房 Bamboo Day Room",
                "price": 12800,
                "list_price": 16800,
                "units": 2,
                "floor": 4,
                "area": 22,
                "bed": "1.5 m 大床 Queen 1.5 m",
                "max_adults": 2,
                "max_children": 1,
                "included_adults": 2,
                "description": (
                    "转机或午后小憩：四小时，可淋浴，有茶。"
                    "For a long transfer or a nap in the afternoon: four hours, a shower and tea."
                ),
                "images": ["/images/room-courtyard-king.svg", "/images/hotel-chengdu-tea-room.svg"],
                "free_cancel_hours": 2,
                "day_use": {"hours": 4, "from": "08:00", "to": "20:00"},
            },
        ],
    },
    {
        "staff": "shenzhen",
        "extras": _extras(5800, 22000, 20000),
        "hotel": {
            "name": "驿站·深圳湾 Posthouse Shenzhen Bay",
            "city": "深圳",
            "address": "南山区望海路 1088 号 1088 Wanghai Road, Nanshan",
            "phone": "0755-26881088",
            "latitude": 22.4858,
            "longitude": 113.9405,
            "tax_number": "91440305MA0DEM0002",
            "tax_rate_bp": 600,
            "description": (
                "深圳湾畔，推窗见海与大桥；到科技园十分钟。大堂向海敞开，傍晚看白鹭归巢。\n"
                "Rooms over Shenzhen Bay and its long bridge, ten minutes from the science park. "
                "The lobby opens to the water; egrets come home at dusk."
            ),
            "images": ["/images/hotel-shenzhen.svg", "/images/hotel-shenzhen-lobby.svg"],
            "tags": ["海景 Bay view", "健身房 Gym", "近科技园 Science park"],
        },
        "rooms": [
            {
                "name": "海景大床房 Bay King",
                "plans": [NON_REFUNDABLE, MEMBERS, DEPOSIT],
                "price": 52800,
                "list_price": 68800,
                "units": 10,
                "floor": 1,
                "area": 35,
                "bed": "1.8 m 大床 King 1.8 m",
                "max_adults": 2,
                "max_children": 1,
                "included_adults": 2,
                "extra_child_price": 8000,
                "breakfasts": 2,
                "description": "整面窗都是海，床朝着日落。A wall of sea, and a bed that faces the sunset.",
                "images": ["/images/room-bay-king.svg", "/images/detail-bath-bay.svg"],
            },
            {
                "name": "城景双床房 City Twin",
                "plans": _twin_plans(5800, 2),
                "price": 45800,
                "list_price": 58800,
                "units": 14,
                "floor": 2,
                "area": 30,
                "bed": "1.2 m 双床 Twin 1.2 m",
                "max_adults": 3,
                "max_children": 1,
                "included_adults": 2,
                "extra_adult_price": 15000,
                "extra_child_price": 8000,
                "breakfasts": 1,
                "description": "对着后海的灯火，有一张像样的书桌。The lights of Houhai, and a desk worth the name.",
                "images": ["/images/room-city-twin.svg", "/images/detail-breakfast.svg"],
            },
        ],
    },
    {
        "staff": "beijing",
        "extras": _extras(5800, 20000, 20000),
        "hotel": {
            "name": "驿站·北京鼓楼 Posthouse Beijing Drum Tower",
            "city": "北京",
            "address": "东城区鼓楼东大街 46 号 46 Gulou East Street, Dongcheng",
            "phone": "010-64040046",
            "latitude": 39.9408,
            "longitude": 116.3968,
            "tax_number": "91110101MA0DEM0003",
            "tax_rate_bp": 600,
            "description": (
                "鼓楼后身，老驿院改成的十五间客房。秋天银杏落满屋脊，屋顶可以坐到掌灯。\n"
                "Behind the Drum Tower: fifteen rooms in an old courier yard. In autumn the ginkgo covers the ridges, "
                "and the roof is yours until the lamps are lit."
            ),
            "images": ["/images/hotel-beijing.svg", "/images/hotel-beijing-roof.svg"],
            "tags": ["胡同 Hutong", "屋顶 Roof terrace", "四合院 Siheyuan"],
        },
        "rooms": [
            {
                "name": "胡同大床房 Hutong King",
                "plans": [NON_REFUNDABLE, MEMBERS, DEPOSIT],
                "price": 58800,
                "list_price": 72800,
                "units": 6,
                "floor": 1,
                "area": 30,
                "bed": "1.8 m 大床 King 1.8 m",
                "max_adults": 2,
                "max_children": 1,
                "included_adults": 2,
                "extra_child_price": 8000,
                "breakfasts": 2,
                "description": "窗外是连绵的灰瓦与鼓楼。Grey roofs to the horizon, and the Drum Tower above them.",
                "images": ["/images/room-hutong-king.svg", "/images/detail-breakfast.svg"],
            },
            {
                "name": "四合院双床房 Siheyuan Twin",
                "plans": _twin_plans(5800, 3),
                "price": 49800,
                "list_price": 62800,
                "units": 9,
                "floor": 2,
                "area": 27,
                "bed": "1.2 m 双床 Twin 1.2 m",
                "max_adults": 3,
                "max_children": 1,
                "included_adults": 2,
                "extra_adult_price": 15000,
                "extra_child_price": 8000,
                "breakfasts": 2,
                "description": "木格窗对着院里的柿子树。Lattice windows onto the persimmon tree in the yard.",
                "images": ["/images/room-siheyuan-twin.svg", "/images/detail-breakfast.svg"],
            },
        ],
    },
]
"""What is not a field of a room type: `weekend_price` is the price of the nights of Friday and Saturday, a stay from
one Saturday on has at least `saturday_min_stay` nights, the numbers begin with `floor`, and `plans` are its rate plans.

Only one room has weekend prices and a fee for late cancels, so that the other rooms' prices stay easy to calculate
with. Two adults are in the price of every room. No plan makes a room cheaper than the cheapest one of its hotel without
a plan: whoever knows no plans finds each hotel for the price that they book. One room is sold by the hour."""

OWN = {"weekend_price", "saturday_min_stay", "floor", "plans"}
"""Those names."""

COUPON_TEMPLATES: list[dict[str, Any]] = [
    {
        "name": "欢迎券 Welcome",
        "kind": "welcome",
        "amount": 2000,
        "minimum_spend": 10000,
        "scope": "any",
        "valid_days": 30,
        "description": "满 100 元减 20 元。 20 yuan off an order of 100 or more.",
    },
    {
        "name": "再会券 Come again",
        "kind": "check_out",
        "amount": 3000,
        "minimum_spend": 20000,
        "scope": "any",
        "valid_days": 30,
        "description": "满 200 元减 30 元。 30 yuan off an order of 200 or more.",
    },
]

GOODS: list[dict[str, Any]] = [
    {
        "name": "驿站香薰 Courier Candle",
        "price": 12800,
        "stock": 120,
        "description": "雪松与墨，大堂里的那个味道；约燃四十小时。Cedar and ink, the scent of our lobbies; 40 hours.",
        "images": ["/images/goods-candle.svg"],
    },
    {
        "name": "手工皮质行李牌 Luggage Tag",
        "price": 8800,
        "stock": 200,
        "description": "植鞣牛皮，手工缝制，越用越深。Vegetable-tanned, hand-stitched; it darkens with the miles.",
        "images": ["/images/goods-luggage-tag.svg"],
    },
    {
        "name": "川红工夫茶 Sichuan Black Tea",
        "price": 16800,
        "stock": 80,
        "description": "宜宾早春红茶，铁罐 100 克。Early spring black tea from Yibin, a tin of 100 g.",
        "images": ["/images/goods-black-tea.svg"],
    },
    {
        "name": "搪瓷杯 Enamel Mug",
        "price": 5800,
        "stock": 160,
        "description": "客房同款，350 毫升，磕碰也好看。The mug of our rooms, 350 ml; it wears its chips well.",
        "images": ["/images/goods-enamel-mug.svg"],
    },
    {
        "name": "驿路手账 Road Notebook",
        "price": 6800,
        "stock": 140,
        "description": "线装，竹浆纸 160 页，平摊不翘。Thread-bound, 160 pages of bamboo paper, opens flat.",
        "images": ["/images/goods-notebook.svg"],
    },
    {
        "name": "桑蚕丝眼罩 Silk Eye Mask",
        "price": 9800,
        "stock": 90,
        "description": "22 姆米桑蚕丝，轻而不透光。Mulberry silk of 22 momme, light and dark at once.",
        "images": ["/images/goods-eye-mask.svg"],
    },
]

UPCOMING_SALE: dict[str, Any] = {"price": 4900, "stock": 30, "days": 7, "hour": 10}
"""The sale of the second article: it begins tomorrow at this hour in Shanghai."""

FLASH_SALE: dict[str, Any] = {"price": 6900, "stock": 20, "days": 30}
"""The only open sale, of the first article."""

GUESTS: list[dict[str, str]] = [
    {"phone_number": "13800138000", "nickname": "韩梅梅"},
    {"phone_number": "13900139000", "nickname": "李雷"},
    {"phone_number": "13700137000", "nickname": "Anna Bell"},
]
"""Guests whom WeChat knows and Posthouse does not know yet: they have not logged in."""
