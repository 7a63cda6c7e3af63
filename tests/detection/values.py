"""The values of the truth matrix: invented, none of them within another, so that every further hit is a false one."""

from __future__ import annotations

from harness.model.facts import PersonaValue, Source

VALUES = {
    "FULL_NAME": ("name", "Ann Quillfeather"),
    "ACCENTED_NAME": ("name", "Zoë Ångström-Núñez"),
    "LONG_S_NAME": ("name", "Jürgen Großkreuz"),
    "CYRILLIC_NAME": ("name", "Екатерина Соколова"),
    "GREEK_NAME": ("name", "Ελένη Παπαδοπούλου"),
    "ARABIC_NAME": ("name", "فاطمة الزهراء"),
    "CHINESE_NAME": ("name", "欧阳静怡女士"),
    "JAPANESE_NAME": ("name", "さくら山田花子"),
    "KOREAN_NAME": ("name", "김민서박지훈"),
    "EMOJI_NAME": ("name", "🦊 Foxglove 🌙"),
    "APOSTROPHE_NAME": ("name", "Siobhán O'Connor-Byrne"),
    "EMAIL": ("email", "ann.quill@example.com"),
    "EMAIL_PLUS": ("email", "r.wren+bell_7@mail.example.org"),
    "EMAIL_UPPER": ("email", "Hatsue.Doorman@Example.NET"),
    "PHONE_E164": ("phone", "+12065550142"),
    "PHONE_SPACED": ("phone", "+49 30 901820 77"),
    "PHONE_BRACKETS": ("phone", "(415) 555-0199"),
    "IPV4": ("ip", "203.0.113.194"),
    "IPV6": ("ip", "2001:db8:85a3::8a2e:370:7334"),
    "MAC": ("mac", "02:1A:C7:5E:90:3B"),
    "ANDROID_ID": ("device_id", "9774d56d682e549c"),
    "ADVERTISING_ID": ("ad_id", "38400000-8cf0-11bd-b23e-10b96e40000d"),
    "IMEI": ("imei", "490154203237518"),
    "SERIAL": ("serial", "R58N40QXYZL"),
    "LATITUDE": ("location", "52.5200066"),
    "LONGITUDE": ("location", "-122.3320708"),
    "BIRTHDAY": ("birthday", "1987-11-23"),
    "STREET": ("address", "17b Larkspur Crescent, Flat 3"),
    "POSTCODE": ("address", "SW1W 0NY"),
    "CITY": ("address", "Llanfairpwllgwyngyll"),
    "PASSWORD_QUOTES": ("password", "p\"a's\\s/w&rd=%41+?"),
    "PASSWORD_RANDOM": ("password", "xK9#mQ2$vL7@wZ"),
    "TOKEN": ("user_id", "user-7f3c9e21b84d"),
    "CARD": ("payment", "4111 1111 1111 1111"),
    "SSID": ("network", "<Larkspur & Wren> 5GHz"),
    "NOTE": ("text", "Leave it with the neighbour,\nnumber 19; ring twice!"),
}

PERSONA = tuple(
    PersonaValue(name=name, category=category, value=value, source=Source.PLANTED)
    for name, (category, value) in VALUES.items()
)

# What would be found by chance, and is therefore searched as a hash at most.
TOO_LITTLE = {
    "FIRST_NAME": ("name", "Ann"),
    "PIN": ("password", "4711"),
    "HOUSE_NUMBER": ("address", "19"),
    "CONNECTION": ("network", "wifi"),
    "LANGUAGE": ("locale", "English"),
    "NOTHING": ("text", " "),
}
