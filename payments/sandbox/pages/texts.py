"""Words on the checkout page, in the languages the product speaks."""

from __future__ import annotations

ENGLISH = {
    "title": "Checkout",
    "pay": "Pay {amount}",
    "busy": "Processing…",
    "email": "Email",
    "card": "Card number",
    "expiry": "Expiry",
    "cvc": "CVC",
    "cardholder": "Name on card",
    "total": "Total",
    "back": "Back",
    "contact": "Contact",
    "card_group": "Card",
    "paid": "Payment complete",
    "paid_hint": "Thank you. You can close this page.",
    "expired": "This checkout has expired",
    "expired_hint": "Go back and start the payment again.",
    "unknown": "No such checkout",
    "unknown_hint": "The address is incomplete or belongs to another sandbox.",
    "network": "The payment could not be sent. Check the connection and try again.",
    "cvc_hint": "3 digits on the back",
    "test_hint": "Test card: 4242 4242 4242 4242, any future date, any CVC",
}
CHINESE = {
    "title": "结账",
    "pay": "支付 {amount}",
    "busy": "处理中…",
    "email": "电子邮箱",
    "card": "卡号",
    "expiry": "有效期",
    "cvc": "安全码",
    "cardholder": "持卡人姓名",
    "total": "合计",
    "back": "返回",
    "contact": "联系方式",
    "card_group": "银行卡",
    "paid": "付款已完成",
    "paid_hint": "谢谢，您可以关闭此页面。",
    "expired": "此结账页面已过期",
    "expired_hint": "请返回并重新开始付款。",
    "unknown": "找不到此结账页面",
    "unknown_hint": "地址不完整，或属于另一个沙盒。",
    "network": "付款请求未能发送，请检查网络后重试。",
    "cvc_hint": "卡背面的 3 位数字",
    "test_hint": "测试卡：4242 4242 4242 4242，任意未来日期，任意安全码",
}
CHINESE_ERRORS = {
    "card_declined": "您的银行卡被拒绝。",
    "insufficient_funds": "您的银行卡余额不足。",
    "expired_card": "您的银行卡已过期。",
    "incorrect_cvc": "您的银行卡安全码不正确。",
    "processing_error": "处理银行卡时出错，请稍后重试。",
    "incorrect_number": "您的卡号无效。",
    "invalid_expiry_month": "有效期填写不完整。",
    "invalid_expiry_year": "银行卡有效期已过。",
    "invalid_cvc": "安全码填写不完整。",
}


def language_for(locale: str | None, accepted: str) -> str:
    """Choose the language: the session's locale decides, without one the browser's first language
    does.
    """
    wanted = locale if locale not in (None, "auto") else accepted
    return "zh" if (wanted or "").lower().startswith("zh") else "en"


def texts_in(language: str) -> dict[str, str]:
    """Return the words of a language."""
    return CHINESE if language == "zh" else ENGLISH


def error_in(language: str, code: str | None, reason: str | None, message: str) -> str:
    """Return what the payer reads; Stripe translates its messages on the page as well."""
    if language != "zh":
        return message
    return CHINESE_ERRORS.get(reason or "") or CHINESE_ERRORS.get(code or "") or message
