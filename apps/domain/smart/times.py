"""When: deadlines, periods and rhythms in a goal, apart from start dates and vague promises."""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from apps.domain.smart.text import Hit, any_of, hits

NUMBER = r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
UNIT = r"(?:days?|weeks?|months?|quarters?|years?|business days?|working days?|半年)"
MONTH_NAMES = [name.lower() for name in calendar.month_name[1:]]
MONTH = r"(?:" + "|".join(MONTH_NAMES) + r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
SPAN = r"(?:day|week|month|quarter|half|semester|term|season|year|fiscal year|fy|calendar year|sprint|decade)"
DAY_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?"
CALENDAR_DATE = (
    rf"(?:{MONTH}\s*{DAY_OF_MONTH}(?:,?\s*\d{{4}})?|{DAY_OF_MONTH}\s*(?:of\s+)?{MONTH}(?:,?\s*\d{{4}})?"
    rf"|{MONTH}\s*\d{{4}}|\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
)
POINT = (
    rf"(?:(?:mid|early|late)[\s-]+{MONTH}|{CALENDAR_DATE}|{MONTH}|{WEEKDAY}s?|q[1-4]|h[12]|\d{{4}}|fy\s?\d{{2,4}}"
    rf"|(?:the\s+)?(?:end|close|beginning|start|middle)\s+of\s+(?:the\s+)?(?:(?:this|next|coming|current|fiscal|calendar|our)\s+)*\w+|(?:year|month|quarter|week)[- ]?end"
    rf"|(?:this|next|the following)\s+{SPAN}|tomorrow|tonight|today|christmas|summer|winter|spring|autumn|fall|eoy|eoq|eom)"
)

# A start is no deadline, and neither is a promise without a date.
EN_START = re.compile(
    rf"\b(?:starting|beginning|commencing|effective|as of|from)\s+(?:on\s+|in\s+|from\s+)?(?:{POINT})"
    rf"(?!\s*(?:to|until|till|through|-))"
)
EN_VAGUE = re.compile(
    r"\b(?:soon(?:er)?|someday|some day|eventually|in the (?:near |foreseeable )?future|in the new year|one day"
    r"|as soon as possible|asap|at some point|in due course|over time|in the long (?:run|term)|when(?:ever)? possible"
    r"|going forward|ultimately|later on)\b"
)
EN_TIMES = re.compile(
    rf"\b(?:by|until|till|before|no later than|not later than|due(?: on| by)?|through)\s+(?:the\s+)?(?:{POINT})"
    rf"|\b(?:by|before)\s+(?:the\s+)?(?:end|close)\b"
    rf"|\b(?:within|inside|over|during|throughout|for|in|after)\s+(?:the\s+)?(?:(?:next|coming|following|first|last|past)\s+)?"
    rf"{NUMBER}[\s-]*{UNIT}\b"
    rf"|\b(?:within|over|during|throughout|for|in|by)\s+(?:the\s+)?(?:this|next|coming|following|current|upcoming|last|entire|whole)\s+{SPAN}\b"
    rf"|\b(?:during|throughout|in|for|on|over)\s+(?:the\s+)?(?:month of\s+)?(?:{CALENDAR_DATE}|{MONTH}|q[1-4]\b|h[12]\b|\d{{4}}\b|fy\s?\d{{2,4}})"
    rf"|\b(?:this|next|current|coming|fiscal)\s+{SPAN}\b|\b(?:this|next)\s+(?:{MONTH}|{WEEKDAY})\b"
    rf"|\b(?:q[1-4]|h[12]|fy\s?\d{{2,4}})\b|\b{CALENDAR_DATE}(?![\w%])"
    rf"|\b(?:per|each|every|a|an|once a|twice a|times a)\s+(?:working |business |other |single )?(?:day|week|month|quarter|year|{WEEKDAY})\b"
    rf"|\b(?:daily|weekly|monthly|quarterly|annually|yearly|fortnightly|hourly)\b"
    rf"|\b{NUMBER}[\s-]+(?:day|week|month|quarter|year)s?\s+(?:from now|period|window|deadline|time\s?frame)\b"
    rf"|\b(?:year|month|quarter|week)[- ]?end\b|\b(?:eoy|eoq|eom)\b|\bdeadline\b"
    rf"|\b(?:by|until|before|on)\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\b(?=\s*(?:$|[.,;]|of\b|each\b|every\b))|\bon\s+(?:weekdays|weekends|workdays)\b|\bsame[- ]day\b"
    r"|\b(?:every|each)\s+(?:morning|afternoon|evening|night|lunch\w*|meeting|visit)\b|\b(?:before|by|until)\s+(?:noon|midnight|lunch|\d{1,2}\s?(?:am|pm|:\d\d))\b"
    rf"|\b(?:in|within)\s+half\s+a\s+year\b|\bon\s+{WEEKDAY}s?\b"
    rf"|\bwithin\s+(?:the\s+)?(?:first\s+|next\s+)?{NUMBER}\s+(?:minutes?|hours?)\s+(?:of|after)\b"
    r"|\b(?:before|until|prior to)\s+(?:the|my|our|your|their|his|her)\s+(?!(?:customers?|clients?|prospects?|buyers?|partners?|others?|persons?|people|team)\b)(?:next\s+)?[a-z]+|\bby\s+mid-?\w+"
    r"|\b(?:before|by|until)\s+(?:the\s+|my\s+|our\s+|their\s+|his\s+|her\s+)?(?:\w+\s+)?(?:discharge|graduation|launch|meeting|exam|conference|event|release|go-live|deadline|renewal|trade fair|birthday|wedding|retirement|summer|winter|spring|autumn|fall|due date)\b"
)

