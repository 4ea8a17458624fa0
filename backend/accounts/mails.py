"""One mail to one person: a subject, plain words, and the same words in our dress."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(template: str, *, to: str, context: dict[str, Any]) -> None:
    """Render ``emails/<template>_subject.txt``, ``.txt`` and ``.html`` and send them.

    :raises OSError: the mail server is out of reach or refused (``smtplib`` errors are one).
    """
    values = {"site_url": settings.SITE_URL, **context}
    subject = " ".join(render_to_string(f"emails/{template}_subject.txt", values).split())
    message = EmailMultiAlternatives(
        subject, render_to_string(f"emails/{template}.txt", values), to=[to]
    )
    message.attach_alternative(render_to_string(f"emails/{template}.html", values), "text/html")
    message.send()
