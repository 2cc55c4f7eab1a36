"""How much: quantities with a unit, changes from one value to another, clear yes-or-no states."""

import re

from apps.domain.smart.text import Hit, any_of, hits

SPELLED = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen",
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million",
    "billion", "dozen",
)  # fmt: skip
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MONEY = rf"[$\u20ac\u00a3\u00a5]\s?(?:{DIGITS})\s?(?:k|m|mm|b|bn|million|billion|thousand)?\b|(?:{DIGITS})\s?(?:usd|eur|gbp|jpy|yen|dollars|euros|pounds)\b"

# Numbers that count nothing: ages, versions, ranks, names, ranges of school classes.
EN_NOT_COUNTED = re.compile(
    r"\b(?:number|no\.?|#)\s?(?:one|two|three|\d)\b|\bone of (?:the|our)\b|\b(?:grades?|class(?:es)?|levels?|phases?|steps?|chapters?"
    r"|versions?|v|iso|article|section|room|route|ages?|aged|tiers?|types?|part|part)\s?\d[\d\-.:]*(?:\s?(?:-|to|and)\s?\d+)?"
    r"|\b[a-z]-?\d+(?:\s?-\s?\d+)?\b|\bk-\d+\b|\b\d+(?:st|nd|rd|th)\b(?!\s+(?:place|rank|position))"
    r"|\b\d+[- ]years?[- ]olds?\b|\b\d\.0\b(?!\s?(?:%|points?))|\b(?:b2b|b2c|d2c|web3|24/7|365)\b|\b\d+d\b"
)
JA_NOT_COUNTED = re.compile(
    r"\d+歳|\d+代(?!理)|第\d+|\d+年生|\d+期生|\d+課|\d+号|\d+級(?!以上)|iso\s?\d+|バージョン\s?\d[\d.]*|(?<![a-z])ver\.?\s?\d[\d.]*|\d+番(?!目)|\d+年目|\d+部(?![数])"
)
# Numerals that have become words, one by one, and all of one's strength: none of them counts anything.
IDIOM = re.compile(
    r"([一二三])(?:人ひとり|つ一つ|(\w)(?:\1\2))|一丸|一体|一緒|一層|一環|一定|一切|一貫|一般|一致|一新|一番|万全|十分(?!間|以内|前|後)|二の足|十二分"
    r"|100\s?%の力|(?<![\w.])1[01]0\s?%(?=\s*(?:commitment|effort|focus|dedication|energy|of (?:my|our) (?:best|effort|energy)))|\bgiv(?:e|ing)\b.{0,12}\b1[01]0\s?%|\bone of the\b"
)
PLACEHOLDER = re.compile(
    r"\b(?:x{1,3}|n|y|z)\s?(?:%|percent|customers?|clients?|leads?|calls?|deals?|sales|points?|units?|dollars?|people|new\b)"
    r"|\$\s?x+\b|\bx{1,3}\s?(?:to|->)\s?[xy]{1,3}\b|[\[<{(](?:number|amount|date|x|n|insert[^\])}>]*)[\]>})]"
    r"|[\u25cb\u25ef\u3007\u25cf\u25a1xn\u2606]{1,3}(?:件|社|人|名|円|%|回|個|万|本|割|点)|(?:いくつ|何)(?:件|社|人|円|回|%)|_{2,}|\btbd\b|\bn/a\b"
)

