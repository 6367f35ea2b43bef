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

# What a customer may know of a block is that it is there; the server asks in their scope.
BLOCKS = "GRANT SELECT (id, merchant_id, customer_id, lifted_at) ON calls_block TO r_customer;"


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
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RunSQL(SAME_PARTIES, migrations.RunSQL.noop),
        migrations.RunSQL(BLOCKS, migrations.RunSQL.noop),
    ]
