"""Error pages in the visitor's language. The last two need no database."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.web.outages import WAIT, is_outage


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page is older than the sign-in, e.g. after signing in again in another tab."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """Where the database is away, phones keep what was tapped and try again."""
    if is_outage(sys.exc_info()[1]):
        return HttpResponse(_AWAY, status=503, headers={"Retry-After": str(WAIT)})
    return HttpResponse(_BROKEN, status=500)


_AWAY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>kpiplanner</title>
<h1>One moment, please</h1><p>The database cannot be reached just now. Nothing that you logged before is
lost, and what waits on a phone is sent later. Please try again in a moment.</p>
<h1 lang="ja">しばらくお待ちください</h1><p lang="ja">現在データベースに接続できません。
すでに記録した内容は失われていません。端末で送信待ちの内容は、あとで送信されます。
少し待ってから、もう一度お試しください。</p></html>"""

_BROKEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>kpiplanner</title>
<h1>Something went wrong</h1><p>It is on our side, and it is written to the server's log. Nothing that
you logged before is lost. Please go back and try again.</p>
<h1 lang="ja">問題が発生しました</h1><p lang="ja">サーバー側の問題です。すでに記録した内容は失われていません。
前の画面に戻って、もう一度お試しください。</p></html>"""
