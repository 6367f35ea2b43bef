"""Row-level security of callbacks, text, transfers and blocks; their moves as database rules."""

from django.db import migrations

from merchants import rls

# The same tables as calls.states.MOVES, TRANSFER_MOVES and CALLBACK_MOVES;
# tests/calls/test_walls.py holds them together.
MOVES = """
CREATE OR REPLACE FUNCTION calls_call_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state, NEW.state) IN (
    ('queued', 'ringing'), ('queued', 'declined'), ('queued', 'cancelled'), ('queued', 'missed'),
    ('queued', 'unavailable'),
    ('ringing', 'accepted'), ('ringing', 'declined'), ('ringing', 'missed'),
    ('ringing', 'cancelled'), ('ringing', 'unavailable'),
    ('accepted', 'live'), ('accepted', 'completed'), ('accepted', 'failed'),
    ('live', 'completed'), ('live', 'failed')
  ) THEN
    RAISE EXCEPTION 'a call does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'call_moves';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION calls_transfer_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'offered' THEN
    RAISE EXCEPTION 'a transfer does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_moves';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calls_transfer_moves BEFORE UPDATE OF state ON calls_transfer
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION calls_transfer_moves();

CREATE FUNCTION calls_callback_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('waiting', 'ready') THEN
    RAISE EXCEPTION 'a callback does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_moves';
  END IF;
  IF current_user = 'r_customer' AND NEW.state IN ('ready', 'called') THEN
    RAISE EXCEPTION 'only the merchant promises and answers'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_promised_by_merchant';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calls_callback_moves BEFORE UPDATE OF state ON calls_callback
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION calls_callback_moves();
"""

# A line is written by the side it names and never changed.
LINES = """
CREATE POLICY line_by_customer ON calls_textline AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (side = 'customer');
CREATE POLICY line_by_merchant ON calls_textline AS RESTRICTIVE FOR INSERT TO r_merchant
  WITH CHECK (side = 'merchant');
CREATE TRIGGER calls_line_append_only BEFORE UPDATE OR DELETE ON calls_textline
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# No foreign key crosses tenants: what belongs to a call belongs to its people.
SAME_PARTIES = """
ALTER TABLE calls_call
  ADD CONSTRAINT call_parties UNIQUE (id, merchant_id, customer_id),
  ADD CONSTRAINT call_merchant UNIQUE (id, merchant_id);
ALTER TABLE calls_callback
  ADD CONSTRAINT callback_parties UNIQUE (id, merchant_id, customer_id);
ALTER TABLE calls_call
  ADD CONSTRAINT call_of_callback FOREIGN KEY (callback_id, merchant_id, customer_id)
    REFERENCES calls_callback (id, merchant_id, customer_id);
ALTER TABLE calls_textline
  ADD CONSTRAINT line_of_call FOREIGN KEY (call_id, merchant_id, customer_id)
    REFERENCES calls_call (id, merchant_id, customer_id);
ALTER TABLE calls_transfer
  ADD CONSTRAINT transfer_of_call FOREIGN KEY (call_id, merchant_id)
    REFERENCES calls_call (id, merchant_id);
"""

# And whoever answers, promises, hands over or blocks works there.
SAME_MERCHANT = """
ALTER TABLE calls_endpoint
  ADD CONSTRAINT endpoint_merchant UNIQUE (id, merchant_id),
  ADD CONSTRAINT endpoint_of_member FOREIGN KEY (member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id);
ALTER TABLE calls_call
  ADD CONSTRAINT call_by_endpoint FOREIGN KEY (endpoint_id, merchant_id)
    REFERENCES calls_endpoint (id, merchant_id),
  ADD CONSTRAINT call_by_member FOREIGN KEY (member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id),
  ADD CONSTRAINT call_wants_member FOREIGN KEY (wanted_member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id);
ALTER TABLE calls_transfer
  ADD CONSTRAINT transfer_from_member FOREIGN KEY (from_member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id),
  ADD CONSTRAINT transfer_to_member FOREIGN KEY (to_member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id);
ALTER TABLE calls_callback
  ADD CONSTRAINT callback_ready_member FOREIGN KEY (ready_member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id);
ALTER TABLE calls_block
  ADD CONSTRAINT block_by_member FOREIGN KEY (member_id, merchant_id)
    REFERENCES merchants_member (id, merchant_id);
"""

# A customer leaves a request that waits; who promises what is the merchant's to say.
CALLBACKS = """
CREATE POLICY callback_left_waiting ON calls_callback AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (state = 'waiting' AND ready_member_id IS NULL AND ready_until IS NULL);
REVOKE UPDATE ON calls_callback FROM r_customer;
GRANT UPDATE (state, name, email, phone, language, ready_member_id, ready_name, ready_at,
    ready_until, key_epoch, closed_at, close_reason, expires_at) ON calls_callback TO r_customer;
CREATE FUNCTION calls_callback_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'only the merchant promises'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_promised_by_merchant';
END $$;
CREATE TRIGGER calls_callback_promise BEFORE UPDATE OF ready_member_id, ready_until
  ON calls_callback FOR EACH ROW WHEN (
    current_user = 'r_customer' AND (NEW.ready_member_id IS DISTINCT FROM OLD.ready_member_id
                                     OR NEW.ready_until IS DISTINCT FROM OLD.ready_until)
  ) EXECUTE FUNCTION calls_callback_promise();