KANJI = "〇一二三四五六七八九十"
JA_NUMBER = rf"(?:\d+|[{KANJI}]+|数|半)"
JA_UNIT = (
    r"(?:年度|年間|年|ヶ月|か月|カ月|ケ月|箇月|ヵ月|ヶ月間|か月間|月|週間|週|営業日|日間|日|四半期|半期|期)"
)
JA_NEAR = r"(?:今|来|再来|翌|当|本|次|毎|各)"
JA_SPAN = r"(?:日|週|月|期|年|年度|四半期|半期|クォーター|シーズン)"
JA_POINT = (
    rf"(?:(?:\d{{2,4}}|{JA_NEAR}|令和\d+)年?度?(?:の)?)?"
    rf"(?:\d{{1,2}}月(?:\d{{1,2}}日)?(?:末|中旬|上旬|下旬|初め|初旬|頭)?|\d{{1,2}}日|\d{{1,2}}/\d{{1,2}}"
    rf"|(?:月|年|週|期|年度|四半期|上期|下期|半期|学期)末|年内|年度内|期内|上半期|下半期|上期|下期|第?[1-4一二三四](?:四半期|q|クォーター)|q[1-4])"
)
JA_START = re.compile(
    rf"(?:{JA_POINT}|{JA_NEAR}{JA_SPAN}|\d{{1,2}}月|明日|本日|今日)(?:より|から|以降|スタート|開始)(?!\d)(?!.{{0,12}}(?:まで|にかけて))"
)
JA_VAGUE = re.compile(
    any_of(
        "いつか", "いずれ", "近いうちに", "近いうち", "そのうち", "将来的に", "将来", "早めに", "早急に", "早期に",
        "できるだけ早く", "なるべく早く", "今後", "ゆくゆく", "徐々に", "随時", "適宜", "中長期的に", "長期的に",
    )
)  # fmt: skip
JA_TIMES = re.compile(
    rf"{JA_NUMBER}\s?{JA_UNIT}(?:以内|後|間|で|まで|のうち|内|目|を目途|を目処|をめど|にわたり|かけて)"
    rf"|{JA_NUMBER}(?:年|ヶ月|か月|カ月|ケ月|週間)(?=[ 、,。]|$)"
    rf"|(?:\d{{4}}年(?:度)?)?{JA_POINT}(?:まで|中|内|迄|時点|に|の|は|で|目標|完了|締め|〆)?"
    rf"|\d{{4}}年(?:度|末)?(?:まで|中|内|に)?"
    rf"|{JA_NEAR}{JA_SPAN}(?:末|内|中|度)?|今年度?|来年度?|本年度?|(?:年間|月間|週間)(?!の|[^\d]{{0,6}}数)|月次|週次|日次|四半期(?:ごと|毎)?"
    rf"|1日(?:に|あたり|当たり|平均)|1?(?:日|週|週間|月|ヶ月|か月|年)(?:に|あたり|当たり|ごと|毎)(?=\s?\d)"
    rf"|(?:年|月|週|日)(?=\d+(?:件|回|社|人|名|本|冊|時間|万|%|つ|度))"
    rf"|[月火水木金土日]曜日?(?:に|の|まで|中|ごと)?|[月火水木金土日](?:・[月火水木金土日])+|(?:ゴールデンウィーク|gw|お盆|連休|年度(?:初め|末))(?:前|明け|まで|中)?"
    rf"|毎(?:朝|晩|日|週|月|年|回)|(?:夏|春|秋|冬|夏休み|年末|年始|盆|誕生日|卒業|入社|退職|退院|決算|試験|テスト|本番|発表会?|大会|引っ?越し)(?:まで|前)|次の(?:テスト|試験|大会|発表|会議|面談)"
    rf"|(?:までに|迄に)|期限(?:は|:|を)|締切|納期"
)
ERA_DATE = re.compile(r"令和(\d{1,2})年(\d{1,2})月(\d{1,2})日")
ISO_DATE = re.compile(r"\b(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
EN_FULL_DATE = re.compile(
    rf"\b(?:({'|'.join(MONTH_NAMES)})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})|(\d{{1,2}})(?:st|nd|rd|th)?\s+"
    rf"(?:of\s+)?({'|'.join(MONTH_NAMES)}),?\s+(\d{{4}}))"
)


def starts(text: str) -> list[Hit]:
    """Dates from which something begins."""
    return hits(EN_START, text) + hits(JA_START, text)


def vague_times(text: str) -> list[Hit]:
    """Soon, some day, in the future."""
    return hits(EN_VAGUE, text) + hits(JA_VAGUE, text)


def times(text: str) -> list[Hit]:
    """Deadlines, periods and rhythms; call it on a text without starts and vague times."""
    return hits(EN_TIMES, text) + hits(JA_TIMES, text)


def full_dates(text: str) -> Iterator[date]:
    """Dates with day, month and year: the only ones that can be said to be past."""
    for match in ISO_DATE.finditer(text):
        yield from _date(int(match[1]), int(match[2]), int(match[3]))
    for match in EN_FULL_DATE.finditer(text):
        name, day, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        yield from _date(int(year), MONTH_NAMES.index(name) + 1, int(day))

    for match in ERA_DATE.finditer(text):
        yield from _date(2018 + int(match[1]), int(match[2]), int(match[3]))


def _date(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
