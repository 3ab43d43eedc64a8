"""E-mail by SMTP: words and a plain page of them, one connection a batch, and the one-click way to leave in every message."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from app.core import clock, tokens
from app.core.settings import Settings
from app.core.words import Phrase, say
from app.core.words import phrase as _
from broadcasts import texts
from broadcasts.channels.gateways import Mail
from broadcasts.channels.protocol import TIMEOUT_MS, Message, Receiver, Result, Told
from broadcasts.subscribers.tables import ChannelName
from pwa.push.outcomes import Verdict
from pwa.push.payload import plain

NO_SUCH = ("5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1")
"""Enhanced codes (RFC 3463) that say the address is nobody's: these alone end a subscription."""
GONE_WORDS = ("user unknown", "no such user", "does not exist", "unknown user", "mailbox not found")


class Channel:
    name = ChannelName.email
    batch = 50
    pace: tuple[float, float] | None = None

    def __init__(self, mail: Mail, settings: Settings) -> None:
        self.mail, self.provider, self.password = mail, "email", settings.smtp_password
        self.base_url = settings.base_url

    def compose(self, told: Told) -> Message:
        words = plain(texts.group(told.notice, told.truth, told.contact, base_url=told.base_url))
        title = " ".join(plain(texts.headline(told.notice, told.truth)).split())[:150]
        return Message(key=told.key, title=title, text=words, html=_page(words), at=told.at, base_url=told.base_url, secret=told.secret)

    def code(self, code: str, address: str) -> Message:
        words = say("Your code is %(code)s. Type it on the page you came from, or open: %(address)s", code=code, address=address)
        rest = say("It holds for 30 minutes. If you did not ask, do nothing: nobody will write to you again.")
        title = say("Please confirm: news about your electricity")
        return Message(key="code", title=title, text=f"{words}\n\n{rest}", html=_page(f"{words}\n\n{rest}"), base_url=self.base_url)

    def letter(self, key: str, title: str, text: str) -> Message:
        words = plain(text)
        return Message(key=key, title=title, text=words, html=_page(words), at=clock.now(), base_url=self.base_url)

    def check(self, message: Message) -> list[Phrase]:
        return [] if message.title else [_("E-mail: the title is empty.")]

    def send(self, message: Message, receivers: Sequence[Receiver]) -> list[Result]:
        results: list[Result] = []
        try:
            with self._open() as server:
                for one in receivers:
                    results.append(self._one(server, message, one))
        except smtplib.SMTPAuthenticationError as refused:
            results += [Result(one.key, Verdict.ALARM, _said(refused)) for one in receivers[len(results) :]]
        except (smtplib.SMTPException, OSError) as broken:
            why = f"{type(broken).__name__} {broken}"[:200]
            results += [Result(one.key, Verdict.RETRY, why) for one in receivers[len(results) :]]
        return results

    def _open(self) -> smtplib.SMTP:
        seconds, trusted = TIMEOUT_MS / 1000, ssl.create_default_context()
        if self.mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.mail.host, self.mail.port, timeout=seconds, context=trusted)
        else:
            server = smtplib.SMTP(self.mail.host, self.mail.port, timeout=seconds)
        try:
            if self.mail.security == "starttls":
                server.starttls(context=trusted)
            if self.mail.user:
                server.login(self.mail.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _one(self, server: smtplib.SMTP, message: Message, one: Receiver) -> Result:
        try:
            server.send_message(self._letter(message, one), from_addr=self.mail.sender, to_addrs=[one.address])
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(one.key, *next(iter(refused.recipients.values())))
        except smtplib.SMTPSenderRefused as refused:
            server.rset()
            return Result(one.key, Verdict.RETRY if refused.smtp_code < 500 else Verdict.ALARM, _said(refused))
        except smtplib.SMTPDataError as refused:
            return _refused(one.key, refused.smtp_code, refused.smtp_error)
        return Result(one.key, Verdict.SENT, "250")

    def _letter(self, message: Message, one: Receiver) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = message.title, self.mail.sender, one.address
        letter["Date"] = format_datetime(clock.now())
        host = urlsplit(message.base_url).hostname or "localhost"
        # Of one message and receiver always the same: a second copy is seen to be one.
        letter["Message-ID"] = f"<{tokens.digest(f'{message.key}:{one.salt}')[:32]}@{host}>"
        letter["Auto-Submitted"] = "auto-generated"
        text, html = message.text, message.html
        if message.secret:
            page = f"{message.base_url}/s/{tokens.derive(message.secret, 'subscriber', one.salt)}"
            letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"] = f"<{page}/leaving>", "List-Unsubscribe=One-Click"
            text += "\n\n" + say("Change or leave: %(address)s", address=page)
            html = html.replace("</body>", f'<p><a href="{page}">{escape(say("Change what you hear, or leave"))}</a></p></body>')
        letter.set_content(text)
        letter.add_alternative(html, subtype="html")
        return letter


def _refused(key: int, status: int, words: bytes | str) -> Result:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if status < 500:
        return Result(key, Verdict.RETRY, f"{status} {said}"[:200])
    gone = said.startswith(NO_SUCH) or (status == 550 and any(part in said.lower() for part in GONE_WORDS))
    return Result(key, Verdict.GONE if gone else Verdict.FAILED, f"{status} {said}"[:200])


def _said(refused: smtplib.SMTPResponseException) -> str:
    words = refused.smtp_error.decode("utf-8", "replace") if isinstance(refused.smtp_error, bytes) else refused.smtp_error
    return f"{refused.smtp_code} {words}"[:200]


def _page(words: str) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in words.split("\n") if line)
    return f'<!doctype html><html lang="zh-CN"><body style="font-size:18px;line-height:1.6">{lines}</body></html>'
