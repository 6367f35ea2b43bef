"""The facts of a call request as a function, so that PostgreSQL plans them once per connection.

Planning the statement took three times as long as running it; the plan is the generic one from the
first call on, because the keys decide nothing about it. It runs with the rights of who asks:
row-level security holds in it as in the statement it was.
"""

from django.db import migrations

RING_FACTS = """
CREATE FUNCTION calls_ring_facts(of_handle text, of_customer uuid, named inet,
    of_callback text, moment timestamptz, since timestamptz, open_states text[])
RETURNS TABLE (merchant_id uuid, state varchar, time_zone varchar, ring_seconds smallint,
    queue_length smallint, accepting_calls boolean, closed_until timestamptz, closed_note varchar,
    keeps_hours boolean, hours json, holidays json, address inet, mode varchar,
    former_address inet, former_until timestamptz, recent_calls bigint, open_call text,
    seen_before boolean, blocked boolean, callback_id uuid, wanted_member_id uuid,
    first_desks text[], other_desks text[], is_promised boolean, free_members integer,
    talking integer, ringing integer, queued integer)
LANGUAGE plpgsql STABLE SECURITY INVOKER
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT m.id, m.state, m.time_zone, m.ring_seconds, m.queue_length,
         m.accepting_calls, m.closed_until, m.closed_note, m.keeps_hours,
         CASE WHEN m.keeps_hours THEN (
           SELECT json_agg(json_build_array(h.weekday, h.opens, h.closes))
             FROM merchants_openinghours h WHERE h.merchant_id = m.id) END,
         (SELECT json_agg(json_build_array(d.day, d.opens, d.closes, d.name))
            FROM merchants_holiday d WHERE d.merchant_id = m.id),
         p.address, p.mode, p.former_address, p.former_until,
         c.recent, c.open_call, coalesce(c.seen_before, false),
         EXISTS (SELECT 1 FROM calls_block b WHERE b.merchant_id = m.id
                    AND b.customer_id = of_customer AND b.lifted_at IS NULL),
         k.id, k.ready_member_id, r.*
    FROM merchants_merchant m
    LEFT JOIN calls_publishedaddress p ON p.merchant_id = m.id
    LEFT JOIN LATERAL (
         SELECT b.id, CASE WHEN b.state = 'ready' AND b.ready_until > moment
                           THEN b.ready_member_id END AS ready_member_id
           FROM calls_callback b WHERE b.code = of_callback AND b.merchant_id = m.id
                AND b.customer_id = of_customer AND b.state IN ('waiting', 'ready')) k ON true
   CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE o.requested_at > since) AS recent,
                max(o.code) FILTER (WHERE o.merchant_id = m.id AND o.state = ANY(open_states))
                  AS open_call,
                bool_or(o.merchant_id = m.id AND o.state = 'completed') AS seen_before
           FROM calls_call o WHERE o.customer_id = of_customer) c
   CROSS JOIN LATERAL calls_reach(m.id, moment, p.mode = 'relay', named, k.ready_member_id) r
   WHERE m.handle = of_handle;
END $$;
REVOKE ALL ON FUNCTION calls_ring_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calls_ring_facts TO r_customer;
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_reach_walls")]
    operations = [migrations.RunSQL(RING_FACTS, "DROP FUNCTION calls_ring_facts")]