EN_CHANGE = re.compile(
    r"\bfrom\s+\S{1,12}\s+to\s+\S{1,12}|\b(?:[a-f][+-]?\s+to\s+(?:an?\s+)?|(?:to|of|least|earn|get|with)\s+(?:an?\s+)?(?:grade\s+of\s+)?)[b-f][+-]?(?=\s|$|[.,;])"
    r"|\b(?:doubl|tripl|quadrupl|halv)(?:e|es|ed|ing)\b|\b(?:two|three|four|five|ten)fold\b|\b\d+(?:\.\d+)?\s?x\b"
    r"|\b(?:in|by|cut in)\s+half\b|\btwice\b|\b(?:to|reach|achieve|with|have)\s+zero\b|\bzero\s+(?:\w+\s+)?(?:defects?|errors?|accidents?|incidents?|complaints?|injur\w+|bugs?|downtime)\b|\ball\s+\d+"
)
EN_PERCENT = re.compile(
    rf"(?:{DIGITS})\s?(?:%|percent(?:age points?)?|per cent|pct|points?|pts?|bps|basis points)"
)
EN_MONEY = re.compile(MONEY)
EN_COUNT = re.compile(
    rf"\b(?:{DIGITS})\s?(?:k|m)?\+?(?![\w%])\s*(?:[a-z][\w'-]*)|\b(?:{'|'.join(SPELLED)})(?:[\s-]+(?:{'|'.join(SPELLED)}))*\s+[a-z][\w'-]*"
    # A short span is how long something takes, not by when; "over 60" ends the thought.
    rf"|\b(?:{DIGITS}|{'|'.join(SPELLED)})[\s-](?:seconds?|minutes?|hours?|words?|pages?|steps?|points?)\b"
    rf"|\b(?:over|above|under|below|at least|at most|exceed(?:s|ing)?|by|than|to|of)\s+(?:{DIGITS})(?![\w%-])|\bone\s+(?:more|new|additional|extra)\s+[a-z]+"
    rf"|\b(?:once|twice)\b|\b(?:{DIGITS})\s?(?:h|hrs?|mins?|sec|kg|lbs?|km|mi|gb|mb|k|m)\b|(?<![\w/-])(?:{DIGITS})(?=\s*(?:$|[.,;)]))"
)
EN_STATE = re.compile(
    r"\b(?:win(?:ning|s)?|won|receiv(?:e|ing)|earn(?:ing)?|obtain(?:ing)?|gain(?:ing)?|get(?:ting)?|achiev(?:e|ing)|secur(?:e|ing))\s+"
    r"(?:[\w']+\s+){0,6}(?:award|certifi\w+|licen[cs]e|accreditation|degree|diploma|prize|medal|patent|promotion|championship|title)\b"
    r"|\bpass(?:ing)?\s+(?:[\w']+\s+){0,5}(?:exam\w*|test|audit|inspection|certification|course)\b"
    r"|\b(?:become|becoming|get|getting|be)\s+certified\b|\bcertified\s+(?:as|in)\b|\b(?:rank(?:ed)?|place[sd]?|finish(?:ed)?)\s+(?:first|second|third|1st|2nd|3rd|in the top \d+)\b"
    r"|\btop\s+(?:\d+|ten|five|three)\b"
)

