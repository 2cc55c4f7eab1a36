"""The letters S M A R T of a goal, judged by rules on its words and on the data around it.

Rules look for the shape of a thing (a number with a unit, a date with a preposition), with closed
lists for words that have no shape: units of time, verbs that show no action, words of effort.
The Japanese word lists follow the published NG lists of Ashita-no-Team and K. Otani; the English
list of fuzzy verbs that of Leadership Genius.
"""
