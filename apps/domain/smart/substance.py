"""What, who, which activity: whether a goal names something that can be seen."""

import re

from apps.domain.smart.text import Hit, any_of, hits

# Verbs and comparatives that say a direction and no act.
EN_VAGUE = (
    "achieve", "administer", "align", "better", "boost", "collaborate", "consider", "cooperate", "coordinate", "do",
    "drive", "enhance", "ensure", "excel", "expand", "explore", "facilitate", "focus", "foster", "get", "grow", "have",
    "help", "improve", "increase", "know", "lead", "learn", "leverage", "make", "manage", "maximize", "maximise",
    "minimize", "optimize", "optimise", "perform", "promote", "raise", "reduce", "strengthen", "streamline", "succeed",
    "support", "sustain", "transform", "understand", "work", "lower", "decrease", "be", "become", "feel", "want", "aim",
    "try", "strive", "start", "stop", "keep", "stay", "go", "see", "give", "need", "hope", "wish", "lose", "gain", "save",
)  # fmt: skip
EN_EFFORT = re.compile(
    r"\b(?:try(?:ing)?|strive|endeavou?r|do (?:my|our|your|their) best|work(?:ing)? (?:hard(?:er)?|more)|hard work"
    r"|give (?:it )?(?:my|our) (?:all|best)|make an effort|put in (?:more )?effort|aim to|hope to|be more \w+)\b"
)
# Nouns that every business has: they need a second word to be seen.
EN_GENERIC = frozenset(
    (
        "best", "better", "bigger", "business", "career", "client", "clients", "communication",
        "company", "considerably", "culture", "customer", "customers", "dramatically", "efficiency",
        "engagement", "faster", "fit", "fitness", "goal", "goals", "good", "great", "greatly",
        "growth", "happier", "happy", "health", "healthier", "higher", "job", "larger", "less",
        "life", "lot", "lower", "member", "members", "money", "morale", "more", "much", "new",
        "people", "performance", "person", "process", "processes", "productivity", "profit",
        "profits", "quality", "quicker", "rate", "rates", "really", "result", "results", "revenue",
        "revenues", "rich", "sales", "satisfaction", "school", "sell", "selling", "service",
        "services", "shape", "significantly", "skill", "skills", "smaller", "stronger", "stuff",
        "substantially", "success", "target", "targets", "team", "teams", "thing", "things", "very",
        "weight", "well", "work", "year", "years",
    )
)  # fmt: skip
EN_STOP = frozenset(
    (
        "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
        "been", "being", "by", "can", "could", "did", "do", "does", "due", "each", "every", "for",
        "from", "going", "had", "has", "have", "he", "her", "his", "i", "in", "into", "is", "it",
        "its", "just", "me", "my", "no", "not", "of", "on", "or", "our", "out", "over", "she",
        "should", "so", "some", "than", "that", "the", "their", "them", "then", "these", "they",
        "this", "those", "through", "to", "under", "up", "us", "want", "wants", "we", "will",
        "with", "would", "you", "your",
    )
)  # fmt: skip
WORD = re.compile(r"[a-z][a-z'-]+")

