"""How fast merchants usually answer, kept beside the published address for every page to read."""

from typing import Final

from django.db import connection

LATELY: Final = 20
ENOUGH: Final = 3
"""Fewer answered calls than this promise nothing."""
_LONGEST: Final = 3600

# Raw, because Django has no median; one statement for all who are at the desk.
_NOTE: Final = """
UPDATE calls_publishedaddress p SET answer_seconds = usual.seconds
  FROM calls_publishedaddress there
 CROSS JOIN LATERAL (
       SELECT CASE WHEN count(*) >= %(enough)s THEN least(%(longest)s, ceil(
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM waited))
              )) END AS seconds
         FROM (SELECT answered_at - coalesce(rang_at, requested_at) AS waited
                 FROM calls_call
                WHERE merchant_id = there.merchant_id AND answered_at IS NOT NULL
                ORDER BY requested_at DESC LIMIT %(lately)s) answered) usual
 WHERE p.id = there.id AND there.valid_until > now()
   AND p.answer_seconds IS DISTINCT FROM usual.seconds
"""


def note_answer_times() -> int:
    """Note the median answer time of the latest calls of everybody at a desk; returns how many.

    In the operators' scope. Only medians that changed are written.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"enough": ENOUGH, "lately": LATELY, "longest": _LONGEST})
        return int(cursor.rowcount)
