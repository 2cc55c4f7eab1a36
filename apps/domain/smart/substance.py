"""What, who, which activity: whether a goal names something that can be seen."""

import re
from dataclasses import dataclass

from apps.domain.smart.text import Hit, any_of, hits

# Verbs of direction, of wishing, and of what goes on inside a head: none of them can be seen. The last
# group is what guides to learning objectives warn of (R. F. Mager, Preparing Instructional Objectives).
EN_VAGUE = frozenset(
    (
        "accelerate", "achieve", "administer", "align", "better", "boost", "collaborate", "consider", "contribute",
        "cooperate", "coordinate", "decrease", "develop", "do", "drive", "eliminate", "enhance", "ensure", "excel",
        "expand", "explore", "facilitate", "focus", "foster", "gain", "get", "give", "go", "grow", "handle", "have",
        "help", "improve", "increase", "keep", "lead", "leverage", "liaise", "lose", "lower", "maintain", "make",
        "manage", "maximise", "maximize", "minimise", "minimize", "optimise", "optimize", "perform", "promote", "provide",
        "raise", "reduce", "save", "start", "stay", "stop", "strengthen", "streamline", "succeed", "support",
        "sustain", "transform", "work",
        "aim", "be", "become", "feel", "hope", "like", "need", "plan", "strive", "try", "want", "wish",
        "appreciate", "believe", "enjoy", "familiarise", "familiarize", "grasp", "know", "learn", "realise", "realize",
        "relate", "remember", "see", "think", "understand",
    )
)  # fmt: skip
# What stands before the verb of a goal.
EN_LEAD = re.compile(
    r"^\W*(?:(?:my|our|the) (?:\w+ )?(?:goal|objective|aim|target)s? (?:is|are)\W+)?"
    r"(?:(?:[\w'-]+\s+){1,4}?(?:will|would like|wants?|needs?|should|must|shall|plans?|hopes?|aims?)\s+(?:be able\s+)?(?:to\s+)?"
    r"|(?:[\w]+(?:'m|'re|'s)|[\w]+ (?:am|are|is)) (?:going|hoping|planning|trying|looking) to\s+|to\s+)?"
)
# Comparatives and open amounts where a number would stand.
EN_OPEN = re.compile(
    r"\b(?:more|less|fewer|better|faster|quicker|higher|lower|stronger|bigger|greater|best|some|something|several|many"
    r"|a few|a lot|lots|various|significantly|substantially|dramatically|considerably|as much as|as many as)\b"
)
# How, where, with whom.
EN_PHRASE = re.compile(
    r"\b(?:by|through|using|via|with|at|in|into|for|from|to|on|onto|among|between|after|during|within|without|when|whenever|so that)\s+"
    r"(?:(?:a|an|the|my|our|your|their|his|her|its|each|every|all|new|one)\s+)*([a-z][a-z'-]+)"
)
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
        "growth", "happier", "happy", "health", "healthier", "effective", "efficient", "proficient", "successful", "confident", "higher", "job", "larger", "less",
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
    r"(?:し|い|っ|き|ぎ|び|み|り)?て(?:もらう|いただく|もらえるよう)|やらせ(?:る|てもらう)"
    # Somebody is made to do it; a number that is made to grow (増加させる) is one's own work.
    r"|(?:部下|メンバー|スタッフ|社員|従業員|職員|新人|後輩|担当者|チーム|全員|顧客|お客(?:様|さま)|相手)(?:たち)?に[^。、]*させる"
)
JA_VAGUE_VERB = (
    r"(?:上げ(?:る|たい|ます)|あげ(?:る|たい)|下げる|増やす|増やしたい|減らす|伸ばす|高め(?:る|たい)|強化(?:する|したい)?|向上(?:する|させる|させたい|を図る)?"
    r"|改善(?:する|したい)?|促進する|推進する|活性化(?:する)?|効率化(?:する)?|最適化(?:する)?|明確化(?:する)?|安定化(?:する)?|共有化(?:する)?"
    r"|充実(?:させる)?|拡大(?:する)?|図る|検討する|考慮する|良くする|よくする|成長(?:する|したい)?|貢献(?:する|したい)?|取り組む|対応する|支援する"
    r"|協力する|調整する|助言する|評価する|学ぶ|学びたい|慣れる|身につけ(?:る|たい)|身に付け(?:る|たい)|発揮(?:する)?|行動(?:する|します)|得る|つける|目標|達成(?:する)?"
    r"|になる|になりたい|ように(?:なる|なりたい)|なる|なりたい)"
)
JA_GENERIC = re.compile(
    r"売り?上げ?高?|売上|利益|業績|成績|数字|営業力|営業|能力|スキル|力|品質|質|生産性|効率|業務|仕事|満足度|顧客満足度?|モチベーション|コミュニケーション"
    r"|チーム|会社|組織|お客(?:様|さま)|顧客|サービス|成果|結果|認知度?|知名度|ブランド|トップ|一番|優秀|良い|立派"
)
JA_PARTICLES = re.compile(
    r"[をがはにへでともやのかなどから、。,.・!!??「」『』()\s]+|です|ます|こと|もの|ため|よう"
)
JA_TAIL = re.compile(JA_VAGUE_VERB + r"[。.!!]*$")
JA_OPEN = re.compile(
    r"もっと|多く(?:の|を)|より(?:多|良|よ|い|高|早|速)|色々|いろいろ|さまざま|様々|とにかく|なるべく"
)
JA_PURPOSE = re.compile(r"[^、。]*(?:ため(?:に|の)|ように(?!なる|なり|する|し)|べく)")
JA_IDIOM = re.compile(
    r"(?:に)(?:努め|貢献|なり|なる|取り組|励|向け|沿っ|おけ|おい|関す|対す|よる|より|困|慣れ|つい|とっ)|身に(?=つ|付)|ことを|(?:大幅|確実|着実|的|円滑|丁寧|迅速|正確|さら|常|特|非常)に|ように|として|ことが"
)
# Object, means or place, person or direction, company: one each. に after a deadline is blanked with it.
JA_CASE = re.compile(
    r"(?<=[^\s、。\u25a1])(?:を|で(?!す|き|の)|に|へ(?!の)|と(?=話|会|共|一緒|連携|面談|協)|から(?!の)|が(?=書|話|読|で|な|弾|使|作))"
)

