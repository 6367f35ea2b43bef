"""What Celery runs for people: it stands here because the sender needs the platform's scope."""

from celery import shared_task

from marketplace.accounts.mails import lease_mails, open_connection, send, settle_mail
from merchants.boundaries import system_scope
from merchants.scope import entered


@shared_task(name="accounts.send_mails")  # type: ignore[untyped-decorator]
def send_mails() -> int:
    """Send due mails of everybody, each outside of any transaction; returns how many went out."""
    with entered(system_scope()):
        mails = lease_mails()
    sent = 0
    for mail in mails:
        fault = send(mail, open_connection())
        with entered(system_scope()):
            settle_mail(mail, fault)
        sent += not fault
    return sent