JA_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
KANJI_NUMBER = r"[一二三四五六七八九十百千万億]+"
JA_COUNTERS = (
    "件", "社", "人", "名", "回", "本", "冊", "個", "つ", "円", "万円", "億円", "千円", "百万円", "兆円", "万", "億", "ドル",
    "%", "パーセント", "割", "分", "ポイント", "pt", "点", "倍", "位", "台", "枚", "通", "室", "戸", "棟", "軒", "校", "店", "店舗",
    "箇所", "か所", "カ所", "ヶ所", "部", "品", "品目", "種類", "案", "問", "語", "字", "文字", "ページ", "p", "kg", "キロ", "km", "cm",
    "m", "g", "t", "時間", "分間", "分以内", "秒", "歩", "杯", "匹", "頭", "組", "名様", "アカウント", "フォロワー", "pv", "uu", "cv", "リード",
    "商談", "アポ", "契約", "受注", "票", "件数", "級", "段", "着", "巻", "曲", "試合", "勝", "社員", "世帯", "席", "箱", "袋", "皿", "膳", "缶", "瓶", "行", "トン", "リットル", "往復",
)  # fmt: skip
# How long something takes is a quantity; by when it is to be done is none (see times).
JA_LENGTH = re.compile(
    rf"(?:時間|日数|期間|タイム|間隔)[がはをも]?[^、。]{{0,12}}?{JA_DIGITS}\s?(?:秒|分|時間|日|営業日|週間|か月|ヶ月)|{JA_DIGITS}\s?(?:秒|分|時間)(?:以内|間|未満|以下|以上|ほど|程度|以内で|で)"
    rf"|\d{{1,2}}(?:時|:\d\d)(?:\d{{1,2}}分|半)?(?:前|まで|以降|に|から)|\d+/\d+(?:以下|以上|未満|(?:に|へ|まで)(?:[^、。]{{0,4}}?)(?:減|縮|抑|圧縮|下げ|増|上げ|伸))"
)
RESPONSE = re.compile(
    r"\bwithin\s+(?:the\s+)?(?:\d+|an?|one|two|three|four|five|six)\s+(?:minutes?|hours?|(?:business |working )?days?)\s+(?:of|after)\b"
    r"|\d+\s?(?:営業日|日|時間|分)以内に?(?:返信|返答|回答|返事|連絡|対応|フォロー|送|折り返)"
)
JA_COUNT = re.compile(
    rf"(?:{JA_DIGITS}|{KANJI_NUMBER})\s?(?:{any_of(*JA_COUNTERS)})(?!歳)|[+-]\s?{JA_DIGITS}(?![\d年月日])"
    rf"|[\u00a5$\u20ac]\s?{JA_DIGITS}|{JA_DIGITS}(?:から|\u2192|->|\u21d2){JA_DIGITS}|(?:を|が|は|:|\s){JA_DIGITS}(?:に|へ|まで|以上|以下|を超)"
    rf"|倍増|半減|倍に|半分(?:に|以下|まで)|ゼロ(?!から|ベース)|全員(?!で|一|\u25a1)|全件|全社(?!一|で|\u25a1)|全店|皆無|{JA_DIGITS}\s?(?:以上|以下|未満|超)|前年比{JA_DIGITS}|{JA_DIGITS}台"
)
JA_STATE = re.compile(
    r"(?:合格|受賞|優勝|入賞|表彰|取得(?:する|を|$)|資格を取|免許を取|認定(?:される|を受)|昇進|昇格|首位|1位|一位|トップ\d+|上場|特許)"
)

# A rate that changes "by 5 %": of itself, or by five points?
EN_OF_RATE = re.compile(
    r"\brate\w*\b[^.;]{0,40}?\bby\s+\d+(?:\.\d+)?\s?%(?!\s?points?)|\bby\s+\d+(?:\.\d+)?\s?%(?!\s?points?)[^.;]{0,30}\brate\b"
)
JA_OF_RATE = re.compile(r"率[をがは]?\s?\+?\d+(?:\.\d+)?\s?%\s?(?:上げ|向上|改善|アップ|up|高め|増|下げ|減)")


def percent_or_points(text: str) -> list[Hit]:
    """Changes of a rate that can be read in two ways."""
    return hits(EN_OF_RATE, text) + hits(JA_OF_RATE, text)


def placeholders(text: str) -> list[Hit]:
    """``X customers``, ``○件``: a number still to be written."""
    return hits(PLACEHOLDER, text)


def uncounted(text: str) -> list[Hit]:
    """Numbers that are names, ages, ranks or versions."""
    return hits(EN_NOT_COUNTED, text) + hits(JA_NOT_COUNTED, text) + hits(IDIOM, text)


def amounts(text: str) -> list[Hit]:
    """Quantities and changes; call it on a text without times, placeholders and uncounted numbers."""
    patterns = (EN_CHANGE, EN_PERCENT, EN_MONEY, EN_COUNT, JA_COUNT)
    return [hit for pattern in patterns for hit in hits(pattern, text)]


def responses(text: str) -> list[Hit]:
    """How fast something follows: an answer within a day is a quantity and a time."""
    return hits(RESPONSE, text)


def lengths(text: str) -> list[Hit]:
    """How long something takes; to be read before deadlines are."""
    return hits(JA_LENGTH, text)


def states(text: str) -> list[Hit]:
    """Things that are either reached or not: an award won, an exam passed."""
    return hits(EN_STATE, text) + hits(JA_STATE, text)