NO_PURPOSE = re.compile(
    r"\bjust because\b|\bfor the sake of\b|\b(?:don't|doesn't|does not|do not|not)\s+(?:directly\s+)?(?:drive|help|matter|contribute|relate|affect)\b"
    r"|\bunrelated\b|\birrelevant\b|とりあえず|なんとなく|一応|関係(?:の|が)?ない"
)
ABSURD = re.compile(
    r"\b(?:10x|ten\s?fold|tenfold|1000\s?%|100x|hundredfold)\b.*\b(?:week|month|day)\b|(?:10|十|百|100)倍.*(?:今月|今週|1か月|1ヶ月|一か月|明日|今日)"
    r"|(?:今月|今週|1か月|1ヶ月|一か月|明日|今日).*(?:10|十|百|100)倍"
)


@dataclass(frozen=True)
class Details:
    """How much a text says of what is done: words of its own, and points for an act that can be seen,
    its object, its circumstances and its time, less what is left open."""

    words: int
    points: int


def english_details(text: str, rest: str, *, has_time: bool) -> Details:
    """``rest`` is the text with times and numbers blanked."""
    words = [word for word in WORD.findall(rest) if word not in EN_STOP]
    own = [word for word in words if word not in EN_GENERIC and not _is_vague(word)]
    lead = EN_LEAD.match(text)
    verb = WORD.match(text, lead.end() if lead else 0)
    acts = verb is not None and not _is_vague(verb[0]) and verb[0] not in EN_GENERIC | EN_STOP
    # What follows the verb; who is to do it makes nothing specific, and neither does an adverb.
    after = rest[verb.end() :] if verb else rest
    objects = [word for word in WORD.findall(after) if word in own and not word.endswith("ly")]
    # "Work on the migration": what directly follows a verb of direction is its object.
    first = 0 if acts else 2
    phrases = [
        match[1] for match in EN_PHRASE.finditer(after) if match[1] in objects and match.start() >= first
    ]
    points = int(acts) + (len(objects) >= 2) + (len(objects) >= 5) + bool(phrases)
    # A deadline makes an act specific, not a direction: "improve by June" says no more what to do.
    points += int(has_time and acts) - 2 * bool(EN_OPEN.search(rest))
    return Details(len(own), points)


def _is_vague(word: str) -> bool:
    return word in VAGUE_FORMS


def _forms(verb: str) -> set[str]:
    stem = verb.removesuffix("e")
    return {verb, f"{verb}s", f"{stem}ing", f"{stem}ed", f"{verb}d", f"{verb}{verb[-1]}ing", f"{verb}es"}


VAGUE_FORMS = frozenset(form for verb in EN_VAGUE for form in _forms(verb))


def japanese_details(text: str, rest: str, *, has_time: bool) -> Details:
    """``rest`` is the text with times and numbers blanked. Circumstances are counted by their
    particles; purposes (…ために, …ように) and idioms of direction (…に努める) are none."""
    plain = JA_EFFORT.sub("", JA_RANGE.sub("", rest))
    own = JA_PARTICLES.sub("", JA_GENERIC.sub("", JA_TAIL.sub("", plain))).replace("\u25a1", "")
    acts = JA_TAIL.search(plain) is None
    circumstances = len(JA_CASE.findall(JA_GENERIC.sub("、", JA_IDIOM.sub("", JA_PURPOSE.sub("", plain)))))
    points = min(2, circumstances) + int(has_time and acts) - bool(JA_OPEN.search(text))
    return Details(max(0, len(own) - 1), points)


def effort(text: str) -> list[Hit]:
    return hits(EN_EFFORT, text) + hits(JA_EFFORT, text)


def open_words(text: str) -> list[Hit]:
    """Comparatives and open amounts that stand where a number would."""
    return hits(EN_OPEN, text) + hits(JA_OPEN, text)


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


# A change of a number; two of them in one sentence are two goals.
CHANGE = re.compile(
    r"\b(?:increas|reduc|decreas|rais|boost|grow|lower|cut|improv|doubl|halv)(?:e|es|ed|ing|s)?\b"
    r"|上げ(?:る|て|、|つつ)?|下げ|増や|減ら|伸ば|高め|改善|向上|削減|短縮"
)


def changes(text: str) -> list[Hit]:
    """The verbs by which a number is to change, one for each clause."""
    return hits(CHANGE, text)
