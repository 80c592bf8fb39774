"""The scripts: which characters, and which families of fonts draw them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LETTERS = frozenset(("Lo", "Lu", "Ll"))


@dataclass(frozen=True)
class Script:
    """Characters of one script.

    Attributes:
        name: name of the task, or of the group of classes.
        characters: in the order of their classes, without regard to what fonts have.
        families: families of the fonts, as their files are called before the hyphen.
        most: characters at most; of more, every n-th is taken.
    """

    name: str
    characters: str
    families: tuple[str, ...]
    most: int = 10_000

    @classmethod
    def of(cls, name: str, characters: str, *families: str) -> Script:
        """A script of the benchmark; its families without their `Noto`."""
        return cls(name, characters, tuple(f"Noto{family}" for family in families))


def _letters(name: str, first: int, last: int, *families: str, most: int = 24) -> Script:
    """The letters between two code points, both included; by default in the script's Noto Sans."""
    letters = (chr(point) for point in range(first, last + 1))
    of_script = "".join(each for each in letters if unicodedata.category(each) in LETTERS)
    return Script(name, of_script, families or (f"NotoSans{name}",), most)


ROOT = (
    _letters("Han", 0x4E00, 0x9FA5, "NotoSansCJK", "NotoSerifCJK", most=300),
    _letters("Hangul", 0xAC00, 0xD7A3, "NotoSansCJK", "NotoSerifCJK", most=60),
    _letters("Ethiopic", 0x1200, 0x1357, "NotoSansEthiopic", "NotoSerifEthiopic", most=50),
    _letters("Gujarati", 0x0A80, 0x0AFF, "NotoSansGujarati", "NotoSerifGujarati"),
    _letters("Gurmukhi", 0x0A00, 0x0A7F, "NotoSansGurmukhi", "NotoSerifGurmukhi"),
    _letters("Kannada", 0x0C80, 0x0CFF, "NotoSansKannada", "NotoSerifKannada"),
    _letters("Malayalam", 0x0D00, 0x0D7F, "NotoSansMalayalam", "NotoSerifMalayalam"),
    _letters("Sinhala", 0x0D80, 0x0DFF, "NotoSansSinhala", "NotoSerifSinhala"),
    _letters("Lao", 0x0E80, 0x0EFF, "NotoSansLao", "NotoSerifLao"),
    _letters("Tibetan", 0x0F40, 0x0F6C, "NotoSerifTibetan"),
    _letters("Myanmar", 0x1000, 0x109F, "NotoSansMyanmar", "NotoSerifMyanmar"),
    _letters("Khmer", 0x1780, 0x17B3, "NotoSansKhmer", "NotoSerifKhmer"),
    _letters("Tangut", 0x17000, 0x187F0, "NotoSerifTangut", most=50),
    _letters("Syllabics", 0x1401, 0x166C, "NotoSansCanadianAboriginal", most=50),
    _letters("Yi", 0xA000, 0xA48C, most=50),
    _letters("Vai", 0xA500, 0xA62B, most=40),
    _letters("Bamum", 0xA6A0, 0xA6EF),
    _letters("Cuneiform", 0x12000, 0x12399, most=50),
    _letters("EgyptianHieroglyphs", 0x13000, 0x1342E, most=50),
    _letters("AnatolianHieroglyphs", 0x14400, 0x14646, most=50),
    _letters("Nushu", 0x1B170, 0x1B2FB, most=40),
    _letters("LinearA", 0x10600, 0x10767, most=40),
    _letters("LinearB", 0x10000, 0x100FA, most=40),
    _letters("Miao", 0x16F00, 0x16F4A),
    _letters("MendeKikakui", 0x1E800, 0x1E8C4, most=40),
    _letters("PauCinHau", 0x11AC0, 0x11AF8),
    _letters("Oriya", 0x0B00, 0x0B7F),
    _letters("Thaana", 0x0780, 0x07B1),
    _letters("Syriac", 0x0710, 0x074F),
    _letters("NKo", 0x07C0, 0x07EA),
    _letters("Samaritan", 0x0800, 0x0815),
    _letters("Mandaic", 0x0840, 0x0858),
    _letters("Tifinagh", 0x2D30, 0x2D67),
    _letters("Glagolitic", 0x2C00, 0x2C5E),
    _letters("Runic", 0x16A0, 0x16EA),
    _letters("Ogham", 0x1681, 0x169A),
    _letters("Mongolian", 0x1820, 0x1878),
    _letters("Limbu", 0x1900, 0x191E),
    _letters("TaiLe", 0x1950, 0x1974),
    _letters("NewTaiLue", 0x1980, 0x19AB),
    _letters("TaiTham", 0x1A20, 0x1A54),
    _letters("Balinese", 0x1B05, 0x1B33),
    _letters("Sundanese", 0x1B83, 0x1BA0),
    _letters("Batak", 0x1BC0, 0x1BE5),
    _letters("Lepcha", 0x1C00, 0x1C23),
    _letters("OlChiki", 0x1C5A, 0x1C77),
    _letters("SylotiNagri", 0xA800, 0xA822),
    _letters("PhagsPa", 0xA840, 0xA873),
    _letters("Saurashtra", 0xA882, 0xA8B3),
    _letters("KayahLi", 0xA90A, 0xA925),
    _letters("Rejang", 0xA930, 0xA946),
    _letters("Javanese", 0xA984, 0xA9B2),
    _letters("Cham", 0xAA00, 0xAA4B),
    _letters("TaiViet", 0xAA80, 0xAAAF),
    _letters("MeeteiMayek", 0xABC0, 0xABE2),
    _letters("Ugaritic", 0x10380, 0x1039D),
    _letters("OldPersian", 0x103A0, 0x103CF),
    _letters("Shavian", 0x10450, 0x1047F),
    _letters("Osmanya", 0x10480, 0x1049D),
    _letters("CaucasianAlbanian", 0x10530, 0x10563),
    _letters("Cypriot", 0x10800, 0x1083F),
    _letters("Kharoshthi", 0x10A10, 0x10A35),
    _letters("OldSouthArabian", 0x10A60, 0x10A7C),
    _letters("OldTurkic", 0x10C00, 0x10C48),
    _letters("OldHungarian", 0x10C80, 0x10CB2),
    _letters("Brahmi", 0x11003, 0x11037),
    _letters("Kaithi", 0x11083, 0x110AF),
    _letters("SoraSompeng", 0x110D0, 0x110E8),
    _letters("Chakma", 0x11103, 0x11126),
    _letters("Sharada", 0x11183, 0x111B2),
    _letters("Newa", 0x11400, 0x11434),
    _letters("Tirhuta", 0x11480, 0x114AF),
    _letters("Siddham", 0x11580, 0x115AE),
    _letters("Modi", 0x11600, 0x1162F),
    _letters("Takri", 0x11680, 0x116AA),
    _letters("WarangCiti", 0x118A0, 0x118DF),
    _letters("Mro", 0x16A40, 0x16A5E),
    _letters("BassaVah", 0x16AD0, 0x16AED),
    _letters("PahawhHmong", 0x16B00, 0x16B2F),
)
"""Scripts of the root's classes.

Scripts with letters like those of the benchmark are left out: Coptic, Cherokee, Lisu, Deseret,
Gothic, Old Italic and their neighbours.
"""