"""

# A customer's call begins unanswered. Afterwards they write what their own side does, and never
# who answered, when and where. What the merchant notes about them they cannot even read: a column
# that is added to the table is named here or stays unseen.
OWN_SIDE = """
CREATE POLICY call_begins_unanswered ON calls_call AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (state IN ('queued', 'ringing', 'unavailable') AND member_id IS NULL
    AND endpoint_id IS NULL AND answered_at IS NULL AND note = '' AND rating IS NULL);
REVOKE SELECT, UPDATE ON calls_call FROM r_customer;
GRANT SELECT (id, created_at, merchant_id, customer_id, code, state, address, mode, page,
    customer_name, requested_at, rang_at, widen_at, ring_until, wanted_member_id, callback_id,
    answered_at, live_at, ended_at, end_reason, ended_by, member_id, member_name, endpoint_id,
    generation, customer_seat, customer_present, customer_seen_at, merchant_seat,
    merchant_present, merchant_seen_at, handover_epoch, rating, rating_words, rated_at)
  ON calls_call TO r_customer;
GRANT UPDATE (state, live_at, ended_at, end_reason, ended_by, generation, customer_seat,
    customer_present, customer_seen_at, handover_epoch, rating, rating_words, rated_at)
  ON calls_call TO r_customer;
"""

# The second wall behind the lock of the row: an answer that came too late by a moment cannot take
# the call from the desk that has it. A transfer can, because it starts a new generation.
HANDS = """
CREATE FUNCTION calls_call_hands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a call changes hands only under a new generation'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'call_hands';
END $$;
CREATE TRIGGER calls_call_hands BEFORE UPDATE OF endpoint_id ON calls_call
  FOR EACH ROW WHEN (
    OLD.endpoint_id IS NOT NULL AND OLD.endpoint_id IS DISTINCT FROM NEW.endpoint_id
    AND NEW.generation <= OLD.generation
  ) EXECUTE FUNCTION calls_call_hands();
"""

# What a customer may know of a block is that it is there; the server asks in their scope.
BLOCKS = "GRANT SELECT (id, merchant_id, customer_id, lifted_at) ON calls_block TO r_customer;"

# Who is at the desk and who waits is not a caller's to read, but it decides about their call. So it
# is counted for them by a function that runs with the platform's rights; it tells counts and the
# codes of free desks, no address and no person. A desk is free while its member is in no call.
# A later migration that replaces it must SET LOCAL ROLE r_operator first, as its owner.
REACH = """
CREATE FUNCTION calls_reach(
    of_merchant uuid, moment timestamptz, relayed boolean, named inet, wanted uuid)
RETURNS TABLE (first_desks text[], other_desks text[], is_promised boolean, free_members integer,
    talking integer, ringing integer, queued integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH free AS (
    SELECT e.code, e.member_id, coalesce(e.member_id = wanted, false) AS is_wanted,
           coalesce(relayed OR e.address = named, false) AS is_behind
      FROM calls_endpoint e
     WHERE e.merchant_id = of_merchant AND e.expires_at > moment
       AND NOT EXISTS (SELECT 1 FROM calls_call c
                        WHERE c.member_id = e.member_id AND c.state IN ('accepted', 'live'))
  ), staged AS (
    SELECT code, CASE WHEN bool_or(is_wanted) OVER () THEN is_wanted ELSE is_behind END AS is_first
      FROM free
  ), open AS (
    SELECT state FROM calls_call
     WHERE merchant_id = of_merchant AND state IN ('queued', 'ringing', 'accepted', 'live')
  )
  SELECT ARRAY(SELECT code FROM staged WHERE is_first),
         ARRAY(SELECT code FROM staged WHERE NOT is_first),
         EXISTS (SELECT 1 FROM free WHERE is_wanted),
         (SELECT count(DISTINCT member_id)::integer FROM free),
         (SELECT count(*)::integer FROM open WHERE state IN ('accepted', 'live')),
         (SELECT count(*)::integer FROM open WHERE state = 'ringing'),
         (SELECT count(*)::integer FROM open WHERE state = 'queued')
$$;
REVOKE ALL ON FUNCTION calls_reach FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calls_reach TO r_merchant, r_customer, r_operator;
GRANT CREATE ON SCHEMA public TO r_operator;
ALTER FUNCTION calls_reach OWNER TO r_operator;
REVOKE CREATE ON SCHEMA public FROM r_operator;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0003_reach"),
        ("calls", "0002_walls"),
        ("merchants", "0004_reception_walls"),
    ]
    operations = [
        rls.tenant_policies("calls_callback", customer_can=rls.WRITE),
        rls.tenant_policies(
            "calls_textline",
            merchant_can=rls.APPEND,
            customer_can=rls.APPEND,
            operator_can=rls.READ,
        ),
        rls.tenant_policies("calls_transfer"),
        rls.tenant_policies("calls_block", customer_can=("select (id)",)),
        migrations.RunSQL(MOVES, migrations.RunSQL.noop),
        migrations.RunSQL(HANDS, migrations.RunSQL.noop),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RunSQL(CALLBACKS, migrations.RunSQL.noop),
        migrations.RunSQL(SAME_PARTIES, migrations.RunSQL.noop),
        migrations.RunSQL(SAME_MERCHANT, migrations.RunSQL.noop),
        migrations.RunSQL(OWN_SIDE, migrations.RunSQL.noop),
        migrations.RunSQL(BLOCKS, migrations.RunSQL.noop),
        migrations.RunSQL(REACH, migrations.RunSQL.noop),
    ]
