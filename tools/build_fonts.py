"""
Build the fonts that stand in the package: Noto Serif SC and Noto Sans SC, cut to GB 2312, symbols and names.

Run by hand when the character set changes, never while installing:

    python -m pip install fonttools
    python tools/build_fonts.py [FOLDER WITH THE NOTO CJK COLLECTIONS]

The collections are those of Debian's `fonts-noto-cjk` (OFL-1.1; "Noto" is no reserved name). The families lose the
"CJK" of their name, so that a complete font on the same machine is never mistaken for the cut one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parent.parent / "src/yichuang/foundation/documents/fonts"
DEBIAN = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2
"""Where the Simplified Chinese font stands in each collection."""
LIMIT = 2_500_000

SYMBOLS = (
    "〔〕【】《》〈〉「」『』（）［］｛｝“”‘’、。，；：？！…—–·～￥¥€℃㎡㎥km²³±×÷≤≥≠≈‰№§©®™"
    "√✓□■◇◆○●△▲▽▼★☆→←↑↓↔⇒①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
    "〇「」ー─│┌┐└┘├┤┬┴┼═║╔╗╚╝\u3000\u00a0\u2002\u2003"
)
NAMES = (
    "喆堃镕翀珺瑄玥玘犇骉昇珮琤珅玙璟璠琬瑀璇琰琨瓘珣珑玎玢玚玭玹珂珒珙珝珞珩珽琎琏琐琚琛琥瑗瑭瑷璆璎璐璘璩璪瓒赟"
    "旻昉昕昀昃昪晅晗晞晙晟晢晤晧晳晫暄暐暕暹曈曦炆炅炜炫炀炘烜烨焓焯煊煜煦熠熹燊燚燏爔垚垭埕堉塬墉墡峣崟嵘嶙巍屾岽"
    "洺浠浥浔涵淇淏淼渌湉湜湲溦溱滢滟漪潆潇澍澧濂濛瀚灏沄沅沚泓泠泱洢洸洹彧彬彭忞怿恺恂悌惇愔慜憬懋扬抃拊昱杲杺枞柘柊"
    "栎栩桁桢梃梓棂棣椿楠榕槿樨橦檑檬欣歆毓毅琪祎祐祯祺禛禧秭稷穆筠筱箐篁簌粲纮绂绉绮绶缙缜羲翊翎翙翚翥翮翯聿芃芊芮芷"
    "苡苒苾茜茹荃荇荥莙莞菀菁菡萱葳葭蒨蓁蓓蔚蔺蕙蕤薇薰藜蘅虔蛟蝉衎裒裕觐訢誉誩譞谖谞谡谧贇赓跞轩辂辉辰迪逄逯遹邈邺郅"
    "郝郢郸鄢酆醴釪钊钧钰钺铂铄铉铎铖铠铤铭锃锘锜锟锳锴锶镝镥镭镱闫闵闿阆阗阙陟隽雩雯霁霂霄霈霏霖霭靓靖韪韫韬颀颉颋颙"
    "颢飏飒饬馥馨骁骅骊骐骞骥骧髙鲲鲤鳌鸢鸣鸾鹄鹍鹏鹞麒麟麾黛黻黼鼐龑龢龚仝仉佘佟佶俣俪倓倜偀偲傒僖儁兕冼勍勐勖匡卉卞"
    "卲厉叶吕听呙咏哿啟喻嘏囡圳坤坭埇奂奕姁姈姝姣姮娅娉婞婧婳婵媖媛媞媱嫄嫕嫣嬅嬴孚孜孛宓宬宸寔寯尕屹岑岚岺峤峰峻崧崴"
)

NAMES_TO_KEEP = {
    "NotoSerifCJK-Regular.ttc": ("NotoSerifSC-Regular.otf", "Noto Serif SC"),
    "NotoSerifCJK-Bold.ttc": ("NotoSerifSC-Bold.otf", "Noto Serif SC"),
    "NotoSansCJK-Regular.ttc": ("NotoSansSC-Regular.otf", "Noto Sans SC"),
    "NotoSansCJK-Bold.ttc": ("NotoSansSC-Bold.otf", "Noto Sans SC"),
}


def gb2312() -> set[str]:
    """List the 7,445 characters of GB 2312-1980."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[int]:
    """List every code point that the cut fonts shall have."""
    latin = {chr(code) for code in range(0x20, 0x7F)}
    return {ord(each) for each in gb2312() | latin | set(SYMBOLS) | set(NAMES)}


def build(source: Path, target: Path, family: str) -> int:
    """Cut one font, name it, write it and return its size."""
    options = subset.Options(hinting=False, desubroutinize=False, layout_features=["vert", "halt"], name_IDs=["*"])
    font = TTFont(source, fontNumber=SIMPLIFIED)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    bold = "Bold" in target.stem
    names = font["name"]
    names.names = [each for each in names.names if each.nameID in (0, 5, 7, 8, 11, 13, 14)]
    style = "Bold" if bold else "Regular"
    for number, text in {1: family, 2: style, 3: target.stem, 4: f"{family} {style}", 6: target.stem}.items():
        names.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [target.stem]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = f"{family} {style}", family
    font.save(target)
    return target.stat().st_size


def main(folder: Path) -> int:
    """Build all four; fail when one grew beyond the limit."""
    OUT.mkdir(parents=True, exist_ok=True)
    for source, (target, family) in NAMES_TO_KEEP.items():
        size = build(folder / source, OUT / target, family)
        print(f"{target}: {size:,} bytes")
        if size > LIMIT:
            print(f"{target} is bigger than {LIMIT:,} bytes", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN))