BENCHMARK = (
    Script.of("arabic", "ابةتثجحخدذرزسشصضطظعغفقكلمنهوي", "SansArabic", "KufiArabic", "NaskhArabic"),
    Script.of(
        "armenian", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ", "SansArmenian", "SerifArmenian"
    ),
    Script.of("bengali", "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ", "SansBengali", "SerifBengali"),
    Script.of("bengali_digits", "০১২৩৪৫৬৭৮৯", "SansBengali", "SerifBengali"),
    Script.of("cyrillic", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "Sans", "Serif", "SerifDisplay"),
    Script.of(
        "devanagari", "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह", "SansDevanagari", "SerifDevanagari"
    ),
    Script.of("georgian", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "SansGeorgian", "SerifGeorgian"),
    Script.of("greek", "αβγδεζηθικλμνξοπρσςτυφχψω", "Sans", "Serif", "SerifDisplay"),
    Script.of("hebrew", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "SansHebrew", "SerifHebrew", "RashiHebrew"),
    Script.of(
        "hiragana",
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
        "SansCJK",
        "SerifCJK",
    ),
    Script.of(
        "katakana",
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
        "SansCJK",
        "SerifCJK",
    ),
    Script.of("latin", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "Sans", "Serif", "SerifDisplay"),
    Script.of("tamil", "அஆஇஈஉஊஎஏஐஒஓகஙசஜஞடணதநனபமயரறலளழவஷஸஹ", "SansTamil", "SerifTamil"),
    Script.of("telugu", "కఖగఘచఛజఝటఠడఢణతథదధనపఫబభమయరలళవశషసహ", "SansTelugu", "SerifTelugu"),
    Script.of(
        "thai", "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ", "SansThai", "SerifThai", "LoopedThai"
    ),
)
"""Scripts of the benchmark, a task each.

All are drawn at one size, so no two characters of a script differ in size alone.
"""