JA_EFFORT = re.compile(
    any_of(
        "頑張る", "頑張り", "がんばる", "努力する", "努力します", "努める", "努めます", "心掛ける", "心がける", "心掛け", "意識する",
        "意識して", "留意する", "注意する", "気を付ける", "気をつける", "一生懸命", "全力で", "全力を尽く", "徹底する", "注力する",
        "目指す", "目標とする", "積極的に", "協調して", "臨機応変に", "最善を尽く", "真剣に取り組",
    )
)  # fmt: skip
JA_RANGE = re.compile(
    any_of(
        "極力", "最大限", "なるべく", "可能であれば", "可能な限り", "許す限り", "出来るだけ", "できるだけ", "出来る限り", "できる限り",
        "ある程度", "必要に応じて", "もっと", "より一層", "さらに", "いろいろ", "様々な",
    )
)  # fmt: skip
JA_OTHERS = re.compile(
    r"(?:し|い|っ|き|ぎ|び|み|り)?て(?:もらう|いただく|もらえるよう)|やらせ(?:る|てもらう)|させる(?:こと)?$"
)
JA_VAGUE_VERB = (
    r"(?:上げ(?:る|たい|ます)|あげ(?:る|たい)|下げる|増やす|増やしたい|減らす|伸ばす|高め(?:る|たい)|強化(?:する|したい)?|向上(?:する|させる|させたい|を図る)?"
    r"|改善(?:する|したい)?|促進する|推進する|活性化(?:する)?|効率化(?:する)?|最適化(?:する)?|明確化(?:する)?|安定化(?:する)?|共有化(?:する)?"
    r"|充実(?:させる)?|拡大(?:する)?|図る|検討する|考慮する|良くする|よくする|成長(?:する|したい)?|貢献(?:する|したい)?|取り組む|対応する|支援する"
    r"|協力する|調整する|助言する|評価する|なる|なりたい|したい|する|します|目標|達成(?:する)?)"
)
JA_GENERIC = re.compile(
    r"売り?上げ?高?|売上|利益|業績|成績|数字|営業力|営業|能力|スキル|力|品質|質|生産性|効率|業務|仕事|満足度|顧客満足度?|モチベーション|コミュニケーション"
    r"|チーム|会社|組織|お客(?:様|さま)|顧客|サービス|成果|結果|認知度?|知名度|ブランド|トップ|一番|優秀|良い|立派"
)
JA_PARTICLES = re.compile(
    r"[をがはにへでともやのかなどから、。,.・!!??「」『』()\s]+|です|ます|こと|もの|ため|よう"
)
JA_TAIL = re.compile(JA_VAGUE_VERB + r"[。.!!]*$")

EN_TWO = re.compile(r"\band\b|;|\bas well as\b")
JA_TWO = re.compile(r"[、・]|および|及び|かつ|ならびに")

NO_PURPOSE = re.compile(
    r"\bjust because\b|\bfor the sake of\b|\b(?:don't|doesn't|does not|do not|not)\s+(?:directly\s+)?(?:drive|help|matter|contribute|relate|affect)\b"
    r"|\bunrelated\b|\birrelevant\b|とりあえず|なんとなく|一応|関係(?:の|が)?ない"
)
ABSURD = re.compile(
    r"\b(?:10x|ten\s?fold|tenfold|1000\s?%|100x|hundredfold)\b.*\b(?:week|month|day)\b|(?:10|十|百|100)倍.*(?:今月|今週|1か月|1ヶ月|一か月|明日|今日)"
    r"|(?:今月|今週|1か月|1ヶ月|一か月|明日|今日).*(?:10|十|百|100)倍"
)


def english_substance(text: str) -> list[str]:
    """Words that name something in particular, after verbs of direction and generic nouns."""
    words = [word for word in WORD.findall(text) if word not in EN_STOP]
    return [
        word
        for word in words
        if word not in EN_GENERIC and not any(word in _forms(verb) for verb in EN_VAGUE)
    ]


def _forms(verb: str) -> set[str]:
    stem = verb.removesuffix("e")
    return {verb, f"{verb}s", f"{stem}ing", f"{stem}ed", f"{verb}d", f"{verb}{verb[-1]}ing", f"{verb}es"}


def japanese_substance(text: str) -> str:
    """What is left of a sentence without its vague ending, generic nouns and particles."""
    rest = JA_GENERIC.sub("", JA_TAIL.sub("", text))
    return JA_PARTICLES.sub("", JA_EFFORT.sub("", JA_RANGE.sub("", rest))).replace("\u25a1", "")


def effort(text: str) -> list[Hit]:
    return hits(EN_EFFORT, text) + hits(JA_EFFORT, text)


def open_ranges(text: str) -> list[Hit]:
    """As far as possible, as needed."""
    return hits(JA_RANGE, text)


def others_work(text: str) -> list[Hit]:
    """What somebody else would have to do."""
    return hits(JA_OTHERS, text)


def without_purpose(text: str) -> list[Hit]:
    return hits(NO_PURPOSE, text)


def absurd(text: str) -> list[Hit]:
    return hits(ABSURD, text)
